// What knows a user's permissions where the token doesn't say: `@claimgen/resolver`, or anything with its `resolve`.
import type { Layout } from '../layout.ts';

/** Whose permissions are asked for. */
export interface PermissionQuery {
  /** The `iss` claim. */
  readonly issuer: string;
  /** The user's id. */
  readonly subject: string;
  /** The id of the organization that the login was to. */
  readonly organization?: string;
  /** The application that the token was issued to: some get no permissions (`clients` of claimgen.config). */
  readonly client?: string;
  /** The API identifier. */
  readonly audience: string;
  /** The layout that the answer is read with. */
  readonly layout: Layout;
  /** Milliseconds since 1970: what was read then or before is out of date. */
  readonly newerThan?: number;
}

/** What a user holds. */
export interface PermissionAnswer {
  /** The value of the claim, as the Action would write it. */
  readonly claim: string | readonly string[];
  /** Milliseconds since 1970 at which reading it began: changes after that are not in it. */
  readonly readAt: number;
}

export interface PermissionResolver {
  /**
   * A user's permissions. Rejects where they can't be known, never with fewer than there are; the error's `retryAfter`, in
   * seconds, is passed on to the client.
   */
  resolve(query: PermissionQuery): Promise<PermissionAnswer>;
}

/** Whether permissions are read from the token, and from the resolver where the token says so; or from the resolver always. */
export type PermissionsFrom = 'token' | 'resolver';

/** Throws a TypeError for what is no resolver. */
export function checkResolver(
  resolver: PermissionResolver | undefined,
  permissions: PermissionsFrom,
): PermissionResolver | undefined {
  if (resolver === undefined) {
    if (permissions === 'token') return undefined;
    throw new TypeError('permissions: "resolver" requires a resolver, such as that of @claimgen/resolver');
  }
  if (typeof resolver === 'object' && resolver !== null && typeof resolver.resolve === 'function')
    return resolver;
  throw new TypeError('resolver must be a resolver of @claimgen/resolver, or have a method resolve');
}
