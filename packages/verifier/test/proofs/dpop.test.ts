// Proofs of DPoP at the core: what passes, and all that does not. The cases of auth0-api-js and express-oauth2-jwt-bearer
// are among them.
import { describe, expect, test } from 'vitest';
import type { Algorithm } from '../../src/algorithms.ts';
import { toRefusal } from '../../src/bearer.ts';
import { isVerifierError } from '../../src/errors.ts';
import type { VerifierOptions } from '../../src/options.ts';
import { webPlatform } from '../../src/platform/web.ts';
import { ProofVerifier } from '../../src/proofs/proof-verifier.ts';
import type { SenderRequest } from '../../src/proofs/sender-request.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifier, createVerifierOn } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import { dpopClient, METHOD, sha256, thumbprint, URL_OF_REQUEST } from '../support/dpop-client.ts';
import type { KeyPair, Name } from '../support/issuer.ts';
import {
  ecKey,
  edKey,
  encode,
  ISSUER,
  keySet,
  layout,
  makeToken,
  NOW,
  rsaKey,
  signText,
  toJwk,
} from '../support/issuer.ts';
import { lookUp } from '../support/look-up.ts';

const key = rsaKey('main');
const client = dpopClient(key);
const options: VerifierOptions<Name> = {
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
  senderConstrained: 'verify',
};
const verifierWith = (more: Partial<VerifierOptions<Name>> = {}): Verifier<Name> =>
  createVerifier({ ...options, ...more });
const verifier = verifierWith();
const unbound = makeToken(key);

const request = (more: Partial<SenderRequest> = {}): SenderRequest => ({
  scheme: 'DPoP',
  method: METHOD,
  url: URL_OF_REQUEST,
  dpop: client.prove(),
  ...more,
});

async function refusalOf(verification: Promise<unknown>) {
  const error: unknown = await verification.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isVerifierError(error)) throw error ?? new Error('it was verified');
  return { code: error.code, message: error.message, ...toRefusal(error) };
}

