import type { AudienceTable, RoleRow } from '@claimgen/action-runtime';
import type { Saving } from '../budget/audience-sizes.ts';
import type { AudienceConfig } from '../config/config.ts';
import { readManagementApi } from '../config/management-api.ts';
import type { PermissionSource } from '../config/permission-source.ts';
import type { PipelineInput } from '../pipeline.ts';
import { audienceInputs } from '../plan/audience-inputs.ts';
import type { AudienceReportInput } from '../plan/audience-plan.ts';
import { audienceTable, roleRows } from './audience-table.ts';
import { renderAction } from './render-action.ts';

/** What makes an Action large, and what would make it smaller. Sizes are bytes of its code. */
export interface ActionSizes {
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

/**
 * Renders one Action again for each change that could make it smaller.
 * @param name the Action's name
 */
export function actionSizes(input: PipelineInput, name: string): ActionSizes {
  const { config } = input;
  const all = audienceInputs(input);
  const carried = config.splitActions
    ? all.filter(({ audience }) => `${config.actionName}-${audience.name}` === name)
    : all;
  const rows = roleRows(
    { roles: input.catalogs.get(input.environment)?.roles ?? [] },
    carried.map(({ audience, layout, selection, environment }) => ({
      name: audience.name,
      layout,
      selected: selection.byEnvironment.get(environment) ?? new Map(),
    })),
  );
  const sized = (changed: readonly AudienceTable[], roleTable: readonly RoleRow[] = rows) =>
    bytesOf(input, changed, roleTable);
  const tables = carried.map((each) => tableOf(input, each));
  const bytes = sized(tables);
  const without = (key: 'names' | 'strip') =>
    bytes - sized(tables.map(({ [key]: _, ...table }): AudienceTable => table));
  const roles = bytes - sized(tables, []);
  const names = without('names');
  const sourceWays = KINDS.filter(
    ({ kind }) => !carried.every(({ audience }) => isAlone(audience, kind)),
  ).map(({ change, kind, fallback }): [string, number] => [
    change,
    bytes - sized(carried.map((each) => tableOf(input, each, only(each.audience, kind, fallback)))),
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
  { config }: PipelineInput,
  { environment, catalog, layout, selection, audience: asItIs }: AudienceReportInput,
  audience: AudienceConfig = asItIs,
): AudienceTable {
  const selected = selection.byEnvironment.get(environment) ?? new Map();
  const { domain } = config.environments.find(({ name }) => name === environment) ?? {};
  return audienceTable(audience, environment, layout, catalog, selected, { domain });
}

function bytesOf(
  { parts, config, environment }: PipelineInput,
  tables: readonly AudienceTable[],
  roles: readonly RoleRow[],
): number {
  const origin = { config: config.file.replace(/^.*[\\/]/s, ''), environment };
  return Buffer.byteLength(renderAction(parts, origin, roles, tables));
}
