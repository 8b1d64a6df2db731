// The signature algorithms that a verifier can accept, and the keys that each of them has.
/**
 * JWS algorithms that verify with a public key (RFC 7518, RFC 8037). `none` and the symmetric HS256 to HS512
 * are not among them.
 */
export type Algorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519';

/** RFC 7518, section 6.1; RFC 8037, section 2. `crv` is undefined for RSA. */
export const KEY_KINDS: Readonly<
  Record<Algorithm, { readonly kty: string; readonly crv: string | undefined }>
> = {
  RS256: { kty: 'RSA', crv: undefined },
  RS384: { kty: 'RSA', crv: undefined },
  RS512: { kty: 'RSA', crv: undefined },
  PS256: { kty: 'RSA', crv: undefined },
  PS384: { kty: 'RSA', crv: undefined },
  PS512: { kty: 'RSA', crv: undefined },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
};

export function isAlgorithm(name: unknown): name is Algorithm {
  return typeof name === 'string' && Object.hasOwn(KEY_KINDS, name);
}
