import { Buffer } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';
import type { Layout } from '../../src/layout.ts';

export const ISSUER = 'https://acme.eu.auth0.com/';
export const AUDIENCE = 'https://orders.acme.example';
export const CLAIM = 'https://acme.example/permissions';
/** The present of all tests, in seconds. */
export const NOW = 1_800_000_000;

export type Name = 'orders:read' | 'orders:write' | 'orders:refund' | 'invoices:read';

export const layout: Layout<Name> = {
  format: 'claimgen-layout-1',
  name: 'orders',
  audience: AUDIENCE,
  claim: CLAIM,
  active: 0,
  lineages: [
    [
      { id: 'k3Jd9a', permissions: ['orders:read', 'orders:write'] },
      { id: '9fQ2xB', permissions: ['orders:refund', 'invoices:read'] },
    ],
  ],
  withdrawn: [],
};

/** orders:read and orders:refund. */
export const CLAIM_VALUE = 'k3Jd9a9fQ2xB.Ao';

export interface KeyPair {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * Keys are read again from what was generated: Node 20 stops for good where the garbage of a key's generation is collected while that key is
 * exported.
 */
const publicKeyEncoding = { type: 'spki', format: 'der' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const;

function readAgain(kid: string, made: { readonly publicKey: Buffer; readonly privateKey: Buffer }): KeyPair {
  return {
    kid,
    publicKey: createPublicKey({ key: made.publicKey, ...publicKeyEncoding }),
    privateKey: createPrivateKey({ key: made.privateKey, ...privateKeyEncoding }),
  };
}

export function rsaKey(kid: string, modulusLength = 2048): KeyPair {
  return readAgain(kid, generateKeyPairSync('rsa', { modulusLength, publicKeyEncoding, privateKeyEncoding }));
}

export function ecKey(kid: string, namedCurve: string): KeyPair {
  return readAgain(kid, generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding }));
}

export function edKey(kid: string): KeyPair {
  return readAgain(kid, generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }));
}

export function toJwk({ kid, publicKey }: KeyPair, members: Partial<JWK> = {}): JWK {
  return { ...(publicKey.export({ format: 'jwk' }) as JWK), kid, use: 'sig', ...members };
}

export function keySet(...keys: KeyPair[]): JSONWebKeySet {
  return { keys: keys.map((key) => toJwk(key)) };
}

export const goodClaims: Readonly<Record<string, unknown>> = {
  iss: ISSUER,
  sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
  aud: [AUDIENCE, 'https://acme.eu.auth0.com/userinfo'],
  iat: NOW - 60,
  exp: NOW + 3600,
  azp: 'my_client_id',
  scope: 'openid profile',
  [CLAIM]: CLAIM_VALUE,
};

export function encode(text: string | Uint8Array): string {
  return Buffer.from(text as string).toString('base64url');
}

/** Signs what is given as it stands: also what no library would sign. */
export function signText(header: string, payload: string, key: KeyPair, algorithm = 'RS256'): string {
  const signed = `${header}.${payload}`;
  return `${signed}.${encode(signBytes(signed, key.privateKey, algorithm))}`;
}

export function signBytes(signed: string, key: KeyObject, algorithm: string): Uint8Array {
  const digest = algorithm.startsWith('Ed') ? null : `sha${algorithm.replace(/^[A-Z]+/i, '')}`;
  const bytes = Buffer.from(signed, 'latin1');
  if (algorithm.startsWith('ES')) return sign(digest, bytes, { key, dsaEncoding: 'ieee-p1363' });
  if (algorithm.startsWith('PS')) {
    const saltLength = Number(algorithm.slice(-3)) / 8;
    return sign(digest, bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
  }
  return sign(digest, bytes, key);
}

export interface TokenParts {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly algorithm?: string;
}

/** A good token but for what is given; a member given as undefined is left out. */
export function makeToken(
  key: KeyPair,
  { header = {}, claims = {}, algorithm = 'RS256' }: TokenParts = {},
): string {
  return signText(
    encode(JSON.stringify({ alg: algorithm, typ: 'JWT', kid: key.kid, ...header })),
    encode(JSON.stringify({ ...goodClaims, ...claims })),
    key,
    algorithm,
  );
}
