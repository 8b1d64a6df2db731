import { LRUCache } from 'lru-cache';
import type { Access } from './access.ts';
import { VerifiedAccess } from './access.ts';
import type { VerifiedToken } from './cache/token-cache.ts';
import { TokenCache } from './cache/token-cache.ts';
import type { LayoutIndex } from './claim/layout-index.ts';
import { indexLayout } from './claim/layout-index.ts';
import { readClaim } from './claim/read-claim.ts';
import { readFallback } from './claim/read-fallback.ts';
import type { VerificationKey } from './keys/published-key.ts';
import type { CheckedOptions, VerifierOptions } from './options.ts';
import { checkOptions } from './options.ts';
import { currentPlatform } from './platform/current.ts';
import type { Platform } from './platform/platform.ts';
import { checkSignature } from './token/check-signature.ts';
import type { CompactToken } from './token/compact.ts';
import { malformedToken, splitToken } from './token/compact.ts';
import type { TokenHeader } from './token/header.ts';
import { readHeader } from './token/header.ts';
import { checkClaims, checkValidity, isValidAt, validityOf } from './token/registered-claims.ts';
import { parseStrictJson } from './token/strict-json.ts';

export interface Verifier<P extends string = string> {
  /** Verifies an access token, without the `Bearer ` before it. Rejects with a VerifierError. */
  verify(token: string): Promise<Access<P>>;
  /** What `verify` would resolve to, where the cache can tell at once; undefined where `verify` has to be asked. */
  lookup(token: string): Access<P> | undefined;
  /** `lookup` of the token of an `Authorization` header, faster: V8 compares a header as it came at once, a slice of it by a call. */
  lookupHeader(authorization: string): Access<P> | undefined;
  /** Gets the key set before the first token comes. Rejects with `key_set_unavailable`. */
  prefetch(): Promise<void>;
}

/** Makes the verifier of one API. Throws a TypeError for options that can't work. */
export function createVerifier<P extends string>(options: VerifierOptions<P>): Verifier<P> {
  return createVerifierOn(currentPlatform, options);
}

export function createVerifierOn<P extends string>(
  platform: Platform,
  options: VerifierOptions<P>,
): Verifier<P> {
  return new TokenVerifier<P>(platform, checkOptions(options), indexLayout(options.layout));
}

/** How many different headers are remembered; an issuer has one for each key. */
const HEADERS = 64;

class TokenVerifier<P extends string> implements Verifier<P> {
  readonly #platform: Platform;
  readonly #options: CheckedOptions;
  readonly #index: LayoutIndex;
  readonly #cache: TokenCache<P> | undefined;
  /** The keys that the headers of verified tokens led to: all tokens of a key have the same header. */
  readonly #keys: LRUCache<string, VerificationKey>;

  constructor(platform: Platform, options: CheckedOptions, index: LayoutIndex) {
    this.#platform = platform;
    this.#options = options;
    this.#index = index;
    this.#cache = options.cache === undefined ? undefined : new TokenCache(options.cache);
    this.#keys = new LRUCache({ max: HEADERS });
  }

  verify(token: string): Promise<Access<P>> {
    try {
      return Promise.resolve(this.lookup(token) ?? this.#verify(token));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  lookup(token: string): Access<P> | undefined {
    return this.#accessNow(typeof token === 'string' ? this.#cache?.get(token) : undefined);
  }

  lookupHeader(authorization: string): Access<P> | undefined {
    return this.#accessNow(this.#cache?.getByHeader(authorization));
  }

  prefetch(): Promise<void> {
    return this.#options.keys.prefetch();
  }

  #accessNow(earlier: VerifiedToken<P> | undefined): Access<P> | undefined {
    return earlier?.key.isLive() && isValidAt(earlier.validity, this.#options.now())
      ? earlier.access
      : undefined;
  }

  /** Without a promise where nothing has to be waited for: async functions take time and memory. */
  #verify(token: string): Access<P> | Promise<Access<P>> {
    const compact = splitToken(token, this.#options.maxTokenLength);
    const payload = canonical(this.#platform.decodeText(compact.payload));
    const key = this.#keys.get(compact.header);
    return key?.isLive() ? this.#verifyWith(key, compact, payload) : this.#findKeyAndVerify(compact, payload);
  }

  async #findKeyAndVerify(compact: CompactToken, payload: string): Promise<Access<P>> {
    // Nobody is asked for the key of a malformed token.
    canonical(this.#platform.decodeBytes(compact.signature));
    const key = await this.#options.keys.find(this.#readHeader(compact), this.#platform);
    const access = await this.#verifyWith(key, compact, payload);
    this.#keys.set(compact.header, key);
    return access;
  }

  #verifyWith(key: VerificationKey, compact: CompactToken, payload: string): Access<P> | Promise<Access<P>> {
    const earlier = this.#recall(compact.text, key);
    if (earlier !== undefined) return earlier.access;
    const checked = checkSignature(key, compact, canonical(this.#platform.decodeBytes(compact.signature)));
    // Nothing of the payload is looked at before the signature is known to be right.
    return checked === undefined
      ? this.#read(compact, payload, key)
      : checked.then(() => this.#read(compact, payload, key));
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
    return readHeader(canonical(this.#platform.decodeText(header)), this.#options.algorithms);
  }

  #read({ text: token }: CompactToken, payload: string, key: VerificationKey): Access<P> {
    const claims = parseStrictJson(payload);
    if (claims === undefined) throw malformedToken('The payload of the token is not strict JSON');
    const { clockTolerance, now } = this.#options;
    checkClaims(claims, this.#options);
    checkValidity(claims, clockTolerance, now());
    const { claim } = this.#index;
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    const stock = value === undefined ? readFallback(claims, this.#options, this.#index) : undefined;
    const access = new VerifiedAccess<P>(claims, stock ?? readClaim(value, this.#index), this.#index);
    this.#cache?.add({ token, access, validity: validityOf(claims, clockTolerance), key });
    return access;
  }
}

function canonical<T>(decoded: T | undefined): T {
  if (decoded === undefined) throw malformedToken('The token is not canonical base64url of bytes or UTF-8');
  return decoded;
}