describe('a token that is bound to a key', () => {
  test('passes with a proof for each request', async () => {
    for (let times = 0; times < 3; times += 1) {
      const access = await verifier.verify(client.token, request());
      expect(access.permissions.has('orders:read')).toBe(true);
    }
  });

  test('passes without Node, and of one of several issuers', async () => {
    const web = createVerifierOn(webPlatform, options);
    expect(await codeOf(web.verify(client.token, request()))).toBe('verified');
    const { jwks: _jwks, ...rest } = options;
    const several = createVerifier({ ...rest, issuer: [{ issuer: ISSUER, jwks: keySet(key) }] });
    for (const _ of [1, 2]) expect(await codeOf(several.verify(client.token, request()))).toBe('verified');
    const used = request();
    expect(await codeOf(several.verify(client.token, used))).toBe('verified');
    expect(await codeOf(several.verify(client.token, { ...used }))).toBe('proof_replayed');
    expect(await codeOf(several.verify(client.token))).toBe('token_sender_constrained');
    const foreign = makeToken(key, { claims: { iss: 'https://other.example/' } });
    const refusal = await refusalOf(several.verify(foreign, request()));
    expect(refusal.headers['www-authenticate']).toMatch(/^DPoP error="invalid_token",.* algs="ES256"$/);
  });

  test.each<[Algorithm, () => KeyPair]>([
    ['ES256', () => ecKey('c', 'P-256')],
    ['ES384', () => ecKey('c', 'P-384')],
    ['ES512', () => ecKey('c', 'P-521')],
    ['RS256', () => rsaKey('c')],
    ['PS256', () => rsaKey('c')],
    ['PS512', () => rsaKey('c', 3072)],
    ['EdDSA', () => edKey('c')],
    ['Ed25519', () => edKey('c')],
  ])('passes with a key for %s, where that is accepted', async (algorithm, makeKey) => {
    const other = dpopClient(key, { key: makeKey(), algorithm });
    const accepting = verifierWith({ dpop: { algorithms: [algorithm] } });
    for (const _ of [1, 2, 3])
      expect(await codeOf(accepting.verify(other.token, request({ dpop: other.prove() })))).toBe('verified');
    const forged = request({ dpop: other.prove({ signer: makeKey() }) });
    expect(await codeOf(accepting.verify(other.token, forged))).toBe('proof_refused');
    if (algorithm === 'ES256') return;
    const refusal = await refusalOf(verifier.verify(other.token, request({ dpop: other.prove() })));
    expect(refusal.message).toMatch(/"alg" header parameter of the DPoP proof must be one of ES256/);
  });

  test('passes where `cnf` has members beside `jkt`, as Keycloak writes them', async () => {
    const other = dpopClient(key, { cnf: { 'kc-jkt-type': 'DPoP', abc: 1 } });
    expect(await codeOf(verifier.verify(other.token, request({ dpop: other.prove() })))).toBe('verified');
  });

  test('is refused without the request, and where the token is in the cache', async () => {
    const other = verifierWith();
    expect(await codeOf(other.verify(client.token))).toBe('token_sender_constrained');
    expect(await codeOf(other.verify(client.token, request()))).toBe('verified');
    expect(lookUp(other, client.token)).toBeUndefined();
    expect(await codeOf(other.verify(client.token))).toBe('token_sender_constrained');
    expect(await codeOf(other.verify(client.token, request({ dpop: undefined })))).toBe('proof_missing');
    const forged = request({ dpop: client.prove({ signer: ecKey('x', 'P-256') }) });
    expect(await codeOf(other.verify(client.token, forged))).toBe('proof_refused');
  });

  test('is refused as a bearer token, with a proof and without', async () => {
    const { code, status, headers } = await refusalOf(
      verifier.verify(client.token, request({ scheme: 'Bearer', dpop: undefined })),
    );
    expect([code, status]).toEqual(['binding_refused', 401]);
    expect(headers['www-authenticate']).toMatch(/^Bearer error="invalid_token",.*, DPoP algs="ES256"$/);
    const proven = await refusalOf(verifier.verify(client.token, request({ scheme: 'Bearer' })));
    expect([proven.code, proven.status]).toEqual(['request_malformed', 400]);
    expect(proven.headers['www-authenticate']).toMatch(
      /^Bearer error="invalid_request",.*, DPoP algs="ES256"$/,
    );
  });

  test('is still refused, or accepted, where nobody verifies proofs', async () => {
    const plain = verifierWith({ senderConstrained: 'refuse' });
    expect(await codeOf(plain.verify(client.token, request()))).toBe('token_sender_constrained');
    const gateway = verifierWith({ senderConstrained: 'accept' });
    expect(await codeOf(gateway.verify(client.token, request({ dpop: 'nonsense' })))).toBe('verified');
  });
});

describe('a token that is not bound', () => {
  test('passes as a bearer token, from the cache, too', async () => {
    const bearer = request({ scheme: 'Bearer', dpop: undefined });
    for (const given of [bearer, undefined, bearer])
      expect(await codeOf(verifier.verify(unbound, given))).toBe('verified');
  });

  test('is refused by the scheme of DPoP, and with a proof', async () => {
    const proof = client.prove({ claims: { ath: sha256(unbound) } });
    expect(await codeOf(verifier.verify(unbound, request({ dpop: proof })))).toBe('binding_refused');
    const bearer = await refusalOf(verifier.verify(unbound, request({ scheme: 'Bearer', dpop: proof })));
    expect([bearer.code, bearer.status]).toEqual(['request_malformed', 400]);
  });

  test('is refused where a bound one is required', async () => {
    const strict = verifierWith({ senderConstrained: 'require' });
    for (const given of [undefined, request({ scheme: 'Bearer', dpop: undefined })])
      expect(await codeOf(strict.verify(unbound, given))).toBe('binding_refused');
    expect(await codeOf(strict.verify(client.token, request()))).toBe('verified');
  });
});

