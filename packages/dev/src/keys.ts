// The issuer's signing key, made at every start: no token outlives the process that signed it.
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, type JWTVerifyResult, jwtVerify, SignJWT } from 'jose';
import type { Token } from './dev-tenant.ts';

export interface Keys {
  /** The key with its private part, for the provider. */
  readonly jwk: JWK;
  sign(token: Token): Promise<string>;
  /** @throws JOSEError for a token that was not signed here, has expired, or is for another audience */
  verify(token: string, issuer: string, audience: string): Promise<JWTVerifyResult>;
}

export async function createKeys(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = `claimgen-dev-${randomUUID()}`;
  // Without "alg": the same key signs RS256 and PS256.
  const jwk = { ...(await exportJWK(privateKey)), kid, use: 'sig' };
  const pss = await crypto.subtle.importKey(
    'jwk',
    await exportJWK(privateKey),
    { name: 'RSA-PSS', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return {
    jwk,
    sign: ({ algorithm, type, payload }) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: algorithm, typ: type, kid })
        .sign(algorithm === 'PS256' ? pss : privateKey),
    verify: (token, issuer, audience) =>
      jwtVerify(token, publicKey, { issuer, audience, algorithms: ['RS256'] }),
  };
}
