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

/** The values of `signing_alg` that are known. */
export const SIGNING_ALGORITHMS: readonly string[] = ['RS256', 'RS512', 'PS256', 'HS256'];

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
  const tokenDialect = readOneOf(api.field('token_dialect'), DIALECTS);
  // The size is that of the config's algorithm: a keyword here leaves open what the lint says, and nothing else.
  const signing = api.field('signing_alg');
  const signingAlgorithm = signing.keyword === undefined ? readOneOf(signing, SIGNING_ALGORITHMS) : undefined;
  const encrypted = readEncrypted(api.field('token_encryption'));
  const tokenLifetime = numberIn(api.field('token_lifetime'));
  const tokenLifetimeForWeb = numberIn(api.field('token_lifetime_for_web'));
  return {
    entry,
    api: {
      identifier,
      ...(name === undefined ? {} : { name }),
      ...(enforcePolicies === undefined ? {} : { enforcePolicies }),
      ...(tokenDialect === undefined ? {} : { tokenDialect }),
      ...(signingAlgorithm === undefined ? {} : { signingAlgorithm }),
      ...(encrypted === undefined ? {} : { encrypted }),
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

/** A setting that decides how tokens look. */
function readOneOf(field: Entry, known: readonly string[]): string | undefined {
  if (field.isAbsent || field.refuseKeyword()) return undefined;
  const { written } = field;
  if (written !== undefined && known.includes(written)) return written;
  const given = written === undefined ? describe(field.value) : JSON.stringify(written);
  return field.refuse(
    `${field.name} is ${given}, which claimgen does not know`,
    `Use one of: ${known.join(', ')}.`,
  );
}

/** `null` says that it is off; which key and algorithm it has makes no difference here. */
function readEncrypted(field: Entry): boolean | undefined {
  if (field.isAbsent) return field.value === null ? false : undefined;
  return field.refuseKeyword() ? undefined : true;
}
