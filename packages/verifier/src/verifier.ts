import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { Access, AccessClaims } from './access.ts';
import { VerifiedAccess } from './access.ts';
import { indexLayout } from './claim/layout-index.ts';
import { readClaim } from './claim/read-claim.ts';
import { VerifierError } from './errors.ts';
import type { CheckedOptions, VerifierOptions } from './options.ts';
import { checkOptions } from './options.ts';

export interface Verifier<P extends string = string> {
  /** Verifies an access token, without the `Bearer ` before it. Rejects with a VerifierError. */
  verify(token: string): Promise<Access<P>>;
}

/** Makes the verifier of one API. Throws a TypeError for options that can't work. */
export function createVerifier<P extends string>(options: VerifierOptions<P>): Verifier<P> {
  const checked = checkOptions(options);
  const index = indexLayout(options.layout);
  const key = keyGetter(checked.jwks);
  return {
    async verify(token) {
      const claims = await jwtVerify(token, key, {
        issuer: checked.issuer,
        audience: checked.audience,
        algorithms: [...checked.algorithms],
        clockTolerance: checked.clockTolerance,
        currentDate: checked.clock(),
        requiredClaims: ['exp', 'sub'],
      }).then(({ payload }) => payload, refuse);
      return new VerifiedAccess<P>(
        claims as JWTPayload & AccessClaims,
        readClaim(Object.hasOwn(claims, index.claim) ? claims[index.claim] : undefined, index),
      );
    },
  };
}

function keyGetter(jwks: CheckedOptions['jwks']): JWTVerifyGetKey {
  if (jwks instanceof URL) return createRemoteJWKSet(jwks);
  return typeof jwks === 'function' ? (jwks as JWTVerifyGetKey) : createLocalJWKSet(jwks);
}

function refuse(cause: unknown): never {
  if (cause instanceof errors.JWTExpired) throw new VerifierError('token_expired', 'The token has expired');
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'iss') {
    throw new VerifierError('issuer_refused', 'The token is from another issuer');
  }
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'aud') {
    throw new VerifierError('audience_refused', 'The token is for another audience');
  }
  if (cause instanceof errors.JWKSNoMatchingKey)
    throw new VerifierError('key_unknown', 'No key of the key set fits the token');
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    throw new VerifierError('signature_invalid', "The token's signature is wrong");
  }
  if (cause instanceof errors.JWKSTimeout || !(cause instanceof errors.JOSEError)) {
    throw new VerifierError('key_set_unavailable', 'The key set could not be had', { cause, retryAfter: 10 });
  }
  throw new VerifierError('token_malformed', 'The token is not a JSON web token that can be used here');
}
