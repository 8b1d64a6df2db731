// What a verified token allows, and the questions about it.
import type { TokenFreshness } from './changes/freshness.ts';
import type { LayoutState } from './claim/generations.ts';
import type { LayoutIndex } from './claim/layout-index.ts';
import type { ClaimReading, ReadFrom } from './claim/read-claim.ts';
import type { StockReading } from './claim/read-fallback.ts';
import type { VerifierError } from './errors.ts';
import { FreshPermissionSet } from './fresh-permission-set.ts';
import { shownAs } from './inspect.ts';
import { ACCESS } from './own-symbols.ts';
import type { PermissionSet } from './permission-set.ts';
import { BitPermissionSet, ListedPermissionSet } from './permission-set.ts';
import type { Challenger } from './proofs/challenger.ts';

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

/**
 * What a verified token allows. Frozen: the same object may serve many requests. `JSON.stringify` and Node's
 * `console.log` show all of it but the claims.
 */
export interface Access<P extends string = string> {
  /** The `sub` claim: the user's id, or `<client id>@clients` for a machine. */
  readonly subject: string;
  readonly claims: AccessClaims;
  /** How the token's layout relates to the verifier's; for logs. */
  readonly layout: LayoutState;
  /** Where the permissions were read. */
  readonly readFrom: ReadFrom;
  readonly permissions: PermissionSet<P>;
}

/** What a denial is explained from. */
export interface AccessBackground {
  readonly index: LayoutIndex;
  /** Whether the token's claim has a place for the permission. */
  covers(name: string): boolean;
}

/** What an access keeps of the verifier that made it. */
export interface AccessSource {
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Seconds that clocks may differ by. */
  readonly clockTolerance: number;
  /** Present where proofs of possession are verified: it writes the challenges of refusals. */
  readonly challenger: Challenger | undefined;
}

/** What this package asks of an access, whichever copy of the package made it. */
interface AccessInternals<P extends string> {
  readonly background: AccessBackground;
  /** What the token says, void names included. */
  readonly said: PermissionSet<P>;
  /** Present with the option `changes`. */
  readonly freshness: TokenFreshness | undefined;
  /** Undefined for an access that no verifier made. */
  readonly source: AccessSource | undefined;
  /** The same access, for one request: what `requirePermission` throws for it goes through `toThrown`. */
  forRequest(toThrown: ToThrown): Access<P>;
  toThrown(error: VerifierError): Error | undefined;
}

/**
 * What is thrown in place of the error of `requirePermission`: for frameworks that answer none but their own
 * exceptions.
 */
export type ToThrown = (error: VerifierError) => Error;

const ShownAsAccess: abstract new () => object = /* @__PURE__ */ shownAs('Access');

class VerifiedAccess<P extends string> extends ShownAsAccess implements Access<P> {
  readonly subject: string;
  readonly claims: AccessClaims;
  readonly layout: LayoutState;
  readonly readFrom: ReadFrom;
  readonly permissions: PermissionSet<P>;
  readonly #reading: ClaimReading | StockReading;
  readonly #index: LayoutIndex;
  readonly #said: PermissionSet<P>;
  readonly #source: AccessSource | undefined;
  readonly #freshness: TokenFreshness | undefined;
  readonly #toThrown: ToThrown | undefined;

  constructor(
    claims: AccessClaims,
    reading: ClaimReading | StockReading,
    index: LayoutIndex,
    source: AccessSource | undefined,
    freshness: TokenFreshness | undefined,
    toThrown: ToThrown | undefined = undefined,
  ) {
    super();
    this.subject = claims.sub;
    this.claims = claims;
    this.layout = reading.layout;
    this.readFrom = reading.readFrom;
    const said = 'bits' in reading ? new BitPermissionSet<P>(reading) : new ListedPermissionSet<P>(reading);
    this.permissions = freshness === undefined ? said : new FreshPermissionSet<P>(said, freshness);
    this.#said = said;
    this.#source = source;
    this.#freshness = freshness;
    this.#reading = reading;
    this.#index = index;
    this.#toThrown = toThrown;
    Object.freeze(this);
  }

  toJSON(): Omit<Access<P>, 'claims'> {
    const { subject, layout, readFrom, permissions } = this;
    return { subject, layout, readFrom, permissions };
  }

  [ACCESS](): AccessInternals<P> {
    const { claims } = this;
    const [reading, index] = [this.#reading, this.#index];
    const [source, freshness] = [this.#source, this.#freshness];
    return {
      said: this.#said,
      source,
      freshness,
      background: {
        index,
        covers: (name) => (reading.table.places.get(name) ?? Number.POSITIVE_INFINITY) < reading.places,
      },
      forRequest: (toThrown) => new VerifiedAccess<P>(claims, reading, index, source, freshness, toThrown),
      toThrown: (error) => this.#toThrown?.(error),
    };
  }
}

/** What the verified claims allow, by what was read of them. */
export function createAccess<P extends string>(
  claims: AccessClaims,
  reading: ClaimReading | StockReading,
  index: LayoutIndex,
  source?: AccessSource,
  freshness?: TokenFreshness,
): Access<P> {
  return new VerifiedAccess<P>(claims, reading, index, source, freshness);
}

/** Undefined for an access of another make, such as a test's. */
export function internalsOf<P extends string>(access: Access<P>): AccessInternals<P> | undefined {
  return (access as { [ACCESS]?(): AccessInternals<P> })[ACCESS]?.();
}

/**
 * Whether a value is an access by its form; undefined is not, and neither are the permissions of
 * `/unverified`.
 */
export function isAccess(value: unknown): value is Access {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Access>).permissions === 'object' &&
    typeof (value as Access).permissions?.has === 'function'
  );
}

/**
 * Whether the token grants `name`. False, never an error, for a name that the layout doesn't have, which
 * doesn't compile where the layout is typed, and for what is no access, such as the undefined of a request
 * that nobody authenticated.
 *
 * @example
 * if (hasPermission(access, 'orders:refund')) showRefunds();
 */
export function hasPermission<P extends string>(access: Access<P>, name: NoInfer<P>): boolean {
  return isAccess(access) && access.permissions.has(name);
}

/**
 * Whether the token grants every one of `names`; true for none. False for what is no access.
 *
 * @example
 * hasAllPermissions(access, ['orders:read', 'orders:refund']);
 */
export function hasAllPermissions<P extends string>(
  access: Access<P>,
  names: readonly NoInfer<P>[],
): boolean {
  if (!isAccess(access) || !Array.isArray(names)) return false;
  for (const name of names) if (!access.permissions.has(name)) return false;
  return true;
}

/**
 * Whether the token grants at least one of `names`; false for none, and for what is no access.
 *
 * @example
 * hasAnyPermission(access, ['orders:read', 'orders:read-own']);
 */
export function hasAnyPermission<P extends string>(access: Access<P>, names: readonly NoInfer<P>[]): boolean {
  if (!isAccess(access) || !Array.isArray(names)) return false;
  for (const name of names) if (access.permissions.has(name)) return true;
  return false;
}
