// The bytes of an access token around its payload, and of the header line that it is sent in.

/** How a tenant signs the tokens of an API. */
export interface TokenSigning {
  readonly algorithm: string;
  /** `rfc9068` has another `typ`. Source: https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles */
  readonly profile: 'auth0' | 'rfc9068';
  /** Characters of the header's `kid`. */
  readonly keyIdBytes: number;
  /** Of the RSA key; HS256 has none. */
  readonly keyBits: number;
}

/** What is around the token in its header line, in bytes. */
export const LINE_FRAME: number = 'Authorization: Bearer \r\n'.length;

/** The size of base64url without padding: RFC 4648, section 5. */
export function base64urlLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}

/** The JOSE header's JSON text, in bytes. */
export function headerBytes({ algorithm, profile, keyIdBytes }: TokenSigning): number {
  const typ = profile === 'rfc9068' ? 'at+jwt' : 'JWT';
  return JSON.stringify({ alg: algorithm, typ, kid: 'k'.repeat(keyIdBytes) }).length;
}

/** The signature, in bytes: RFC 7518, sections 3.2 and 3.3. */
export function signatureBytes({ algorithm, keyBits }: TokenSigning): number {
  return algorithm === 'HS256' ? 32 : keyBits / 8;
}

/** Characters of a token with a payload of so many bytes. */
export function tokenLength(signing: TokenSigning, payloadBytes: number): number {
  const parts = [headerBytes(signing), payloadBytes, signatureBytes(signing)];
  return parts.reduce((sum, bytes) => sum + base64urlLength(bytes), '..'.length);
}

/** Bytes of `Authorization: Bearer <token>` and its CRLF, for a token with a payload of so many bytes. */
export function lineLength(signing: TokenSigning, payloadBytes: number): number {
  return LINE_FRAME + tokenLength(signing, payloadBytes);
}
