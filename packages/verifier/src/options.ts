import type { JSONWebKeySet, JWSHeaderParameters } from 'jose';
import type { Layout } from './layout.ts';
import { checkLayout } from './layout-check.ts';

/** JWS algorithms that verify with a public key (RFC 7518, RFC 8037). `none` and the symmetric HS256 to HS512 are not among them. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** Gives a key set, or the key for a token's header as jose's `createRemoteJWKSet` and `createLocalJWKSet` do. */
export type KeySetFunction = (header: JWSHeaderParameters) => Promise<unknown> | unknown;

export interface VerifierOptions<P extends string = string> {
  /** The `iss` claim of the tokens, with its trailing slash: `https://acme.eu.auth0.com/`. */
  readonly issuer: string;
  /** What the generated module exports, or its parsed `.json`. */
  readonly layout: Layout<P>;
  /** The `aud` claim must be or hold it. By default the layout's; required where the layout has none. */
  readonly audience?: string;
  /** By default RS256 alone. */
  readonly algorithms?: readonly Algorithm[];
  /** By default `<issuer>.well-known/jwks.json`. */
  readonly jwks?: URL | string | JSONWebKeySet | KeySetFunction;
  /** Seconds that clocks may differ by. By default 5. */
  readonly clockTolerance?: number;
  /** By default the system's clock. */
  readonly clock?: () => Date;
}

/** Options that were checked, with the defaults in place. */
export interface CheckedOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly Algorithm[];
  readonly jwks: URL | JSONWebKeySet | KeySetFunction;
  readonly clockTolerance: number;
  readonly clock: () => Date;
}

/** Throws a TypeError that says which option is wrong and how to mend it. */
export function checkOptions(options: VerifierOptions): CheckedOptions {
  checkLayout(options.layout);
  const issuer = checkIssuer(options.issuer);
  return {
    issuer,
    audience: checkAudience(options.audience ?? options.layout.audience),
    algorithms: checkAlgorithms(options.algorithms ?? ['RS256']),
    jwks: checkKeySet(options.jwks ?? new URL('.well-known/jwks.json', issuer)),
    clockTolerance: checkTolerance(options.clockTolerance ?? 5),
    clock: checkClock(options.clock ?? (() => new Date())),
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

function checkTransport(url: URL, option: string): URL {
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return url;
  throw new TypeError(`${option} must be an https: URL (http: on loopback alone)`);
}

function checkAudience(audience: unknown): string {
  if (typeof audience === 'string' && audience !== '') return audience;
  throw new TypeError(
    'audience must be given: the layout names none, since the environments of claimgen.config differ in it',
  );
}

function checkAlgorithms(algorithms: unknown): readonly Algorithm[] {
  const known: readonly unknown[] = ALGORITHMS;
  if (
    Array.isArray(algorithms) &&
    algorithms.length > 0 &&
    algorithms.every((name) => known.includes(name))
  ) {
    return [...algorithms];
  }
  throw new TypeError(
    `algorithms must be a list of ${ALGORITHMS.join(', ')}; none and HS256 are never accepted`,
  );
}

function checkKeySet(jwks: unknown): CheckedOptions['jwks'] {
  if (typeof jwks === 'function') return jwks as KeySetFunction;
  if (jwks instanceof URL || (typeof jwks === 'string' && URL.canParse(jwks))) {
    return checkTransport(new URL(jwks), 'jwks');
  }
  if (typeof jwks === 'object' && jwks !== null && 'keys' in jwks && Array.isArray(jwks.keys)) {
    return jwks as JSONWebKeySet;
  }
  throw new TypeError('jwks must be a URL, a key set ({keys: […]}) or a function');
}

function checkTolerance(seconds: unknown): number {
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= 300) return seconds;
  throw new TypeError('clockTolerance must be a number of seconds from 0 to 300');
}

function checkClock(clock: unknown): () => Date {
  if (typeof clock === 'function') return clock as () => Date;
  throw new TypeError('clock must be a function that returns a Date');
}
