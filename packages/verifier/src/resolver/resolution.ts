// The permissions of verified tokens that don't carry them: asked of the resolver, at each verify.
import type { Access, AccessClaims, AccessSource } from '../access.ts';
import { createAccess } from '../access.ts';
import type { Freshness, TokenFreshness } from '../changes/freshness.ts';
import { OVERFLOW_MARKER } from '../claim/generations.ts';
import type { LayoutIndex } from '../claim/layout-index.ts';
import { isMachineToken } from '../claim/machine-token.ts';
import type { ClaimReading } from '../claim/read-claim.ts';
import { readClaim } from '../claim/read-claim.ts';
import { isVerifierError, VerifierError } from '../errors.ts';
import { tell } from '../hooks.ts';
import { withDeadline } from '../keys/deadline.ts';
import { toNative } from '../native-promise.ts';
import type { CommonOptions } from '../options.ts';
import { own } from '../own-property.ts';
import type { PermissionSet } from '../permission-set.ts';
import { BitPermissionSet } from '../permission-set.ts';
import type { PermissionAnswer, PermissionQuery, PermissionResolver } from './permission-resolver.ts';

/** Seconds that a resolver may take. */
const DEADLINE = 10;
/** Seconds after which a resolver that failed may be asked again, where it does not say, and the most that it may say. */
const WAIT = 5;
const LONGEST_WAIT = 3600;

export interface ResolutionParts {
  readonly resolver: PermissionResolver;
  readonly options: CommonOptions;
  readonly index: LayoutIndex;
  readonly source: AccessSource;
  readonly freshness: Freshness | undefined;
}

export class Resolution<P extends string> {
  readonly #parts: ResolutionParts;
  /** What the access of a token says whose permissions have to be asked for: nothing. */
  readonly #pending: ClaimReading;
  /** What was made of the last answer for a token: most are the same again. */
  readonly #last: WeakMap<AccessClaims, ResolvedAccess<P>> = new WeakMap();

