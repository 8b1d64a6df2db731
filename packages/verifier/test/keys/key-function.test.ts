import { createPublicKey } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, importJWK } from 'jose';
import * as jose4 from 'jose4';
import * as jose5 from 'jose5';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeySet } from '../../src/keys/create-key-set.ts';
import type { KeySetFunction } from '../../src/keys/key-function.ts';
import type { KeySetOptions } from '../../src/keys/key-set-options.ts';
import type { VerifierOptions } from '../../src/options.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf, wait } from '../support/answers.ts';
import type { Name } from '../support/issuer.ts';
import { ecKey, edKey, ISSUER, keySet, layout, makeToken, NOW, rsaKey, toJwk } from '../support/issuer.ts';
import { fail, KeyServer, serve } from '../support/key-server.ts';

const key = rsaKey('main');
const next = rsaKey('next');
const elliptic = ecKey('ec', 'P-256');
const edwards = edKey('ed');
const set = keySet(key, next, elliptic, edwards);
const token = makeToken(key);
const madeUp = (number: number): string => makeToken(rsaKey(`made-up-${number}`));
const strangers = [1, 2, 3].map(madeUp);

function verifierOf(
  ask: KeySetFunction,
  times: KeySetOptions = {},
  options: Partial<VerifierOptions<Name>> = {},
): Verifier<Name> {
  const jwks = createKeySet(ask, times);
  return createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000), ...options });
}

let server: KeyServer;
let url: URL;
beforeEach(async () => {
  server = new KeyServer(serve(set));
  url = await server.listen();
});
afterEach(() => server.close());

describe('functions of any version of jose, which give keys', () => {
  const makers: [string, (keys: JSONWebKeySet) => KeySetFunction][] = [
    ['createLocalJWKSet', (keys) => createLocalJWKSet(keys)],
    ['createRemoteJWKSet', () => createRemoteJWKSet(url)],
    ['createLocalJWKSet of version 5', (keys) => jose5.createLocalJWKSet(keys as never) as KeySetFunction],
    ['createRemoteJWKSet of version 5', () => jose5.createRemoteJWKSet(url) as KeySetFunction],
    ['createLocalJWKSet of version 4', (keys) => jose4.createLocalJWKSet(keys as never) as KeySetFunction],
    ['createRemoteJWKSet of version 4', () => jose4.createRemoteJWKSet(url) as KeySetFunction],
  ];
  describe.each(makers)('%s', (_name, make) => {
    const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
    test('good tokens pass, whatever was asked first', async () => {
      for (const first of [token, strangers[0] ?? '', makeToken(elliptic, { algorithm: 'ES256' })]) {
        const verifier = verifierOf(make(set), {}, { algorithms });
        await codeOf(verifier.verify(first));
        expect(await codeOf(verifier.verify(token))).toBe('verified');
        expect(await codeOf(verifier.verify(makeToken(next, { algorithm: 'PS256' })))).toBe('verified');
        expect(await codeOf(verifier.verify(makeToken(elliptic, { algorithm: 'ES256' })))).toBe('verified');
        expect(await codeOf(verifier.verify(`${token.slice(0, -8)}AAAAAAAA`))).toBe('signature_invalid');
      }
    });
    test('made-up kids are 401, first and later, and in nobody’s way', async () => {
      const verifier = verifierOf(make(set));
      const codes = await Promise.all(
        [...strangers, token, ...strangers].map((each) => codeOf(verifier.verify(each))),
      );
      expect(codes).toEqual([...Array(3).fill('key_unknown'), 'verified', ...Array(3).fill('key_unknown')]);
      for (const each of strangers) expect(await codeOf(verifier.verify(each))).toBe('key_unknown');
      expect(await codeOf(verifier.verify(token))).toBe('verified');
    });
    test('prefetch rejects nothing that works', async () => {
      const verifier = verifierOf(make(set));
      await verifier.prefetch();
      expect(await codeOf(verifier.verify(token))).toBe('verified');
    });
  });

  test('a remote one that fails once recovers', async () => {
    server.behaviour = fail(500);
    const verifier = verifierOf(createRemoteJWKSet(url, { cooldownDuration: 0 }), { failureCooldown: 0.02 });
    expect(await codeOf(verifier.verify(token))).toBe('key_set_unavailable');
    server.behaviour = serve(set);
    await wait(40);
    expect(await codeOf(verifier.verify(token))).toBe('verified');
    server.behaviour = fail(500);
    expect(await codeOf(verifier.verify(strangers[0] ?? ''))).toBe('key_set_unavailable');
    expect(await codeOf(verifier.verify(token))).toBe('verified');
  });
});

describe('errors that a function may reject with', () => {
  const coded = (code: string): Error => Object.assign(new Error('no'), { code });
  const failures: [string, unknown][] = [
    ['a time-out of jose', coded('ERR_JWKS_TIMEOUT')],
    ['an invalid set, to jose', coded('ERR_JWKS_INVALID')],
    ['another error of jose', coded('ERR_JOSE_GENERIC')],
    ['an error without code', new Error('no')],
    ['no error at all', 'no'],
    ['nothing', undefined],
  ];
  test.each(failures)(
    '%s: 503 while it lasts, good tokens pass after it, of sets and of keys',
    async (_title, reason) => {
      for (const answer of [set, await importJWK(toJwk(key), 'RS256')]) {
        let broken = true;
        const verifier = verifierOf(
          async () => {
            if (broken) throw reason;
            return answer;
          },
          { failureCooldown: 0.02, cooldown: 0.02 },
        );
        expect(await codeOf(verifier.verify(token))).toBe('key_set_unavailable');
        broken = false;
        await wait(40);
        expect(await codeOf(verifier.verify(token))).toBe('verified');
        expect(await codeOf(verifier.verify(makeToken(key, { claims: { jti: '2' } })))).toBe('verified');
      }
    },
  );

  test.each(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS'])(
    '%s, of any class: there is no such key',
    async (code) => {
      const ask: KeySetFunction = async ({ kid }) => {
        if (kid !== key.kid) throw coded(code);
        return importJWK(toJwk(key), 'RS256');
      };
      const verifier = verifierOf(ask);
      for (const offered of [...strangers, token, ...strangers, token])
        expect(await codeOf(verifier.verify(offered))).toBe(offered === token ? 'verified' : 'key_unknown');
    },
  );
});

