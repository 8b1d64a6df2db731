import { afterEach, expect, test, vi } from 'vitest';
import { createKeySet } from '../../src/keys/create-key-set.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');

afterEach(() => {
  vi.unstubAllGlobals();
});

test('where one request can not wait for what another started, each gets the key set by itself', async () => {
  const abandoned = new Promise(() => {});
  let asked = 0;
  // The first request is gone before its answer comes.
  const jwks = createKeySet(async () => {
    asked += 1;
    return asked === 1 ? abandoned : keySet(key);
  });
  const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
  void codeOf(verifier.verify(makeToken(key)));
  expect(await codeOf(verifier.verify(makeToken(key)))).toBe('verified');
  expect(asked).toBe(2);
});