describe('a confirmation', () => {
  const { jkt } = client;
  test.each<[string, unknown]>([
    ['null', null],
    ['a string', jkt],
    ['an array', [jkt]],
    ['without members', {}],
    ['by a key in the token', { jwk: client.jwk }],
    ['by the name of a key', { kid: 'x' }],
    ['with a jkt that is empty', { jkt: '' }],
    ['with a jkt that is null', { jkt: null }],
    ['with a jkt that is a number', { jkt: 1 }],
    ['with a jkt that is an array', { jkt: [jkt] }],
    ['with a jkt of another length', { jkt: jkt.slice(1) }],
    ['with a jkt with padding', { jkt: `${jkt}=` }],
    ['with a jkt in another spelling of the same bytes', { jkt: `${jkt.slice(0, -1)}B` }],
    ['with a certificate that is malformed', { jkt, 'x5t#S256': 1 }],
    ['of a certificate by SHA-1', { x5t: 'AAAA' }],
  ])('%s is refused', async (_title, cnf) => {
    const other = dpopClient(key, { key: client.key, claims: { cnf } });
    const proof = other.prove();
    for (const given of [request({ dpop: proof }), request({ scheme: 'Bearer', dpop: undefined }), undefined])
      expect(await codeOf(verifier.verify(other.token, given))).toBe('token_sender_constrained');
  });

  test('of another key is refused', async () => {
    const thief = dpopClient(key);
    const proof = thief.prove({ claims: { ath: sha256(client.token) } });
    const refusal = await refusalOf(verifier.verify(client.token, request({ dpop: proof })));
    expect([refusal.code, refusal.status]).toEqual(['binding_refused', 401]);
    expect(refusal.headers['www-authenticate']).toMatch(
      /^DPoP error="invalid_token", error_description="[^"]+", reason="invalid", algs="ES256"$/,
    );
  });
});

