import type { JSONWebKeySet } from 'jose';
import type { Algorithm } from './algorithms.ts';
import { isAlgorithm, KEY_KINDS } from './algorithms.ts';
import type { TokenCacheOptions } from './cache/token-cache.ts';
import type { FallbackFor } from './claim/machine-token.ts';
import type { FallbackClaim } from './claim/read-fallback.ts';
import type { KeySet } from './keys/create-key-set.ts';
import { toKeySource } from './keys/create-key-set.ts';
import type { KeySetFunction } from './keys/key-function.ts';
import type { KeySource } from './keys/key-source.ts';
import { checkTransport } from './keys/transport.ts';
import type { Layout } from './layout.ts';
import { checkLayout } from './layout-check.ts';
import { checkOptionNames } from './option-names.ts';
import type { SenderConstrained } from './token/registered-claims.ts';

export interface VerifierOptions<P extends string = string> {
  /** The `iss` claim of the tokens, with its trailing slash: `https://acme.eu.auth0.com/`. */
  readonly issuer: string;
  /** What the generated module exports, or its parsed `.json`. */
  readonly layout: Layout<P>;
  /** The `aud` claim must be or hold it. By default the layout's; required where the layout has none. */
  readonly audience?: string | undefined;
  /** By default RS256 alone. */
  readonly algorithms?: readonly Algorithm[] | undefined;
  /** By default `<issuer>.well-known/jwks.json`. `createKeySet` sets its times. */
  readonly jwks?: URL | string | JSONWebKeySet | KeySetFunction | KeySet | undefined;
  /** Seconds that clocks may differ by. By default 5. */
  readonly clockTolerance?: number | undefined;
  /** By default the system's clock. */
  readonly clock?: (() => Date) | undefined;
  /** Bounds of the cache of verified tokens; false for none. docs/verified-token-cache.md */
  readonly cache?: TokenCacheOptions | boolean | undefined;
  /** Claims of Auth0's own to read, in this order, from tokens without the permission claim. By default none. */
  readonly fallback?: readonly FallbackClaim[] | undefined;
  /**
   * Whose tokens `fallback` is for. By default everyone's, which changing over needs; after it, say machines (tokens for
   * client credentials): no Post-Login Action ever writes into those, but a user's token without the claim is suspect.
   */
  readonly fallbackFor?: FallbackFor | undefined;
  /** Say true where RBAC is on for the API: with it off Auth0 grants every scope that is asked for. Needed for `scope` in `fallback`. */
  readonly rbacEnforced?: boolean | undefined;
  /**
   * Tokens with a `cnf` claim (DPoP, mTLS) are refused by default, since nothing here checks the proof of possession. Say accept
   * only where a gateway checked it before every request.
   */
  readonly senderConstrained?: SenderConstrained | undefined;
  /** Characters; a longer token is refused unread. By default 16,384, what Node takes as headers. */
  readonly maxTokenLength?: number | undefined;
}

/** Options that were checked, with the defaults in place. */
export interface CheckedOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly Algorithm[];
  readonly keys: KeySource;
  readonly clockTolerance: number;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly cache: TokenCacheOptions | undefined;
  readonly fallback: readonly FallbackClaim[];
  readonly fallbackFor: FallbackFor;
  readonly senderConstrained: SenderConstrained;
  readonly maxTokenLength: number;
}

const NAMES: Readonly<Record<keyof VerifierOptions, true>> = {
  issuer: true,
  layout: true,
  audience: true,
  algorithms: true,
  jwks: true,
  clockTolerance: true,
  clock: true,
  cache: true,
  fallback: true,
  fallbackFor: true,
  rbacEnforced: true,
  senderConstrained: true,
  maxTokenLength: true,
};

/** Throws a TypeError that says which option is wrong and how to mend it. */
export function checkOptions(options: VerifierOptions): CheckedOptions {
  checkOptionNames(options, Object.keys(NAMES), 'createVerifier');
  checkLayout(options.layout);
  const issuer = checkIssuer(options.issuer);
  return {
    issuer,
    audience: checkAudience(options.audience ?? options.layout.audience),
    algorithms: checkAlgorithms(options.algorithms ?? ['RS256']),
    keys: toKeySource(options.jwks ?? new URL('.well-known/jwks.json', issuer)),
    clockTolerance: checkNumber('clockTolerance', options.clockTolerance ?? 5, 0, 300),
    now: checkClock(options.clock),
    cache: checkCache(options.cache ?? true),
    fallback: checkFallback(options.fallback ?? [], options.rbacEnforced ?? false),
    fallbackFor: checkChoice('fallbackFor', options.fallbackFor ?? 'everyone', ['everyone', 'machines']),
    senderConstrained: checkChoice('senderConstrained', options.senderConstrained ?? 'refuse', [
      'refuse',
      'accept',
    ]),
    maxTokenLength: checkNumber('maxTokenLength', options.maxTokenLength ?? 16_384, 1, 1_048_576),
  };
}

function checkIssuer(issuer: unknown): string {
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) {
    throw new TypeError('issuer must be a URL, such as https://acme.eu.auth0.com/');
  }
  if (!issuer.endsWith('/')) {
    throw new TypeError('issuer must end with a slash: Auth0 writes its iss claim with a trailing slash');
  }
  checkTransport(new URL(issuer), 'issuer');
  return issuer;
}

function checkAudience(audience: unknown): string {
  if (typeof audience === 'string' && audience !== '') return audience;
  throw new TypeError(
    'audience must be given: the layout names none, since the environments of claimgen.config differ in it',
  );
}

function checkAlgorithms(algorithms: unknown): readonly Algorithm[] {
  if (Array.isArray(algorithms) && algorithms.length > 0 && algorithms.every(isAlgorithm))
    return [...algorithms];
  const names = Object.keys(KEY_KINDS).join(', ');
  throw new TypeError(`algorithms must be a list of ${names}; none and HS256 are never accepted`);
}

function checkNumber(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new TypeError(`${name} must be a number from ${least} to ${most}`);
}

function checkChoice<C extends string>(name: string, value: unknown, choices: readonly C[]): C {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new TypeError(`${name} must be ${choices.join(' or ')}`);
}

function checkClock(clock: unknown): () => number {
  if (clock === undefined) return () => Date.now() / 1000;
  if (typeof clock === 'function') return () => clock().getTime() / 1000;
  throw new TypeError('clock must be a function that returns a Date');
}

function checkCache(cache: unknown): TokenCacheOptions | undefined {
  if (cache === false) return undefined;
  if (cache === true) return {};
  if (typeof cache === 'object' && cache !== null) return cache;
  throw new TypeError('cache must be true, false or {entries, bytes}');
}

function checkFallback(fallback: unknown, rbacEnforced: unknown): readonly FallbackClaim[] {
  if (!Array.isArray(fallback) || !fallback.every((claim) => claim === 'permissions' || claim === 'scope')) {
    throw new TypeError('fallback must be a list of permissions and scope');
  }
  if (fallback.includes('scope') && rbacEnforced !== true) {
    throw new TypeError(
      'fallback: scope needs rbacEnforced: true; with RBAC off for the API, Auth0 grants every scope that a client asks for',
    );
  }
  return [...fallback];
}
