// A client that proves possession of its key: RFC 9449.
import { createHash, randomUUID } from 'node:crypto';
import type { KeyPair } from './issuer.ts';
import { ecKey, encode, makeToken, NOW, signText, toJwk } from './issuer.ts';

export const METHOD = 'GET';
export const URL_OF_REQUEST = 'https://api.acme.example/orders';

/** What a proof says; a member given as undefined is left out. */
export interface ProofParts {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly algorithm?: string;
  /** Signs in place of the client's key. */
  readonly signer?: KeyPair;
}

export interface DpopClient {
  readonly key: KeyPair;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly jkt: string;
  /** An access token bound to the key. */
  readonly token: string;
  /** A good proof for `token`, `METHOD` and `URL_OF_REQUEST`, but for what is given. */
  prove(parts?: ProofParts): string;
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64url');
}

/** RFC 7638, section 3, by other means than the verifier's. */
export function thumbprint(jwk: Readonly<Record<string, unknown>>): string {
  const names = { EC: ['crv', 'kty', 'x', 'y'], RSA: ['e', 'kty', 'n'], OKP: ['crv', 'kty', 'x'] };
  const members = names[jwk['kty'] as 'EC'].map((name) => [name, jwk[name]]);
  return sha256(JSON.stringify(Object.fromEntries(members)));
}

export function dpopClient(
  issuerKey: KeyPair,
  {
    key = ecKey('client', 'P-256'),
    algorithm = 'ES256',
    cnf = {},
    claims: tokenClaims = {},
  }: {
    key?: KeyPair;
    algorithm?: string;
    cnf?: Readonly<Record<string, unknown>>;
    claims?: Readonly<Record<string, unknown>>;
  } = {},
): DpopClient {
  const { kid: _kid, use: _use, ...jwk } = toJwk(key);
  const jkt = thumbprint(jwk);
  const token = makeToken(issuerKey, { claims: { cnf: { jkt, ...cnf }, ...tokenClaims } });
  return {
    key,
    jwk,
    jkt,
    token,
    prove({ header = {}, claims = {}, algorithm: signed = algorithm, signer = key } = {}) {
      const good = {
        jti: randomUUID(),
        htm: METHOD,
        htu: URL_OF_REQUEST,
        iat: NOW,
        ath: sha256(token),
      };
      return signText(
        encode(JSON.stringify({ typ: 'dpop+jwt', alg: signed, jwk, ...header })),
        encode(JSON.stringify({ ...good, ...claims })),
        signer,
        signed,
      );
    },
  };
}