describe('a proof is refused', () => {
  const { jwk } = client;
  const [first, second] = [client.prove(), client.prove()];
  const [head = '', payload = '', signature = ''] = first.split('.');
  const cases: Record<string, SenderRequest['dpop']> = {
    'that is empty': '',
    'that is no JWT': 'abc',
    'of two parts': `${head}.${payload}`,
    'of four parts': `${first}.${signature}`,
    'beside another, in one header': `${first}, ${second}`,
    'beside another, joined by a comma': `${first},${second}`,
    'beside another, in two headers': [first, second],
    twice: [first, first],
    'with whitespace': ` ${first}`,
    'with padding': `${first}=`,
    'that is too long': client.prove({ claims: { more: 'x'.repeat(8192) } }),
    'with a signature that was changed': `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'with a signature that is short': `${head}.${payload}.${signature.slice(0, -4)}`,
    'with claims that were changed': `${head}.${encode(JSON.stringify({ jti: 'x', htm: 'POST' }))}.${signature}`,
    'by another key': client.prove({ signer: ecKey('other', 'P-256') }),
    'that is no JSON': `${encode('x')}.${payload}.${signature}`,
    'with a name twice': signText(
      encode(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk })),
      encode(
        `{"jti":"1","htm":"POST","htm":"${METHOD}","htu":"${URL_OF_REQUEST}","iat":${NOW},"ath":"${sha256(client.token)}"}`,
      ),
      client.key,
      'ES256',
    ),
    ...headers('typ', [undefined, 'JWT', 'jwt', 'dpop', 'at+jwt', 'dpop+jwt ', 1, null]),
    ...headers('alg', [undefined, 'none', 'HS256', 'RS256', 'ES384', 'es256', null, ['ES256']]),
    ...headers('crit', [['exp'], []]),
    ...headers('b64', [false, true]),
    ...headers('jku', ['https://evil.example/']),
    ...headers('x5u', ['https://evil.example/']),
    ...headers('x5c', [['MIIC']]),
    ...headers('jwk', [
      undefined,
      null,
      'x',
      [],
      {},
      { ...jwk, d: 'AQAB' },
      { ...jwk, d: null },
      client.key.privateKey.export({ format: 'jwk' }),
      { ...jwk, k: 'AQAB' },
      { ...jwk, use: 'enc' },
      { ...jwk, key_ops: ['sign'] },
      { ...jwk, alg: 'ES384' },
      { ...jwk, crv: 'P-384' },
      { ...jwk, y: undefined },
      { ...jwk, kty: 'RSA' },
      { kty: 'oct', k: 'AQAB' },
      { ...jwk, kid: 1 },
    ]),
    ...claims('jti', [undefined, '', 1, null, ['x']]),
    ...claims('htm', [undefined, '', 'POST', 'get', 'GET ', 1, null, ['GET']]),
    ...claims('htu', [
      undefined,
      '',
      1,
      null,
      [URL_OF_REQUEST],
      '/orders',
      'api.acme.example/orders',
      '//api.acme.example/orders',
      'https:api.acme.example/orders',
      'https:///api.acme.example/orders',
      'http://api.acme.example/orders',
      'https://api.acme.example:8443/orders',
      'https://api.acme.example/orders/',
      'https://api.acme.example/Orders',
      'https://api.acme.example/orders/1',
      'https://api.acme.example/',
      'https://api.acme.example./orders',
      'https://acme.example/orders',
      'https://api.acme.example@evil.example/orders',
      'https://evil.example/orders',
      'https://api.acme.example\\orders',
      ' https://api.acme.example/orders',
      'https://api.acme.example/ord\ners',
      'ftp://api.acme.example/orders',
      ':://foo.bar?x=1',
    ]),
    ...claims('iat', [undefined, null, '0', String(NOW), NOW * 1000, NOW - 331, NOW - 330, NOW + 31, 0, -1]),
    ...claims('ath', [
      undefined,
      '',
      null,
      1,
      'bad-ath',
      sha256('x'),
      sha256(unbound),
      `${sha256(client.token)}=`,
      Buffer.from(sha256(client.token), 'base64url').toString('hex'),
    ]),
    ...claims('exp', [NOW - 31, 'x', null]),
    ...claims('nbf', [NOW + 31, 'x', null]),
  };
  function headers(name: string, values: readonly unknown[]) {
    return Object.fromEntries(
      values.map((value) => [
        `with the header's ${name} ${JSON.stringify(value)}`,
        client.prove({ header: { [name]: value } }),
      ]),
    );
  }
  function claims(name: string, values: readonly unknown[]) {
    return Object.fromEntries(
      values.map((value) => [
        `with the claim ${name} ${JSON.stringify(value)}`,
        client.prove({ claims: { [name]: value } }),
      ]),
    );
  }

  test.each(Object.entries(cases))('%s', async (_title, dpop) => {
    const {
      code,
      status,
      body,
      headers: sent,
    } = await refusalOf(verifier.verify(client.token, request({ dpop })));
    expect([code, status, body]).toEqual(['proof_refused', 401, { error: 'unauthorized', reason: 'proof' }]);
    expect(sent['www-authenticate']).toMatch(
      /^DPoP error="invalid_dpop_proof", error_description="[^"\\]+", algs="ES256"$/,
    );
    expect(sent['dpop-nonce']).toBeUndefined();
  });

  test('that is missing', async () => {
    for (const dpop of [undefined, null, []]) {
      const refusal = await refusalOf(verifier.verify(client.token, request({ dpop })));
      expect(refusal).toMatchObject({ code: 'proof_missing', status: 401, body: { reason: 'proof' } });
      expect(refusal.headers['www-authenticate']).toMatch(/^DPoP error="invalid_dpop_proof",/);
    }
  });

  test('with a key that anybody can sign by, though the token is bound to it', async () => {
    const rsa = rsaKey('weak');
    const weak: [KeyPair, Record<string, unknown>, Algorithm][] = [
      [rsa, { ...toJwk(rsa), e: 'AQ' }, 'RS256'],
      [rsaKey('small', 1024), {}, 'RS256'],
      [edKey('order'), { kty: 'OKP', crv: 'Ed25519', x: encode(new Uint8Array(32).fill(1, 0, 1)) }, 'EdDSA'],
      [ecKey('off', 'P-256'), { ...client.jwk, y: client.jwk['x'] }, 'ES256'],
      // No base64url has so many characters.
      [ecKey('cut', 'P-256'), { ...client.jwk, y: 'A' }, 'ES256'],
      [rsa, { ...toJwk(rsa), n: 'AAAAA' }, 'RS256'],
    ];
    for (const [pair, members, algorithm] of weak) {
      const jwk = Object.keys(members).length === 0 ? toJwk(pair) : members;
      const other = dpopClient(key, { key: pair, algorithm, cnf: { jkt: thumbprint(jwk) } });
      const accepting = verifierWith({ dpop: { algorithms: [algorithm] } });
      const refusal = await refusalOf(
        accepting.verify(other.token, request({ dpop: other.prove({ header: { jwk } }) })),
      );
      expect([algorithm, refusal.code]).toEqual([algorithm, 'proof_refused']);
      expect(refusal.message).toMatch(/"jwk" header parameter/);
    }
  });
});

