// The options of createVerifier, checked once, when the verifier is made.
import type { Algorithm } from './algorithms.ts';
import { isAlgorithm, KEY_KINDS } from './algorithms.ts';
import type { TokenCacheBounds } from './cache/cache-options.ts';
import { checkCacheOptions } from './cache/cache-options.ts';
import { checkChanges } from './changes/options.ts';
import type { FallbackClaim } from './claim/read-fallback.ts';
import { checkHooks } from './hooks.ts';
import { checkIssuers } from './issuers/check-issuers.ts';
import type { Layout } from './layout.ts';
import { readLayout } from './layout-check.ts';
import type { CheckedOptions, VerifierOptions } from './options.ts';
import { checkNumber, readOwnOptions } from './own-options.ts';
import { checkDpop } from './proofs/dpop-options.ts';
import { checkResolver } from './resolver/permission-resolver.ts';

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
  dpop: true,
  typ: true,
  changes: true,
  resolver: true,
  permissions: true,
  on: true,
  maxTokenLength: true,
};

/** Throws a TypeError that says which option is wrong and how to fix it. */
export function checkOptions(options: VerifierOptions): CheckedOptions {
  // Defaults take the place of undefined only: null is no value of any option.
  const {
    issuer: givenIssuer,
    layout: givenLayout,
    audience,
    algorithms = ['RS256'],
    jwks,
    clockTolerance = 5,
    clock,
    cache = true,
    fallback = [],
    fallbackFor = 'everyone',
    rbacEnforced = false,
    senderConstrained: bound = 'refuse',
    dpop,
    typ = 'required',
    changes,
    resolver,
    permissions: givenPermissions = 'token',
    on,
    maxTokenLength = 16_384,
  } = readOwnOptions(options, Object.keys(NAMES) as (keyof VerifierOptions)[], 'createVerifier');
  const layout = readLayout(givenLayout);
  const hooks = on === undefined ? undefined : checkHooks(on);
  const issuers = checkIssuers(givenIssuer, jwks, hooks);
  const now = checkClock(clock);
  const senderConstrained = checkChoice('senderConstrained', bound, [
    'refuse',
    'accept',
    'verify',
    'require',
  ]);
  const verifiesProofs = senderConstrained === 'verify' || senderConstrained === 'require';
  if (dpop !== undefined && !verifiesProofs)
    throw new TypeError('dpop is for senderConstrained: "verify" or "require"');
  const permissions = checkChoice('permissions', givenPermissions, ['token', 'resolver']);
  const common = {
    layout,
    audience: checkAudience(audience, layout),
    algorithms: checkAlgorithms(algorithms),
    clockTolerance: checkNumber('clockTolerance', clockTolerance, { least: 0, most: 300 }),
    now,
    hasSystemClock: clock === undefined,
    cache: checkCache(cache),
    fallback: checkFallback(fallback, rbacEnforced),
    fallbackFor: checkChoice('fallbackFor', fallbackFor, ['everyone', 'machines']),
    senderConstrained,
    dpop: verifiesProofs ? checkDpop(dpop ?? {}, now) : undefined,
    typ: checkChoice('typ', typ, ['required', 'optional']),
    changes: changes === undefined ? undefined : checkChanges(changes),
    resolver: checkResolver(resolver, permissions),
    permissions,
    on: hooks,
    maxTokenLength: checkNumber('maxTokenLength', maxTokenLength, { least: 1, most: 1_048_576, whole: true }),
  };
  return { common, issuers };
}

function checkAudience(audience: unknown, layout: Layout): string {
  if (audience === undefined && Object.hasOwn(layout, 'audience')) return layout.audience as string;
  if (typeof audience === 'string' && audience !== '') return audience;
  if (audience === undefined) {
    throw new TypeError(
      'audience is required: the layout has none, since the environments of claimgen.config differ in it',
    );
  }
  throw new TypeError('audience must be a string that is not empty (one verifier per API)');
}

function checkAlgorithms(algorithms: unknown): readonly Algorithm[] {
  if (Array.isArray(algorithms) && algorithms.length > 0 && algorithms.every(isAlgorithm))
    return [...algorithms];
  const names = Object.keys(KEY_KINDS).join(', ');
  throw new TypeError(`algorithms must be an array of ${names}; none and HS256 are never accepted`);
}

function checkChoice<C extends string>(name: string, value: unknown, choices: readonly C[]): C {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new TypeError(`${name} must be ${choices.map((each) => `"${each}"`).join(' or ')}`);
}

function checkClock(clock: unknown): () => number {
  if (clock === undefined) return () => Date.now() / 1000;
  if (typeof clock === 'function') return () => clock().getTime() / 1000;
  throw new TypeError('clock must be a function that returns a Date');
}

function checkCache(cache: unknown): TokenCacheBounds | undefined {
  if (cache === false) return undefined;
  if (cache === true) return checkCacheOptions({});
  if (typeof cache === 'object' && cache !== null) return checkCacheOptions(cache);
  throw new TypeError('cache must be true, false or {entries, bytes}');
}

function checkFallback(fallback: unknown, rbacEnforced: unknown): readonly FallbackClaim[] {
  if (!Array.isArray(fallback) || !fallback.every((claim) => claim === 'permissions' || claim === 'scope')) {
    throw new TypeError('fallback must be an array of "permissions" and "scope"');
  }
  if (fallback.includes('scope') && rbacEnforced !== true) {
    throw new TypeError(
      'fallback "scope" requires rbacEnforced: true; with RBAC off for the API, Auth0 grants every scope that a client asks for',
    );
  }
  return [...fallback];
}