  constructor(parts: ResolutionParts) {
    this.#parts = parts;
    this.#pending = {
      layout: 'absent',
      readFrom: 'resolver',
      table: parts.index.all,
      bits: new Uint8Array(0),
      places: 0,
    };
  }

  /** What is read of a token whose permissions have to be asked for; undefined where the token says them. */
  pending(claims: AccessClaims, value: unknown): ClaimReading | undefined {
    const isAsked = value === OVERFLOW_MARKER || this.#parts.options.permissions === 'resolver';
    // A machine is no user: nobody could say what its roles are.
    return isAsked && !isMachineToken(claims) ? this.#pending : undefined;
  }

  /** The access with its permissions. Throws `permissions_unavailable` where they can't be known. */
  complete(access: Access<P>): Access<P> | Promise<Access<P>> {
    return access.readFrom === 'resolver' ? this.#completeAndTell(access.claims) : access;
  }

  async #completeAndTell(claims: AccessClaims): Promise<Access<P>> {
    const { on, layout } = this.#parts.options;
    const began = performance.now();
    try {
      return await this.#resolve(claims);
    } catch (error) {
      if (on !== undefined && isVerifierError(error)) {
        const seconds = (performance.now() - began) / 1000;
        tell(on.refused, { api: layout.name, code: error.code, status: error.status, seconds });
      }
      throw error;
    }
  }

  async #resolve(claims: AccessClaims): Promise<Access<P>> {
    const query = this.#queryOf(claims);
    const answer = await this.#ask(query);
    const access = this.#accessOf(claims, answer);
    const newerThan = this.#finalAfter(access);
    if (newerThan === undefined) return access.access;
    // Once: what is void then is refused as in a token that was issued when the answer was read.
    return this.#accessOf(claims, await this.#ask({ ...query, newerThan })).access;
  }

  #queryOf(claims: AccessClaims): PermissionQuery {
    const { audience, layout } = this.#parts.options;
    const organization = own(claims, 'org_id');
    if (organization !== undefined && (typeof organization !== 'string' || organization === '')) {
      // The permissions would be those of another login.
      throw new VerifierError('claim_malformed', '"org_id" claim must be a string that is not empty');
    }
    const client = own(claims, 'azp') ?? own(claims, 'client_id');
    return {
      issuer: claims.iss,
      subject: claims.sub,
      audience,
      layout,
      ...(organization === undefined ? {} : { organization }),
      ...(typeof client === 'string' ? { client } : {}),
    };
  }

  async #ask(query: PermissionQuery): Promise<PermissionAnswer> {
    const { resolver } = this.#parts;
    let answer: unknown;
    try {
      answer = await withDeadline(() => toNative(resolver.resolve(query)), DEADLINE, 'permissions');
    } catch (cause) {
      throw unavailable(cause);
    }
    const { claim, readAt } = Object(answer) as Partial<PermissionAnswer>;
    // An absent claim would be read as one without permissions.
    if ((typeof claim !== 'string' && !Array.isArray(claim)) || !Number.isFinite(readAt)) {
      throw unavailable(new TypeError('the resolver must answer {claim, readAt}'));
    }
    return answer as PermissionAnswer;
  }

  #accessOf(claims: AccessClaims, { claim, readAt }: PermissionAnswer): ResolvedAccess<P> {
    const last = this.#last.get(claims);
    if (last !== undefined && typeof claim === 'string' && last.claim === claim && last.readAt === readAt)
      return last;
    const { index, source } = this.#parts;
    const reading: ClaimReading = { ...this.#read(claim), readFrom: 'resolver' };
    const freshness = this.#judge(claims, readAt);
    const access = createAccess<P>(claims, reading, index, source, freshness);
    const resolved = { access, claim, readAt, said: new BitPermissionSet<P>(reading), freshness };
    this.#last.set(claims, resolved);
    return resolved;
  }

  /** The token is not at fault: its client must neither refresh it nor log in for what the resolver wrote. */
  #read(claim: unknown): ClaimReading {
    try {
      return readClaim(claim, this.#parts.index);
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  /** As of a token that was issued when the permissions were read, which nobody believes to be later than now. */
  #judge(claims: AccessClaims, readAt: number): TokenFreshness | undefined {
    const { freshness, options } = this.#parts;
    const at = Math.min(readAt, options.now() * 1000);
    return freshness?.judge({
      sub: claims.sub,
      org: own(claims, 'org_id') as string | undefined,
      machine: false,
      iat: at / 1000,
      written: { at, isReadByAction: true },
    });
  }

  /**
   * A time after which an answer knows what this one does not, or may not; undefined where it knows all. An answer of the guard's time, read just
   * after a change, is as unsure as one from before: kept, it would be so until its end. Milliseconds since 1970.
   */
  #finalAfter({ said, freshness }: ResolvedAccess<P>): number | undefined {
    if (freshness === undefined) return undefined;
    const refusal = freshness.refusal();
    const names = freshness.changedNames() ?? this.#parts.index.all.places.keys();
    let last = refusal?.kind === 'stale' ? (refusal.cause?.until ?? 0) : 0;
    for (const name of names) {
      const answer = freshness.staleness(name, said.has(name as P));
      if (answer?.kind === 'stale') last = Math.max(last, answer.cause?.until ?? 0);
    }
    return last > 0 ? last : undefined;
  }
}

interface ResolvedAccess<P extends string> {
  readonly access: Access<P>;
  readonly claim: unknown;
  readonly readAt: number;
  /** What the answer says, void names included. */
  readonly said: PermissionSet<P>;
  readonly freshness: TokenFreshness | undefined;
}

function unavailable(cause: unknown): VerifierError {
  const { retryAfter } = Object(cause) as { readonly retryAfter?: unknown };
  const isWait = typeof retryAfter === 'number' && retryAfter >= 0 && retryAfter <= LONGEST_WAIT;
  return new VerifierError('permissions_unavailable', 'The permissions could not be looked up', {
    cause,
    retryAfter: isWait ? Math.ceil(retryAfter) : WAIT,
  });
}
