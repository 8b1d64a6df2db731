// The verifier of one API and issuer: from a token to what it allows.
import { LRUCache } from 'lru-cache';
import type { Access, AccessClaims, AccessSource } from './access.ts';
import { createAccess, internalsOf } from './access.ts';
import type { TokenCache, VerifiedToken } from './cache/token-cache.ts';
import type { Freshness, FreshnessReport, FreshToken } from './changes/freshness.ts';
import type { WrittenAsOf } from './claim/as-of.ts';
import type { LayoutIndex } from './claim/layout-index.ts';
import { isMachineToken } from './claim/machine-token.ts';
import type { ClaimReading } from './claim/read-claim.ts';
import { readClaim } from './claim/read-claim.ts';
import type { StockReading } from './claim/read-fallback.ts';
import { readFallback } from './claim/read-fallback.ts';
import { isVerifierError, VerifierError } from './errors.ts';
import type { HeaderLookup } from './header-lookup.ts';
import { LOOK_UP_HEADER } from './header-lookup.ts';
import type { VerifierHooks } from './hooks.ts';
import { tell } from './hooks.ts';
import type { VerificationKey } from './keys/verification-key.ts';
import type { IssuerVerifierOptions } from './options.ts';
import { own } from './own-property.ts';
import type { Platform } from './platform/platform.ts';
import type { Challenger } from './proofs/challenger.ts';
import { Resolution } from './resolver/resolution.ts';
import { demandStart, staleError } from './stale.ts';
import { checkSignature } from './token/check-signature.ts';
import type { CompactToken } from './token/compact.ts';
import { malformedToken, splitToken } from './token/compact.ts';
import type { TokenHeader } from './token/header.ts';
import { readHeader } from './token/header.ts';
import { checkClaims, checkValidity, isValidAt, validityOf } from './token/registered-claims.ts';
import { parseStrictJson } from './token/strict-json.ts';
import type { Verifier } from './verifier-type.ts';

/** Taken from the global once, where it is behind an accessor. */
const { performance } = globalThis;

/** A verifier that adapters can ask for what its cache knows. */
export type TokenVerifier<P extends string> = Verifier<P> & HeaderLookup<P>;

/** What verifiers share that differ in the issuer only. */
export interface SharedParts<P extends string> {
  readonly index: LayoutIndex;
  readonly cache: TokenCache<P> | undefined;
  readonly freshness: Freshness | undefined;
  /** Present where proofs of possession are verified: see proving-verifier.ts. */
  readonly challenger: Challenger | undefined;
}

export function createTokenVerifier<P extends string>(
  platform: Platform,
  options: IssuerVerifierOptions,
  shared: SharedParts<P>,
): TokenVerifier<P> {
  return new OneIssuerVerifier<P>(platform, options, shared);
}

/** What is kept of the resolver's last answer for a token, its bits left out. */
const RESOLVED_BYTES = 1024;

/** How many different headers are remembered; an issuer has one for each key. */
const HEADERS = 64;

class OneIssuerVerifier<P extends string> implements Verifier<P>, HeaderLookup<P> {
  readonly #platform: Platform;
  readonly #options: IssuerVerifierOptions;
  readonly #index: LayoutIndex;
  readonly #cache: TokenCache<P> | undefined;
  readonly #freshness: Freshness | undefined;
  readonly #source: AccessSource;
  /** Present with the option `resolver`. */
  readonly #resolution: Resolution<P> | undefined;
  /** The keys that the headers of verified tokens led to: all tokens of a key have the same header. */
  readonly #keys: LRUCache<string, VerificationKey>;

