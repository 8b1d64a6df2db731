// The verifier of an API that several issuers give tokens for: each token goes to the verifier of its own issuer.
import type { Access } from '../access.ts';
import type { TokenCache } from '../cache/token-cache.ts';
import type { Freshness, FreshnessReport } from '../changes/freshness.ts';
import { isVerifierError, VerifierError } from '../errors.ts';
import type { HeaderLookup } from '../header-lookup.ts';
import { LOOK_UP_HEADER } from '../header-lookup.ts';
import { tell } from '../hooks.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { CommonOptions } from '../options.ts';
import { own } from '../own-property.ts';
import type { Platform } from '../platform/platform.ts';
import { demandStart } from '../stale.ts';
import { malformedToken, splitToken } from '../token/compact.ts';
import { isValidAt } from '../token/registered-claims.ts';
import { parseStrictJson } from '../token/strict-json.ts';
import type { SharedParts, TokenVerifier } from '../token-verifier.ts';
import type { Verifier } from '../verifier-type.ts';

export type MakeVerifier<P extends string> = (issuer: string, keys: KeySource) => TokenVerifier<P>;

/** Knows the verifier of each issuer; undefined for one that is not trusted. */
export interface FindVerifier<P extends string> {
  find(issuer: string): TokenVerifier<P> | undefined | Promise<TokenVerifier<P> | undefined>;
  prefetch(): Promise<void>;
}

/** Verifies by the verifier of the token's issuer. `shared` is theirs, too. */
export function createIssuersVerifier<P extends string>(
  platform: Platform,
  options: CommonOptions,
  shared: SharedParts<P>,
  issuers: FindVerifier<P>,
): TokenVerifier<P> {
  return new IssuersVerifier<P>(platform, options, shared, issuers);
}

class IssuersVerifier<P extends string> implements Verifier<P>, HeaderLookup<P> {
  readonly #platform: Platform;
  readonly #options: CommonOptions;
  readonly #cache: TokenCache<P> | undefined;
  readonly #freshness: Freshness | undefined;
  readonly #issuers: FindVerifier<P>;

  constructor(
    platform: Platform,
    options: CommonOptions,
    { cache, freshness }: SharedParts<P>,
    issuers: FindVerifier<P>,
  ) {
    this.#platform = platform;
    this.#options = options;
    this.#cache = cache;
    this.#freshness = freshness;
    this.#issuers = issuers;
  }

  async verify(token: string): Promise<Access<P>> {
    const known = typeof token === 'string' ? this[LOOK_UP_HEADER](`Bearer ${token}`) : undefined;
    if (known !== undefined) return known;
    const verifier = await this.#verifierOf(token);
    return await verifier.verify(token);
  }

  [LOOK_UP_HEADER](authorization: string): Access<P> | undefined {
    const earlier = this.#cache?.getByHeader(authorization);
    const { now: clock, hasSystemClock, on, layout } = this.#options;
    const now = clock();
    if (!earlier?.key.isLive() || !isValidAt(earlier.validity, now)) return undefined;
    const { freshness } = earlier;
    if (freshness !== undefined && !freshness.passes(now)) {
      if (freshness.refusal(hasSystemClock ? now : undefined) !== undefined) return undefined;
    }
    if (on !== undefined) tell(on.cacheHit, { api: layout.name });
    return earlier.access;
  }

  async prefetch(): Promise<void> {
    await Promise.all([this.#issuers.prefetch(), this.#freshness && demandStart(this.#freshness)]);
  }

  freshness(): FreshnessReport | undefined {
    return this.#freshness?.report();
  }

  /** By what the token says of its issuer, which its own verifier then holds it to. */
  async #verifierOf(token: string): Promise<TokenVerifier<P>> {
    const { on, layout } = this.#options;
    const began = performance.now();
    try {
      const issuer = this.#issuerIn(token);
      const verifier = typeof issuer === 'string' ? await this.#issuers.find(issuer) : undefined;
      if (verifier !== undefined) return verifier;
      throw new VerifierError(
        'issuer_refused',
        'unexpected "iss" claim value: it must equal one of the issuers in every character (Auth0 ends it with a slash)',
      );
    } catch (error) {
      if (isVerifierError(error)) {
        const seconds = (performance.now() - began) / 1000;
        tell(on?.refused, { api: layout.name, code: error.code, status: error.status, seconds });
      }
      throw error;
    }
  }

  #issuerIn(token: string): unknown {
    const { payload } = splitToken(token, this.#options.maxTokenLength);
    const text = this.#platform.decodeText(payload);
    const json = text === undefined ? undefined : parseStrictJson(text);
    if (json === undefined)
      throw malformedToken(
        'The token payload must be canonical base64url of a JSON object without duplicate names',
      );
    return own(json.value, 'iss');
  }
}
