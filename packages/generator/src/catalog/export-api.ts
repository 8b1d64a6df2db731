// A resource server of a tenant export: auth0-deploy-cli 8.44, lib/tools/auth0/handlers/resourceServers.js.
import { ProblemList } from '../source-text/problem-list.ts';
import { type Api, type Permission, permissionNameProblem } from './catalog.ts';
import { describe, type Entry } from './entry.ts';
import type { NeededApis } from './needed-apis.ts';

/** An API with its permissions. */
export interface ExportedApi {
  readonly entry: Entry;
  readonly api: Api;
  readonly permissions: readonly Permission[];
  /** Whether all of its scopes could be read; of an API that the config does not name, some may be left open. */
  readonly isComplete: boolean;
}

/** The values of `token_dialect` that are known. */
export const DIALECTS: readonly string[] = [
  'access_token',
  'access_token_authz',
  'rfc9068_profile',
  'rfc9068_profile_authz',
];

/** Reads an API; undefined where it can't be told which one it is. */
export function readApi(entry: Entry, needed: NeededApis): ExportedApi | undefined {
  const pattern = entry.field('identifier').pattern;
  const isNeeded = pattern === undefined || needed.has(pattern);
  if (isNeeded && entry.refuseKeyword()) return undefined;
  // What is wrong with the others stops nothing.
  const api = isNeeded ? entry : entry.withProblems(new ProblemList());
  const identifier = api.field('identifier').requiredString();
  if (identifier === undefined) return undefined;
  const scopes = api
    .field('scopes')
    .optionalArray('Write [{"value": "orders:read", "description": …}].')
    .map((scope) => readScope(scope, identifier));
  const permissions = scopes.filter((permission) => permission !== undefined);
  const name = api.field('name').known;
  const enforcePolicies = api.field('enforce_policies').optionalBoolean();
  const tokenDialect = readDialect(api.field('token_dialect'));
  const tokenLifetime = numberIn(api.field('token_lifetime'));
  const tokenLifetimeForWeb = numberIn(api.field('token_lifetime_for_web'));
  return {
    entry,
    api: {
      identifier,
      ...(name === undefined ? {} : { name }),
      ...(enforcePolicies === undefined ? {} : { enforcePolicies }),
      ...(tokenDialect === undefined ? {} : { tokenDialect }),
      ...(tokenLifetime === undefined ? {} : { tokenLifetime }),
      ...(tokenLifetimeForWeb === undefined ? {} : { tokenLifetimeForWeb }),
    },
    permissions,
    isComplete:
      permissions.length === scopes.length &&
      api.field('scopes').keyword === undefined &&
      api.keyword === undefined,
  };
}

function readScope(scope: Entry, audience: string): Permission | undefined {
  if (scope.refuseKeyword()) return undefined;
  const value = scope.field('value');
  const name = value.requiredString();
  if (name === undefined) return undefined;
  const problem = permissionNameProblem(name);
  if (problem !== undefined) return value.refuse(problem.message, problem.fix);
  const description = scope.field('description').known;
  return { name, audience, ...(description === undefined ? {} : { description }) };
}

/** No build depends on it: it is compared with the tenant. */
function numberIn({ value }: Entry): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function readDialect(field: Entry): string | undefined {
  if (field.isAbsent || field.refuseKeyword()) return undefined;
  const dialect = field.written;
  if (dialect !== undefined && DIALECTS.includes(dialect)) return dialect;
  const given = dialect === undefined ? describe(field.value) : JSON.stringify(dialect);
  return field.refuse(
    `"token_dialect" is ${given}, which claimgen does not know`,
    `Use one of: ${DIALECTS.join(', ')}.`,
  );
}