describe('a proof passes', () => {
  test.each<[string, Parameters<typeof client.prove>[0], Partial<SenderRequest>?]>([
    ['with the type as a media type', { header: { typ: 'application/dpop+jwt' } }],
    ['with the type in other case', { header: { typ: 'DPoP+JWT' } }],
    [
      'with a key that names itself',
      { header: { kid: 'x', jwk: { ...client.jwk, kid: 'x', use: 'sig', alg: 'ES256' } } },
    ],
    ['of 329 seconds before', { claims: { iat: NOW - 329 } }],
    ['with a fraction of a second', { claims: { iat: NOW - 0.5 } }],
    ['of 30 seconds after', { claims: { iat: NOW + 30 } }],
    ['that expires', { claims: { exp: NOW + 60, nbf: NOW - 60 } }],
    ['with a nonce that nobody asked for', { claims: { nonce: 'x' } }],
    ['for a URL with query and fragment', {}, { url: `${URL_OF_REQUEST}?page=2#top` }],
    ['that names the query, which does not count', { claims: { htu: `${URL_OF_REQUEST}?page=2` } }],
    ['with scheme and host in other case', { claims: { htu: 'HTTPS://API.ACME.example/orders' } }],
    ['with the port that goes without saying', { claims: { htu: 'https://api.acme.example:443/orders' } }],
    ['with escapes that need not be', { claims: { htu: 'https://api.acme.example/%6frders' } }],
    ['for another method', { claims: { htm: 'PATCH' } }, { method: 'PATCH' }],
    ['in an array', {}, { dpop: [client.prove()] }],
  ])('%s', async (_title, parts, more = {}) => {
    const given = request({ dpop: client.prove(parts), ...more });
    expect(await codeOf(verifier.verify(client.token, given))).toBe('verified');
  });
});

test('a window that is set counts', async () => {
  const short = verifierWith({ dpop: { maxAge: 10, clockTolerance: 0 } });
  for (const [age, code] of [
    [0, 'verified'],
    [9, 'verified'],
    [10, 'proof_refused'],
    [-1, 'proof_refused'],
  ] as const) {
    const dpop = client.prove({ claims: { iat: NOW - age } });
    expect([age, await codeOf(short.verify(client.token, request({ dpop })))]).toEqual([age, code]);
  }
});

test('a clock that fails lets no proof pass', async () => {
  const broken = new ProofVerifier(webPlatform, {
    algorithms: ['ES256'],
    maxAge: 300,
    clockTolerance: 30,
    replays: { add: () => true },
    nonces: undefined,
    required: false,
    now: () => Number.NaN,
  });
  expect(await codeOf(broken.check(client.token, { cnf: { jkt: client.jkt } }, request()))).toBe(
    'proof_refused',
  );
});