describe('made-up kids', () => {
  test.each<[string, () => unknown, string]>([
    ['throws', () => Promise.reject(new Error('who is that?')), 'key_set_unavailable'],
    ['gives undefined', () => undefined, 'key_unknown'],
    ['gives null', () => null, 'key_unknown'],
    ['never answers', () => new Promise(() => {}), 'key_set_unavailable'],
  ])('are in nobody’s way where a function %s for them', async (_title, answer, code) => {
    const imported = await importJWK(toJwk(key), 'RS256');
    const ask: KeySetFunction = ({ kid }) => (kid === key.kid ? imported : answer());
    for (let round = 0; round < 3; round += 1) {
      const verifier = verifierOf(ask, { deadline: 0.1 });
      const all = [...strangers, token].map((each) => codeOf(verifier.verify(each)));
      expect(await Promise.all(all)).toEqual([code, code, code, 'verified']);
      expect(await codeOf(verifier.verify(token))).toBe('verified');
    }
  });

  test('never decide with what header a set that is known is asked for again', async () => {
    const asked: (string | undefined)[] = [];
    const ask: KeySetFunction = async ({ kid }) => {
      asked.push(kid);
      if (kid !== key.kid) throw new Error('who is that?');
      return keySet(key);
    };
    const verifier = verifierOf(ask, {
      maxAge: 0.02,
      cooldown: 0.001,
      failureCooldown: 0.001,
      staleIfError: 0,
    });
    expect(await codeOf(verifier.verify(token))).toBe('verified');
    for (let round = 0; round < 5; round += 1) {
      await wait(25);
      await Promise.all(strangers.map((each) => codeOf(verifier.verify(each))));
      expect(await codeOf(verifier.verify(token))).toBe('verified');
    }
    expect(new Set(asked)).toEqual(new Set([key.kid]));
  });

  test('a function that gives sets is asked once for 100 tokens that come together', async () => {
    let asked = 0;
    const verifier = verifierOf(async () => {
      asked += 1;
      await wait(10);
      return set;
    });
    const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(verifier.verify(token))));
    expect(new Set(codes)).toEqual(new Set(['verified']));
    expect(asked).toBe(1);
  });
});

describe('what a function gives', () => {
  test('may change from sets to keys and back', async () => {
    const imported = await importJWK(toJwk(key), 'RS256');
    let answer: unknown = set;
    const verifier = verifierOf(async () => answer, {
      maxAge: 0.01,
      cooldown: 0.001,
      failureCooldown: 0.001,
      staleIfError: 0,
    });
    for (const other of [imported, set, imported, set]) {
      expect(await codeOf(verifier.verify(token))).toBe('verified');
      answer = other;
      await wait(20);
    }
    expect(await codeOf(verifier.verify(token))).toBe('verified');
  });

  test('may be a KeyObject, for every algorithm that it is for, and for no other', async () => {
    const pairs = { RS256: key, PS256: key, ES256: elliptic, EdDSA: edwards } as const;
    const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;
    for (const [algorithm, pair] of Object.entries(pairs)) {
      const given = createPublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' }));
      const verifier = verifierOf(() => given, {}, { algorithms });
      expect(await codeOf(verifier.verify(makeToken(pair, { algorithm })))).toBe('verified');
      for (const [other, signer] of Object.entries(pairs)) {
        if (signer.publicKey.asymmetricKeyType === pair.publicKey.asymmetricKeyType) continue;
        // The sender chooses the algorithm: no fault of the server.
        expect(await codeOf(verifier.verify(makeToken(signer, { algorithm: other })))).toBe('key_unknown');
      }
    }
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['a key of another algorithm', () => importJWK(toJwk(key), 'PS256'), 'key_unknown'],
    ['a key of another type', () => importJWK(toJwk(elliptic), 'ES256'), 'key_unknown'],
    [
      'a key that is too short',
      () =>
        crypto.subtle.importKey(
          'jwk',
          toJwk(rsaKey('s', 1024)) as never,
          { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
          true,
          ['verify'],
        ),
      'key_unknown',
    ],
    [
      'a private key',
      () => importJWK(key.privateKey.export({ format: 'jwk' }) as never, 'RS256'),
      'key_set_unavailable',
    ],
    ['a secret', async () => new Uint8Array(32), 'key_set_unavailable'],
    ['a PEM text', async () => key.publicKey.export({ type: 'spki', format: 'pem' }), 'key_set_unavailable'],
    ['a JWK', async () => toJwk(key), 'key_set_unavailable'],
    ['true', async () => true, 'key_set_unavailable'],
  ])('is not taken for the key where it is %s', async (_title, give, code) => {
    const given = await give();
    expect(await codeOf(verifierOf(() => given).verify(token))).toBe(code);
  });
});
