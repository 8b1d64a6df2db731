import type { AudienceTable, RoleRow } from '@claimgen/action-runtime';
import { MAX_CODE_BYTES } from '#auth0/limits';
import type { Saving } from '../budget/audience-sizes.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { SOURCE_KINDS } from '../sources/facts-of.ts';
import type { SourceKind } from '../sources/source-facts.ts';
import { audienceTable, roleRows } from './audience-table.ts';
import { type BuiltAction, originOf } from './build-actions.ts';
import { type ActionParts, renderAction } from './render-action.ts';

/** An Action's size against what Auth0 allows, in bytes of its code. */
export interface ActionSize {
  readonly name: string;
  readonly bytes: number;
  /** The most that Auth0 allows. */
  readonly limit: number;
  /** Where it is over the limit: what makes it large, and what would make it smaller. */
  readonly breakdown?: ActionBreakdown;
}

/** What makes an Action large, and what would make it smaller. Sizes are bytes of its code. */
export interface ActionBreakdown {
  /** The names of the audiences that it serves. */
  readonly audiences: readonly string[];
  /** What goes with the tables of the roles. */
  readonly roles: number;
  /** What goes with the names of the permissions. */
  readonly names: number;
  /** Those that save most first. */
  readonly savings: readonly Saving[];
}

/** A change that saves less is not worth naming. */
const LEAST_SHARE = 0.01;

/** Sizes an Action. */
export function actionSize(
  parts: ActionParts,
  plan: Plan,
  { name, code }: Pick<BuiltAction, 'name' | 'code'>,
): ActionSize {
  const size = { name, bytes: Buffer.byteLength(code), limit: MAX_CODE_BYTES };
  return size.bytes <= size.limit ? size : { ...size, breakdown: breakDown(parts, plan, name) };
}

/** Renders an Action again for each change that could make it smaller. */
function breakDown(parts: ActionParts, plan: Plan, name: string): ActionBreakdown {
  const { config } = plan;
  const carried = config.splitActions
    ? plan.audiences.filter(({ audience }) => `${config.actionName}-${audience.name}` === name)
    : plan.audiences;
  const rows = roleRows(plan.catalog, carried);
  const sized = (changed: readonly AudienceTable[], roleTable: readonly RoleRow[] = rows) =>
    Buffer.byteLength(renderAction(parts, originOf(plan), roleTable, changed));
  const tables = carried.map((each) => tableOf(plan, each));
  const bytes = sized(tables);
  const without = (key: 'names' | 'strip') =>
    bytes - sized(tables.map(({ [key]: _, ...table }): AudienceTable => table));
  const roles = bytes - sized(tables, []);
  const names = without('names');
  const sourceWays = SOURCE_KINDS.filter(
    (kind) => !carried.every(({ audience }) => isOnly(audience, kind)),
  ).map((kind): [string, number] => [
    kind.only.change,
    bytes - sized(carried.map((each) => tableOf(plan, each, withOnly(each.audience, kind)))),
  ]);
  const split =
    config.splitActions || carried.length < 2
      ? []
      : [
          [
            'an Action for each audience (action.split: audience)',
            bytes - Math.max(...tables.map((table) => sized([table]))),
          ] as const,
        ];
  const ways = [...split, ...sourceWays, ['scopes: keep', without('strip')] as const]
    .filter(([, saves]) => saves > bytes * LEAST_SHARE)
    .map(([change, saves]): Saving => ({ change, saves }))
    .sort((a, b) => b.saves - a.saves);
  return { audiences: carried.map(({ audience }) => audience.name), roles, names, savings: ways };
}

/** Whether the audience has this kind only already. */
function isOnly({ sources, encoding }: AudienceConfig, { kind, only }: SourceKind): boolean {
  return sources.every((source) => source.kind === kind) && encoding === (only.encoding ?? encoding);
}

/** An audience with the sources of one kind, its own where it has them. */
function withOnly(audience: AudienceConfig, { kind, only }: SourceKind): AudienceConfig {
  const own = audience.sources.filter((source) => source.kind === kind);
  const encoding = only.encoding ?? audience.encoding;
  return { ...audience, encoding, sources: own.length === 0 ? [only.source] : own };
}

function tableOf(
  { domain }: Plan,
  plan: AudiencePlan,
  audience: AudienceConfig = plan.audience,
): AudienceTable {
  return audienceTable({ ...plan, audience }, { domain });
}
