import type { LayoutState } from './claim/generations.ts';
import type { LayoutIndex } from './claim/layout-index.ts';
import type { ClaimReading, PermissionSource } from './claim/read-claim.ts';
import type { StockReading } from './claim/read-fallback.ts';
import type { PermissionSet } from './permission-set.ts';
import { BitPermissionSet, ListedPermissionSet } from './permission-set.ts';

/** The payload of a verified token (RFC 7519, section 4.1); times are seconds since 1970. Deeply frozen. */
export interface AccessClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly [claim: string]: unknown;
}

/** What a verified token allows. Frozen: the same object may serve many requests. */
export interface Access<P extends string = string> {
  /** The `sub` claim: the user's id, or `<client id>@clients` for a machine. */
  readonly subject: string;
  readonly claims: AccessClaims;
  /** How the token's layout relates to the verifier's; for logs. */
  readonly layout: LayoutState;
  /** Where the permissions were read. */
  readonly source: PermissionSource;
  readonly permissions: PermissionSet<P>;
}

export interface AccessBackground {
  readonly reading: ClaimReading | StockReading;
  readonly index: LayoutIndex;
}

export class VerifiedAccess<P extends string> implements Access<P> {
  readonly subject: string;
  readonly claims: AccessClaims;
  readonly layout: LayoutState;
  readonly source: PermissionSource;
  readonly permissions: PermissionSet<P>;
  readonly #reading: ClaimReading | StockReading;
  readonly #index: LayoutIndex;

  constructor(claims: AccessClaims, reading: ClaimReading | StockReading, index: LayoutIndex) {
    this.subject = claims.sub;
    this.claims = claims;
    this.layout = reading.layout;
    this.source = reading.source;
    this.permissions =
      'bits' in reading ? new BitPermissionSet<P>(reading) : new ListedPermissionSet<P>(reading);
    this.#reading = reading;
    this.#index = index;
    Object.freeze(this);
  }

  /** What a denial is explained from; undefined for an access that another copy of this package made. */
  static backgroundOf(access: Access): AccessBackground | undefined {
    return #reading in access ? { reading: access.#reading, index: access.#index } : undefined;
  }
}

/** Whether the token grants `name`. A name that the layout doesn't have is false, and doesn't compile where the layout is typed. */
export function hasPermission<P extends string>(access: Access<P>, name: NoInfer<P>): boolean {
  return access.permissions.has(name);
}

/** Whether the token grants every one of `names`; true for none. */
export function hasAllPermissions<P extends string>(
  access: Access<P>,
  names: readonly NoInfer<P>[],
): boolean {
  for (const name of names) if (!access.permissions.has(name)) return false;
  return true;
}

/** Whether the token grants at least one of `names`; false for none. */
export function hasAnyPermission<P extends string>(access: Access<P>, names: readonly NoInfer<P>[]): boolean {
  for (const name of names) if (access.permissions.has(name)) return true;
  return false;
}
