import { constants, createSign, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasPermission } from '../../src/access.ts';
import { isVerifierError } from '../../src/errors.ts';
import type { Layout } from '../../src/layout.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { webPlatform } from '../../src/platform/web.ts';
import { createVerifierOn } from '../../src/verifier.ts';
import { ecKey, edKey, rsaKey, toJwk } from '../support/issuer.ts';

// Signatures of the wrong form for ECDSA (RFC 7518, section 3.4), RSASSA-PSS (3.5) and EdDSA (RFC 8037): the kinds of case of
// Wycheproof's JSON web signature vectors.

const ISSUER = 'https://acme.eu.auth0.com/';
const LAYOUT: Layout = {
  format: 'claimgen-layout-1',
  name: 'orders',
  audience: 'https://orders.acme.example',
  claim: 'pz',
  active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read'] }]],
  withdrawn: [],
};

const ec = ecKey('ec', 'P-256');
const rsa = rsaKey('ps');
const ed = edKey('ed');
const jwks = {
  keys: [toJwk(ec, { alg: 'ES256' }), toJwk(rsa, { alg: 'PS256' }), toJwk(ed, { alg: 'EdDSA' })],
};

const now = Math.floor(Date.now() / 1000);
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const payload = encode({
  iss: ISSUER,
  sub: 'auth0|1',
  aud: LAYOUT.audience,
  iat: now,
  exp: now + 600,
  pz: 'k3Jd9a.Ag',
});

/** A token whose signature is made from what was to be signed. */
function token(alg: string, kid: string, signature: (input: Buffer) => Buffer): string {
  const input = `${encode({ alg, typ: 'JWT', kid })}.${payload}`;
  return `${input}.${signature(Buffer.from(input)).toString('base64url')}`;
}

const es = (input: Buffer) => sign('sha256', input, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
const der = (input: Buffer) => createSign('sha256').update(input).sign(ec.privateKey);
const pss =
  (saltLength: number, hash = 'sha256') =>
  (input: Buffer) =>
    sign(hash, input, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
const pkcs1 = (input: Buffer) => sign('sha256', input, rsa.privateKey);
const eddsa = (input: Buffer) => sign(null, input, ed.privateKey);

/** The order of P-256 (SEC 2, section 2.4.2). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const bytes32 = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const flip = (signature: Buffer, at: number) => {
  const copy = Buffer.from(signature);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};
const zero = (signature: Buffer) => Buffer.alloc(signature.length);

const GOOD: [string, string][] = [
  ['ES256', token('ES256', 'ec', es)],
  ['PS256', token('PS256', 'ps', pss(32))],
  ['EdDSA', token('EdDSA', 'ed', eddsa)],
];

const HOSTILE: [string, string][] = [
  ['ES256, all zero', token('ES256', 'ec', (input) => zero(es(input)))],
  [
    'ES256, r zero',
    token('ES256', 'ec', (input) => Buffer.concat([Buffer.alloc(32), es(input).subarray(32)])),
  ],
  [
    'ES256, s zero',
    token('ES256', 'ec', (input) => Buffer.concat([es(input).subarray(0, 32), Buffer.alloc(32)])),
  ],
  ['ES256, r and s one', token('ES256', 'ec', () => Buffer.concat([bytes32(1n), bytes32(1n)]))],
  ['ES256, r and s the order', token('ES256', 'ec', () => Buffer.concat([bytes32(N), bytes32(N)]))],
  ['ES256, r the order and s one', token('ES256', 'ec', () => Buffer.concat([bytes32(N), bytes32(1n)]))],
  ['ES256 in DER', token('ES256', 'ec', der)],
  ['ES256, a byte short', token('ES256', 'ec', (input) => es(input).subarray(0, 63))],
  ['ES256, a byte long', token('ES256', 'ec', (input) => Buffer.concat([es(input), Buffer.alloc(1)]))],
  ['ES256, a zero byte before', token('ES256', 'ec', (input) => Buffer.concat([Buffer.alloc(1), es(input)]))],
  ['ES256, half of it', token('ES256', 'ec', (input) => es(input).subarray(0, 32))],
  ['ES256, empty', token('ES256', 'ec', () => Buffer.alloc(0))],
  ['ES256, a bit of r flipped', token('ES256', 'ec', (input) => flip(es(input), 0))],
  ['ES256, a bit of s flipped', token('ES256', 'ec', (input) => flip(es(input), 63))],
  [
    'ES256 over another hash',
    token('ES256', 'ec', (input) => sign('sha384', input, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })),
  ],
  ['ES256, random', token('ES256', 'ec', () => randomBytes(64))],
  ['ES256 with the RSA key', token('ES256', 'ps', es)],
  ['ES256 with the Edwards key', token('ES256', 'ed', es)],
  ['PS256 without salt', token('PS256', 'ps', pss(0))],
  ['PS256 with a long salt', token('PS256', 'ps', pss(64))],
  ['PS256 over another hash', token('PS256', 'ps', pss(32, 'sha512'))],
  ['PS256 as PKCS #1 v1.5', token('PS256', 'ps', pkcs1)],
  ['PS256, all zero', token('PS256', 'ps', (input) => zero(pss(32)(input)))],
  ['PS256, all ones', token('PS256', 'ps', () => Buffer.alloc(256, 0xff))],
  ['PS256, a byte short', token('PS256', 'ps', (input) => pss(32)(input).subarray(1))],
  [
    'PS256, a zero byte before',
    token('PS256', 'ps', (input) => Buffer.concat([Buffer.alloc(1), pss(32)(input)])),
  ],
  ['PS256, a bit flipped', token('PS256', 'ps', (input) => flip(pss(32)(input), 128))],
  ['PS256 with the curve key', token('PS256', 'ec', pss(32))],
  ['RS256 where only PS256 is accepted', token('RS256', 'ps', pkcs1)],
  ['EdDSA, all zero', token('EdDSA', 'ed', (input) => zero(eddsa(input)))],
  ['EdDSA, a bit flipped', token('EdDSA', 'ed', (input) => flip(eddsa(input), 40))],
  ['EdDSA, a byte short', token('EdDSA', 'ed', (input) => eddsa(input).subarray(0, 63))],
  ['EdDSA, a byte long', token('EdDSA', 'ed', (input) => Buffer.concat([eddsa(input), Buffer.alloc(1)]))],
  ['EdDSA with the curve key', token('EdDSA', 'ec', eddsa)],
];

describe.each([
  ['node:crypto', nodePlatform() ?? webPlatform],
  ['WebCrypto', webPlatform],
])('on %s', (_, platform) => {
  const verifier = createVerifierOn(platform, {
    issuer: ISSUER,
    layout: LAYOUT,
    algorithms: ['ES256', 'PS256', 'EdDSA'],
    jwks,
  });

  it.each(GOOD)('accepts a signature of the right form: %s', async (_title, text) => {
    expect(hasPermission(await verifier.verify(text), 'orders:read')).toBe(true);
  });

  it.each(HOSTILE)('refuses %s', async (_title, text) => {
    const error: unknown = await verifier.verify(text).catch((caught: unknown) => caught);
    expect(isVerifierError(error)).toBe(true);
    expect(['signature_invalid', 'key_unknown', 'algorithm_refused', 'token_malformed']).toContain(
      (error as { code: string }).code,
    );
  });
});