  constructor(
    platform: Platform,
    options: IssuerVerifierOptions,
    { index, cache, freshness, challenger }: SharedParts<P>,
  ) {
    this.#platform = platform;
    this.#options = options;
    this.#index = index;
    this.#cache = cache;
    this.#freshness = freshness;
    const { now, clockTolerance } = options;
    this.#source = { now, clockTolerance, challenger };
    const { resolver } = options;
    this.#resolution =
      resolver && new Resolution({ resolver, options, index, source: this.#source, freshness });
    this.#keys = new LRUCache({ max: HEADERS });
  }

  /** Async for its promise, which is the engine's own: see native-promise.ts. */
  async verify(token: string): Promise<Access<P>> {
    const known = this.#accessNow(typeof token === 'string' ? this.#cache?.get(token) : undefined);
    const { on } = this.#options;
    const access = known ?? (on === undefined ? this.#verifyFresh(token) : this.#verifyAndTell(token, on));
    const verified = 'then' in access ? await access : access;
    return this.#resolution === undefined ? verified : this.#resolution.complete(verified);
  }

  [LOOK_UP_HEADER](authorization: string): Access<P> | undefined {
    return this.#accessNow(this.#cache?.getByHeader(authorization));
  }

  async prefetch(): Promise<void> {
    await Promise.all([this.#options.keys.prefetch(), this.#freshness && demandStart(this.#freshness)]);
  }

  freshness(): FreshnessReport | undefined {
    return this.#freshness?.report();
  }

  #accessNow(earlier: VerifiedToken<P> | undefined): Access<P> | undefined {
    const { on, now: clock, hasSystemClock } = this.#options;
    const now = clock();
    if (!earlier?.key.isLive() || !isValidAt(earlier.validity, now)) return undefined;
    const { freshness } = earlier;
    if (freshness !== undefined && !freshness.passes(now)) {
      if (freshness.refusal(hasSystemClock ? now : undefined) !== undefined) return undefined;
    }
    if (on !== undefined) tell(on.cacheHit, { api: this.#options.layout.name });
    return earlier.access;
  }

  async #verifyAndTell(token: string, on: VerifierHooks): Promise<Access<P>> {
    const began = performance.now();
    const told = () => ({ api: this.#options.layout.name, seconds: (performance.now() - began) / 1000 });
    try {
      const access = await this.#verifyFresh(token);
      tell(on.verified, { ...told(), layout: access.layout, readFrom: access.readFrom });
      return access;
    } catch (error) {
      if (isVerifierError(error)) tell(on.refused, { ...told(), code: error.code, status: error.status });
      throw error;
    }
  }

  /** Without a promise where nothing has to be waited for: async functions take time and memory. */
  #verifyFresh(token: string): Access<P> | Promise<Access<P>> {
    return this.#freshness === undefined ? this.#verify(token) : this.#verifyAndJudge(token, this.#freshness);
  }

  async #verifyAndJudge(token: string, freshness: Freshness): Promise<Access<P>> {
    const access = await this.#verify(token);
    await freshness.start();
    const refusal = internalsOf(access)?.freshness?.refusal();
    if (refusal !== undefined) throw staleError(refusal);
    return access;
  }

  #verify(token: string): Access<P> | Promise<Access<P>> {
    const compact = splitToken(token, this.#options.maxTokenLength);
    const payload = canonical(this.#platform.decodeText(compact.payload));
    const key = this.#keys.get(compact.header);
    return key?.isLive() ? this.#verifyWith(key, compact, payload) : this.#findKeyAndVerify(compact, payload);
  }

  async #findKeyAndVerify(compact: CompactToken, payload: string): Promise<Access<P>> {
    // Nobody is asked for the key of a malformed token.
    canonical(this.#platform.decodeBytes(compact.signature));
    const found = this.#options.keys.find(this.#readHeader(compact), this.#platform);
    const key = 'then' in found ? await found : found;
    const access = this.#verifyWith(key, compact, payload);
    const verified = 'then' in access ? await access : access;
    // A copy: a part of the token would keep all of it.
    this.#keys.set(` ${compact.header}`.slice(1), key);
    return verified;
  }

  #verifyWith(key: VerificationKey, compact: CompactToken, payload: string): Access<P> | Promise<Access<P>> {
    const earlier = this.#recall(compact.text, key);
    if (earlier !== undefined) return earlier.access;
    const checked = checkSignature(key, compact, canonical(this.#platform.decodeBytes(compact.signature)));
    // Nothing of the payload is looked at before the signature is known to be right.
    return checked === undefined
      ? this.#read(compact, payload, key)
      : this.#readOnce(checked, compact, payload, key);
  }

  async #readOnce(
    checked: Promise<void>,
    compact: CompactToken,
    payload: string,
    key: VerificationKey,
  ): Promise<Access<P>> {
    await checked;
    return this.#read(compact, payload, key);
  }

  /** A token verified before, whose key is in the key set still. Drops one that may no longer pass. */
  #recall(token: string, key: VerificationKey): VerifiedToken<P> | undefined {
    const earlier = this.#cache?.get(token);
    if (earlier === undefined) return undefined;
    if (earlier.key === key && isValidAt(earlier.validity, this.#options.now())) return earlier;
    this.#cache?.delete(token);
    return undefined;
  }

  #readHeader({ header }: CompactToken): TokenHeader {
    return readHeader(canonical(this.#platform.decodeText(header)), this.#options);
  }

  #read({ text: token }: CompactToken, payload: string, key: VerificationKey): Access<P> {
    const json = parseStrictJson(payload);
    if (json === undefined)
      throw malformedToken('The token payload must be a JSON object without duplicate names');
    const { clockTolerance, now } = this.#options;
    const times = checkClaims(json.value, this.#options);
    checkValidity(times, clockTolerance, now());
    const value = own(json.value, this.#index.claim);
    const claims = json.value as AccessClaims;
    const reading = this.#resolution?.pending(claims, value) ?? this.#readPermissions(claims, value);
    const freshness = this.#freshness?.judge(ownerOf(claims, 'bits' in reading ? reading.asOf : undefined));
    const access = createAccess<P>(claims, reading, this.#index, this.#source, freshness);
    const bytes = json.bytes + (reading.readFrom === 'resolver' ? RESOLVED_BYTES : 0) + bitsOf(reading);
    this.#cache?.add({ token, access, validity: validityOf(times, clockTolerance), key, freshness, bytes });
    return access;
  }

  #readPermissions(claims: AccessClaims, value: unknown): ClaimReading | StockReading {
    const stock = value === undefined ? readFallback(claims, this.#options, this.#index) : undefined;
    return stock ?? readClaim(value, this.#index);
  }
}

function bitsOf(reading: ClaimReading | StockReading): number {
  return 'bits' in reading ? reading.bits.byteLength : 0;
}

/** Whose token it is, and how old. Throws `time_refused` for one that does not say. */
function ownerOf(claims: AccessClaims, written: WrittenAsOf | undefined): FreshToken {
  const { sub, iat } = claims;
  if (iat === undefined) {
    throw new VerifierError(
      'time_refused',
      '"iat" claim is required, to know which changes are newer than the token',
    );
  }
  const org = own(claims, 'org_id');
  return {
    sub,
    org: typeof org === 'string' ? org : undefined,
    machine: isMachineToken(claims),
    iat,
    written,
  };
}

function canonical<T>(decoded: T | undefined): T {
  if (decoded === undefined)
    throw malformedToken('The token must be canonical base64url, and its header and payload UTF-8');
  return decoded;
}
