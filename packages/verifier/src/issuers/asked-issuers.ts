// Issuers that a function knows, such as tenants that sign up while the API runs. Bounded in all that it keeps.
import { LRUCache } from 'lru-cache';
import { VerifierError } from '../errors.ts';
import type { VerifierHooks } from '../hooks.ts';
import { withDeadline } from '../keys/deadline.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { VerificationKey } from '../keys/verification-key.ts';
import { toNative } from '../native-promise.ts';
import { own } from '../own-property.ts';
import { requestsAreIsolated } from '../platform/isolated-requests.ts';
import type { Platform } from '../platform/platform.ts';
import type { TokenHeader } from '../token/header.ts';
import type { TokenVerifier } from '../token-verifier.ts';
import { checkIssuer, keysOf } from './check-issuers.ts';
import type { IssuerFunction } from './issuers.ts';
import type { FindVerifier, MakeVerifier } from './issuers-verifier.ts';

/** How many trusted issuers are kept, and as many that are not; more are asked for again. */
const MOST = 1000;
/** How many questions may be open at once: each token can name another issuer. */
const MOST_OPEN = 1000;
/** Seconds for which an answer counts: a tenant that left is refused by then. */
const TRUSTED = 600;
const REFUSED = 30;
/** Seconds that the function may take. */
const DEADLINE = 5;
/** Characters; a longer issuer is refused without a question. */
const LONGEST = 2048;

interface Tenant<P extends string> {
  readonly verifier: TokenVerifier<P>;
  /** Until when the last answer counts. */
  until: number;
  /** What the function said of the keys. */
  readonly jwks: unknown;
}

const now = (): number => performance.now() / 1000;

export class AskedIssuers<P extends string> implements FindVerifier<P> {
  readonly #ask: IssuerFunction;
  readonly #make: MakeVerifier<P>;
  readonly #hooks: VerifierHooks | undefined;
  readonly #trusted: LRUCache<string, Tenant<P>> = new LRUCache({ max: MOST });
  /** Until when each is refused. */
  readonly #refused: LRUCache<string, number> = new LRUCache({ max: MOST });
  readonly #open: Map<string, Promise<TokenVerifier<P> | undefined>> = new Map();

  constructor(ask: IssuerFunction, make: MakeVerifier<P>, hooks: VerifierHooks | undefined) {
    this.#ask = ask;
    this.#make = make;
    this.#hooks = hooks;
  }

  find(issuer: string): TokenVerifier<P> | undefined | Promise<TokenVerifier<P> | undefined> {
    const tenant = this.#trusted.get(issuer);
    if (tenant !== undefined && now() < tenant.until) return tenant.verifier;
    if (now() < (this.#refused.get(issuer) ?? 0) || !isIssuer(issuer)) return undefined;
    const open = this.#open.get(issuer);
    if (open !== undefined) return open;
    if (this.#open.size >= MOST_OPEN) throw unavailable(new Error('too many issuers are being asked for'));
    return this.#askOnce(issuer);
  }

  /** Nobody knows them yet. */
  async prefetch(): Promise<void> {}

  async #askOnce(issuer: string): Promise<TokenVerifier<P> | undefined> {
    const answer = this.#askFor(issuer);
    if (!requestsAreIsolated()) this.#open.set(issuer, answer);
    try {
      return await answer;
    } finally {
      this.#open.delete(issuer);
    }
  }

  async #askFor(issuer: string): Promise<TokenVerifier<P> | undefined> {
    let jwks: unknown;
    try {
      const answer: unknown = await withDeadline(() => toNative(this.#ask(issuer)), DEADLINE);
      // Another object may be what a database answers, found or not; without keys, `{ jwks: known.get(issuer) }` has found nothing.
      if (answer !== true) {
        jwks = own(Object(answer), 'jwks') ?? undefined;
        if (jwks === undefined) return this.#refuse(issuer);
      }
      return this.#trust(issuer, jwks);
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  #refuse(issuer: string): undefined {
    this.#trusted.delete(issuer);
    this.#refused.set(issuer, now() + REFUSED);
    return undefined;
  }

  #trust(issuer: string, jwks: unknown): TokenVerifier<P> {
    const earlier = this.#trusted.get(issuer);
    if (earlier !== undefined && Object.is(earlier.jwks, jwks)) {
      earlier.until = now() + TRUSTED;
      return earlier.verifier;
    }
    const isTrusted = (): boolean => {
      const tenant = this.#trusted.peek(issuer);
      return tenant?.verifier === verifier && now() < tenant.until;
    };
    const verifier = this.#make(issuer, new TenantKeys(keysOf(issuer, jwks, this.#hooks), isTrusted));
    this.#trusted.set(issuer, { verifier, until: now() + TRUSTED, jwks });
    this.#refused.delete(issuer);
    return verifier;
  }
}

/** The keys of an issuer, which count only as long as it is trusted: no cache answers for one that left. */
class TenantKeys implements KeySource {
  readonly #keys: KeySource;
  readonly #isTrusted: () => boolean;
  readonly #known: WeakMap<VerificationKey, VerificationKey> = new WeakMap();

  constructor(keys: KeySource, isTrusted: () => boolean) {
    this.#keys = keys;
    this.#isTrusted = isTrusted;
  }

  async find(header: TokenHeader, platform: Platform): Promise<VerificationKey> {
    const key = await this.#keys.find(header, platform);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { check, signatureBytes } = key;
    const limited = { check, signatureBytes, isLive: () => key.isLive() && this.#isTrusted() };
    this.#known.set(key, limited);
    return limited;
  }

  prefetch(): Promise<void> {
    return this.#keys.prefetch();
  }
}

function isIssuer(issuer: string): boolean {
  if (issuer.length > LONGEST) return false;
  try {
    return checkIssuer(issuer) === issuer;
  } catch {
    return false;
  }
}

function unavailable(cause: unknown): VerifierError {
  return new VerifierError('key_set_unavailable', 'The issuer could not be looked up', {
    cause,
    retryAfter: 1,
  });
}
