// Makes the verifier of one API.
import { TokenCache } from './cache/token-cache.ts';
import { Freshness } from './changes/freshness.ts';
import { checkOptions } from './check-options.ts';
import type { LayoutIndex } from './claim/layout-index.ts';
import { indexLayout } from './claim/layout-index.ts';
import type { HeaderLookup } from './header-lookup.ts';
import { AskedIssuers } from './issuers/asked-issuers.ts';
import type { CheckedIssuers } from './issuers/issuers.ts';
import { createIssuersVerifier } from './issuers/issuers-verifier.ts';
import { ListedIssuers } from './issuers/listed-issuers.ts';
import type { KeySource } from './keys/key-source.ts';
import type { CommonOptions, VerifierOptions } from './options.ts';
import { currentPlatform } from './platform/current.ts';
import type { Platform } from './platform/platform.ts';
import type { Challenger } from './proofs/challenger.ts';
import { ProofVerifier } from './proofs/proof-verifier.ts';
import { createProvingVerifier } from './proving-verifier.ts';
import type { TokenVerifier } from './token-verifier.ts';
import { createTokenVerifier } from './token-verifier.ts';
import type { Verifier } from './verifier-type.ts';

export type { Verifier } from './verifier-type.ts';

/**
 * Makes the verifier of one API. Throws a TypeError for options that can't work. docs/reference/verifier.md
 *
 * @example
 * const verifier = createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: orders });
 * const access = await verifier.verify(token);
 */
export function createVerifier<P extends string>(options: VerifierOptions<P>): Verifier<P> {
  return createVerifierOn(currentPlatform, options);
}

export function createVerifierOn<P extends string>(
  platform: Platform,
  options: VerifierOptions<P>,
): Verifier<P> & Partial<HeaderLookup<P>> {
  const { common, issuers } = checkOptions(options);
  const { dpop, senderConstrained, now } = common;
  const proofs =
    dpop && new ProofVerifier(platform, { ...dpop, required: senderConstrained === 'require', now });
  const verifier = createVerifierOfTokens<P>(platform, common, issuers, proofs?.challenges);
  return proofs === undefined ? verifier : createProvingVerifier(verifier, proofs, common);
}

function createVerifierOfTokens<P extends string>(
  platform: Platform,
  common: CommonOptions,
  issuers: CheckedIssuers,
  challenger: Challenger | undefined,
): TokenVerifier<P> {
  const index = indexLayout(common.layout);
  const cache = common.cache === undefined ? undefined : new TokenCache<P>(common.cache);
  const freshness = startFreshness(common, index);
  const shared = { index, cache, freshness, challenger };
  if ('issuer' in issuers) return createTokenVerifier<P>(platform, { ...common, ...issuers }, shared);
  const make = (issuer: string, keys: KeySource): TokenVerifier<P> =>
    createTokenVerifier<P>(platform, { ...common, issuer, keys }, shared);
  const known =
    'list' in issuers
      ? new ListedIssuers(issuers.list, make)
      : new AskedIssuers(issuers.ask, make, common.on);
  return createIssuersVerifier<P>(platform, common, shared, known);
}

function startFreshness(
  { changes, layout, clockTolerance, now }: CommonOptions,
  index: LayoutIndex,
): Freshness | undefined {
  if (changes === undefined) return undefined;
  return new Freshness(changes, {
    audience: layout.name,
    names: index.all.places,
    tolerance: clockTolerance * 1000,
    now: () => now() * 1000,
  });
}
