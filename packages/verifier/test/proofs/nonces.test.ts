// Nonces of the server: RFC 9449, sections 8 and 9.
import { expect, test } from 'vitest';
import { toRefusal } from '../../src/bearer.ts';
import type { NonceSource } from '../../src/proofs/nonces.ts';
import { createNonces } from '../../src/proofs/nonces.ts';
import type { SenderRequest } from '../../src/proofs/sender-request.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import { dpopClient, METHOD, URL_OF_REQUEST } from '../support/dpop-client.ts';
import { ISSUER, keySet, layout, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');
const client = dpopClient(key);
const SECRET = 'a secret of the API, 32 characters or more';
let now = NOW;
const clock = (): Date => new Date(now * 1000);
const verifierWith = (nonces: NonceSource) =>
  createVerifier({
    issuer: ISSUER,
    layout,
    jwks: keySet(key),
    clock: () => new Date(NOW * 1000),
    senderConstrained: 'verify',
    dpop: { nonces },
  });
const request = (nonce?: unknown): SenderRequest => ({
  scheme: 'DPoP',
  method: METHOD,
  url: URL_OF_REQUEST,
  dpop: client.prove({ claims: { nonce } }),
});
const refusalOf = async (verification: Promise<unknown>) =>
  toRefusal(
    await verification.then(
      () => undefined,
      (reason: unknown) => reason,
    ),
  );

test('a client gets a nonce, and passes with it until it is old', async () => {
  now = NOW;
  const verifier = verifierWith(createNonces({ secret: SECRET, seconds: 100, clock }));
  const { status, headers, body } = await refusalOf(verifier.verify(client.token, request()));
  expect([status, body]).toEqual([401, { error: 'unauthorized', reason: 'proof' }]);
  expect(headers['www-authenticate']).toMatch(
    /^DPoP error="use_dpop_nonce", error_description="[^"]+", algs="ES256"$/,
  );
  const nonce = headers['dpop-nonce'];
  expect(nonce).toMatch(/^[\w-]{43}$/);
  for (const [later, code] of [
    [0, 'verified'],
    [100, 'verified'],
    [200, 'nonce_required'],
  ] as const) {
    now = NOW + later;
    expect([later, await codeOf(verifier.verify(client.token, request(nonce)))]).toEqual([later, code]);
  }
});

test('servers with the same secret accept those of each other, and others do not', async () => {
  now = NOW;
  const nonce = await createNonces({ secret: SECRET, clock }).current();
  const same = verifierWith(createNonces({ secret: SECRET, clock }));
  expect(await codeOf(same.verify(client.token, request(nonce)))).toBe('verified');
  for (const other of [
    createNonces({ secret: `${SECRET}!`, clock }),
    createNonces({ secret: SECRET, seconds: 7, clock }),
    createNonces({ clock }),
  ])
    expect(await codeOf(verifierWith(other).verify(client.token, request(nonce)))).toBe('nonce_required');
});

test.each([undefined, null, '', 'x', 1, true, ['x'], {}])('the nonce %j is none', async (nonce) => {
  const verifier = verifierWith(createNonces({ secret: SECRET, clock }));
  expect(await codeOf(verifier.verify(client.token, request(nonce)))).toBe('nonce_required');
});

test('only true of a source of the API accepts a nonce, and what fails is a 503', async () => {
  for (const [accepts, current, code] of [
    [() => true, () => 'n', 'verified'],
    [async () => true, () => 'n', 'verified'],
    [() => 1, () => 'n', 'nonce_required'],
    [() => 'true', async () => 'n', 'nonce_required'],
    [() => Promise.reject(new Error('down')), () => 'n', 'proof_unavailable'],
    [() => false, () => Promise.reject(new Error('down')), 'proof_unavailable'],
    [() => false, () => undefined, 'proof_unavailable'],
    [() => false, () => 'two words', 'proof_unavailable'],
    [() => false, () => 'x\r\nset-cookie: y', 'proof_unavailable'],
  ] as const) {
    const verifier = verifierWith({ accepts, current } as unknown as NonceSource);
    expect(await codeOf(verifier.verify(client.token, request('n')))).toBe(code);
  }
});

test('a proof that is refused for its nonce is not used up', async () => {
  now = NOW;
  const source = createNonces({ secret: SECRET, clock });
  let good = false;
  const verifier = verifierWith({ current: () => source.current(), accepts: () => good });
  const given = request('x');
  expect(await codeOf(verifier.verify(client.token, given))).toBe('nonce_required');
  good = true;
  expect(await codeOf(verifier.verify(client.token, given))).toBe('verified');
});

test.each([
  [{ secret: 'short' }, /at least 32 characters/],
  [{ secret: 1 }, /at least 32 characters/],
  [{ seconds: 0 }, /seconds/],
  [{ clock: 1 }, /clock must be a function/],
  [{ secrets: SECRET }, /secrets is not an option/],
])('options that can not work are refused: %j', (options, message) => {
  expect(() => createNonces(options as never)).toThrow(message);
});
