import type { AudienceTable, RoleRow } from '@claimgen/action-runtime';
import { MAX_CODE_BYTES } from '#auth0/limits';
import type { Saving } from '../budget/audience-sizes.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { readManagementApi } from '../config/management-api.ts';
import type { PermissionSource } from '../config/permission-source.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import type { Plan } from '../plan/plan.ts';
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
  const sourceWays = KINDS.filter(
    ({ kind }) => !carried.every(({ audience }) => isAlone(audience, kind)),
  ).map(({ change, kind, fallback }): [string, number] => [
    change,
    bytes - sized(carried.map((each) => tableOf(plan, each, only(each.audience, kind, fallback)))),
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

const KINDS: readonly {
  readonly kind: PermissionSource['kind'];
  readonly change: string;
  readonly fallback: PermissionSource;
}[] = [
  {
    kind: 'roles',
    change: 'source: [roles] alone with encoding: bitset, which carries no names',
    fallback: {
      kind: 'roles',
      unknownRoles: 'ignore',
      groups: false,
      organizations: 'ask',
      onError: 'deny',
      onErrorRefresh: 'deny',
    },
  },
  {
    kind: 'event',
    change: 'a source event alone, which carries names in place of the tables of roles',
    fallback: {
      kind: 'event',
      path: ['user', 'app_metadata', 'permissions'],
      organizations: 'refuse',
      onError: 'deny',
      onErrorRefresh: 'deny',
    },
  },
  {
    kind: 'managementApi',
    change: 'the source managementApi alone, which carries names in place of the tables of roles',
    fallback: {
      kind: 'managementApi',
      ...readManagementApi({ domain: 'tenant.eu.auth0.com' }),
      organizations: 'refuse',
      onError: 'deny',
      onErrorRefresh: 'deny',
    },
  },
];

/** Whether this way is taken already. */
function isAlone({ sources, encoding }: AudienceConfig, kind: PermissionSource['kind']): boolean {
  return sources.every((source) => source.kind === kind) && (kind !== 'roles' || encoding === 'bitset');
}

/** An audience with the sources of one kind, its own where it has them. */
function only(
  audience: AudienceConfig,
  kind: PermissionSource['kind'],
  fallback: PermissionSource,
): AudienceConfig {
  const own = audience.sources.filter((source) => source.kind === kind);
  const encoding = kind === 'roles' ? 'bitset' : audience.encoding;
  return { ...audience, encoding, sources: own.length === 0 ? [fallback] : own };
}

function tableOf(
  { domain }: Plan,
  plan: AudiencePlan,
  audience: AudienceConfig = plan.audience,
): AudienceTable {
  return audienceTable({ ...plan, audience }, { domain });
}