describe('the example of RFC 9449, section 7.1', () => {
  const TOKEN = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
  const JKT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';
  const PROOF =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA';
  /** Section 5: for the token endpoint, so without `ath`. */
  const OF_TOKEN_ENDPOINT =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg';
  const proofs = new ProofVerifier(webPlatform, {
    algorithms: ['ES256'],
    maxAge: 60,
    clockTolerance: 0,
    replays: { add: () => true },
    nonces: undefined,
    required: false,
    now: () => 1_562_262_620,
  });
  const given: SenderRequest = {
    scheme: 'DPoP',
    method: 'GET',
    url: 'https://resource.example.org/protectedresource',
    dpop: PROOF,
  };

  test('passes', async () => {
    expect(await codeOf(proofs.check(TOKEN, { cnf: { jkt: JKT } }, given))).toBe('verified');
  });

  test('passes for no other request, token or key', async () => {
    for (const [token, jkt, more, code] of [
      [TOKEN, JKT, { method: 'POST' }, 'proof_refused'],
      [TOKEN, JKT, { url: 'https://resource.example.org/other' }, 'proof_refused'],
      [`${TOKEN}x`, JKT, {}, 'proof_refused'],
      [TOKEN, client.jkt, {}, 'binding_refused'],
      [
        TOKEN,
        JKT,
        { method: 'POST', url: 'https://server.example.com/token', dpop: OF_TOKEN_ENDPOINT },
        'proof_refused',
      ],
    ] as const)
      expect(await codeOf(proofs.check(token, { cnf: { jkt } }, { ...given, ...more }))).toBe(code);
  });
});

test('no message and no challenge tells anything of the token or the proof', async () => {
  for (const dpop of [client.prove({ claims: { htu: 'https://secret.example/' } }), 'secret', undefined]) {
    const refusal = await refusalOf(verifier.verify(client.token, request({ dpop })));
    expect(JSON.stringify(refusal)).not.toContain('secret');
    expect(JSON.stringify(refusal)).not.toContain(client.jkt);
  }
});

test('hooks are told of proofs that were refused', async () => {
  const told: string[] = [];
  const watched = verifierWith({
    on: {
      verified: () => told.push('verified'),
      refused: ({ code }) => told.push(code),
      cacheHit: () => told.push('hit'),
    },
  });
  await watched.verify(client.token, request());
  await watched.verify(client.token, request());
  await codeOf(watched.verify(client.token, request({ dpop: 'x' })));
  const fresh = dpopClient(key, { claims: { jti: 'fresh' } });
  await codeOf(watched.verify(fresh.token, request({ dpop: 'x' })));
  const expected = ['verified', 'hit', 'hit', 'proof_refused', 'verified', 'proof_refused'];
  expect(told).toEqual(expected);
  await codeOf(watched.verify(fresh.token, request({ scheme: 'Bearer' })));
  expect(told).toEqual([...expected, 'request_malformed']);
});

test.each<[string, Partial<VerifierOptions<Name>>, RegExp]>([
  ['dpop where nobody verifies proofs', { senderConstrained: 'refuse', dpop: {} }, /dpop is for/],
  ['no algorithm', { dpop: { algorithms: [] } }, /dpop\.algorithms must be/],
  ['a symmetric algorithm', { dpop: { algorithms: ['HS256' as never] } }, /dpop\.algorithms must be/],
  ['an age that is no number', { dpop: { maxAge: Number.NaN } }, /dpop\.maxAge/],
  ['an age without end', { dpop: { maxAge: Number.POSITIVE_INFINITY } }, /dpop\.maxAge/],
  ['a tolerance below zero', { dpop: { clockTolerance: -1 } }, /dpop\.clockTolerance/],
  ['an option that does not exist', { dpop: { maxage: 1 } as never }, /maxage is not an option of dpop/],
  ['dpop that is true', { dpop: true as never }, /dpop must be an object/],
  ['a store without add', { dpop: { replays: { add: 1 } as never } }, /dpop\.replays must have/],
  ['bounds that do not exist', { dpop: { replays: { size: 1 } as never } }, /size is not an option/],
  ['room for nothing', { dpop: { replays: { entries: 0 } } }, /dpop\.replays\.entries/],
  ['nonces that are true', { dpop: { nonces: true as never } }, /dpop\.nonces must be/],
])('options that can not work are refused: %s', (_title, more, message) => {
  expect(() => verifierWith(more)).toThrow(message);
  expect(() => verifierWith(more)).toThrow(TypeError);
});
