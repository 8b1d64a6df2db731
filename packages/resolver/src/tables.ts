/** The tables that `claimgen build` writes for a resolver: read and checked once. */
import {
  type Audience,
  type AudienceTable,
  indexTables,
  type Source,
  type Tables,
} from '@claimgen/action-runtime';

/** What `resolver/<audience>.json` holds. */
export interface ResolverTables {
  readonly format: string;
  readonly audiences: readonly unknown[];
  readonly roles?: readonly unknown[];
}

export interface CheckedTables {
  /** By API identifier. */
  readonly audiences: ReadonlyMap<string, Audience>;
  /** The same tables, as text: what decides over a user's permissions, other than the tenant. */
  readonly text: string;
}

const FORMAT = 'claimgen-resolver-1';
const REBUILD = 'run claimgen build with resolver: true for the audience, and pass the JSON that it writes';
/** What a source may say of logins to an organization, by its kind: a value that nobody knows might be one that refuses. */
const ORGANIZATIONS: ReadonlyMap<unknown, readonly unknown[]> = new Map([
  ['roles', ['ask', 'trust-names', 'refuse']],
  ['event', ['tenant-wide', 'refuse']],
  ['managementApi', ['tenant-wide', 'refuse']],
]);

/** Throws a TypeError that says what is wrong, and how to fix it. */
export function checkTables(tables: ResolverTables, domain: string): CheckedTables {
  const { format, audiences, roles } = Object(tables) as Partial<ResolverTables>;
  if (format !== FORMAT) throw new TypeError(`tables must have the format ${FORMAT}: ${REBUILD}`);
  const areTables = Array.isArray(audiences) && audiences.length > 0 && audiences.every(isTable);
  const areRoles = roles === undefined || (Array.isArray(roles) && roles.every(isRow));
  if (!areTables || !areRoles) throw new TypeError(`tables are not what claimgen build writes: ${REBUILD}`);
  const checked = { audiences, ...(roles === undefined ? {} : { roles }) } as Tables;
  for (const table of checked.audiences) checkTable(table, domain, roles !== undefined);
  return { audiences: indexTables(checked), text: JSON.stringify([audiences, roles]) };
}

function isTable(value: unknown): boolean {
  const { audience, name, claim, encoding, ids, ends, names, apis, clients, sources } = Object(
    value,
  ) as Partial<AudienceTable>;
  const needsNames =
    encoding === 'names' || (Array.isArray(sources) && sources.some(({ kind }) => kind !== 'roles'));
  return (
    [audience, name, claim].every((text) => typeof text === 'string' && text !== '') &&
    (encoding === 'bitset' || encoding === 'names') &&
    isStrings(ids) &&
    isRuns(ends) &&
    ids.length === ends.length &&
    (names === undefined ? !needsNames : isStrings(names)) &&
    (apis === undefined || (Array.isArray(apis) && apis.every(isApi))) &&
    (clients === undefined || isRule(clients)) &&
    Array.isArray(sources) &&
    sources.length > 0 &&
    sources.every(isSource)
  );
}

function isSource(value: unknown): boolean {
  const { kind, organizations, groups, unknownRoles } = Object(value) as Readonly<Record<string, unknown>>;
  if (ORGANIZATIONS.get(kind)?.includes(organizations) !== true) return false;
  return (
    kind !== 'roles' ||
    (typeof groups === 'boolean' && (unknownRoles === 'ignore' || unknownRoles === 'deny'))
  );
}

function isRuns(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

function isApi(value: unknown): boolean {
  const [identifier, prefix, runs] = Array.isArray(value) ? (value as unknown[]) : [];
  return typeof identifier === 'string' && typeof prefix === 'string' && isRuns(runs);
}

function isRule(value: unknown): boolean {
  const { only, except } = Object(value) as Readonly<Record<string, unknown>>;
  return isStrings(only ?? except);
}

function isRow(value: unknown): boolean {
  const [name, grants] = Array.isArray(value) ? (value as unknown[]) : [];
  return (
    typeof name === 'string' &&
    typeof grants === 'object' &&
    grants !== null &&
    Object.values(grants).every((runs) => isRuns(runs))
  );
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/** What only a login can know, no resolver can. */
function checkTable({ name, grant, sources, apis }: AudienceTable, domain: string, hasRoles: boolean): void {
  if (grant !== undefined) {
    throw new TypeError(
      `tables: ${name} has grant: ${grant}, and which scopes a client requested is known at a login only`,
    );
  }
  for (const source of sources) checkSource(name, source, domain);
  const kinds = new Set(sources.map(({ kind }) => kind));
  if ((kinds.has('roles') && !hasRoles) || (kinds.has('managementApi') && apis === undefined))
    throw new TypeError(`tables are not what claimgen build writes: ${REBUILD}`);
}

function checkSource(name: string, source: Source, domain: string): void {
  if (source.kind === 'event') {
    const { path } = source;
    const isOfUser = isStrings(path) && path[0] === 'user' && path[1] === 'app_metadata' && path.length > 2;
    if (isOfUser) return;
    throw new TypeError(
      `tables: ${name} reads event.${path.join('.')}, which exists at a login only: a resolver can read what is below user.app_metadata`,
    );
  }
  if (source.kind === 'managementApi' && source.domain !== domain) {
    throw new TypeError(
      `tables: ${name} are of the tenant ${source.domain}, not of ${domain}: pass those of the environment`,
    );
  }
}
