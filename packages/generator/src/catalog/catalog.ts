import { MAX_SCOPE_LENGTH } from '#auth0/limits';
import type { ClientGrant } from './client-grant.ts';

/** A permission; one with an `audience` belongs to that API, one without to none in particular. */
export interface Permission {
  readonly name: string;
  readonly audience?: string;
  readonly description?: string;
}

export interface Role {
  readonly name: string;
  readonly permissions: readonly Permission[];
}

/** An API as the tenant has it, where the catalog says. */
export interface Api {
  readonly identifier: string;
  readonly name?: string;
  /** RBAC on: Auth0's `enforce_policies`. */
  readonly enforcePolicies?: boolean;
  readonly tokenDialect?: string;
  /** What its tokens are signed with: Auth0's `signing_alg`. */
  readonly signingAlgorithm?: string;
  /** Its tokens are JWEs: Auth0's `token_encryption`. */
  readonly encrypted?: boolean;
  /** Seconds that an access token lives: Auth0's `token_lifetime`. */
  readonly tokenLifetime?: number;
  /** The same for tokens that browsers get: `token_lifetime_for_web`. */
  readonly tokenLifetimeForWeb?: number;
}

/** All permissions and roles of a tenant. */
export interface Catalog {
  readonly permissions: readonly Permission[];
  /** Of the tenant: what the role table is made of. */
  readonly roles: readonly Role[];
  /** The export says that the tenant has no roles: a list of them that is there, and empty. */
  readonly statesNoRoles?: true;
  /** The names of roles that organizations define, where the export holds any. They grant nothing here. */
  readonly organizationRoles?: readonly string[];
  readonly apis: readonly Api[];
  /** What machines may request, where the export has it. */
  readonly clientGrants?: readonly ClientGrant[];
  /** What the reader should know, but that stops nothing. */
  readonly notes: readonly string[];
}

/** What keeps a text from being a permission name, or undefined. */
export function permissionNameProblem(
  name: string,
): { readonly message: string; readonly fix: string } | undefined {
  const fix = `Auth0 allows 1 to ${MAX_SCOPE_LENGTH} characters without whitespace.`;
  if (name === '') return { message: 'a permission has an empty name', fix };
  if (name.length > MAX_SCOPE_LENGTH)
    return { message: `a permission's name has ${name.length} characters`, fix };
  if (/\s/u.test(name))
    return { message: `the permission ${JSON.stringify(name)} has whitespace in its name`, fix };
  return undefined;
}

/** White space around an identifier, or the name of a role in a catalog that is written by hand: a problem, or undefined. */
export function edgeSpaceProblem(
  text: string,
): { readonly message: string; readonly fix: string } | undefined {
  if (!/^[ \t\r\n]|[ \t\r\n]$/.test(text)) return undefined;
  return {
    message: `${JSON.stringify(text)} begins or ends with white space`,
    fix: 'Remove it.',
  };
}

/** Tells permissions of one name apart by the API they belong to. */
export function permissionKey({ audience, name }: Permission): string {
  // The length says where the audience ends, with any characters in it.
  return audience === undefined ? `:${name}` : `${audience.length}:${audience}${name}`;
}
