import { type ClaimTarget, type IgnoreReason, reasonToIgnore } from '#auth0/claim-rules';
import { MAX_CUSTOM_CLAIM_BYTES } from '#auth0/limits';
import { reservedClaims } from '#auth0/restricted-claims';

/** Claims by name, without a prototype: every name is data. */
export type ClaimRecord = Readonly<Record<string, unknown>>;

export interface IgnoredClaim {
  readonly name: string;
  readonly reason: IgnoreReason;
}

export interface SettledClaims {
  readonly claims: ClaimRecord;
  readonly ignored: readonly IgnoredClaim[];
}

/** The custom claims that an Action sets on one token. */
export interface CustomClaims {
  /** @throws Error with Auth0's text for `scope`. */
  set(name: string, value: unknown): void;
  /**
   * What the server makes of them once the Action has ended.
   * @throws Error when a value can't be serialised or the claims are larger than {@link MAX_CUSTOM_CLAIM_BYTES}.
   */
  settle(target: ClaimTarget): SettledClaims;
}

export function createCustomClaims(token: 'access token' | 'ID token'): CustomClaims {
  const set = new Map<string, unknown>();
  return {
    set(name, value) {
      if (reservedClaims.has(name)) throw new Error(`The ${JSON.stringify(name)} claim cannot be set.`);
      // A name set again keeps its first position, as in any JSON object.
      set.set(String(name), value);
    },
    settle(target) {
      const claims: Record<string, unknown> = Object.create(null);
      const ignored: IgnoredClaim[] = [];
      let bytes = 0;
      for (const [name, value] of set) {
        const reason = reasonToIgnore(name, target);
        const json = reason === undefined ? JSON.stringify(value) : undefined;
        if (json === undefined) {
          ignored.push({ name, reason: reason ?? 'value that JSON cannot hold' });
          continue;
        }
        bytes += Buffer.byteLength(JSON.stringify(name)) + Buffer.byteLength(json);
        claims[name] = JSON.parse(json);
      }
      if (bytes > MAX_CUSTOM_CLAIM_BYTES) {
        throw new Error(
          `The custom claims of the ${token} have ${bytes} bytes; ${MAX_CUSTOM_CLAIM_BYTES} are allowed.`,
        );
      }
      return { claims: Object.freeze(claims), ignored };
    },
  };
}
