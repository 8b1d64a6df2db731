import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Algorithm } from '../../src/algorithms.ts';
import { toRefusal } from '../../src/bearer.ts';
import type { VerifierError } from '../../src/errors.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { Platform } from '../../src/platform/platform.ts';
import { webPlatform } from '../../src/platform/web.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifierOn } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import type { KeyPair, Name } from '../support/issuer.ts';
import { ecKey, edKey, encode, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';

const keys: [Algorithm, KeyPair][] = [
  ['RS256', rsaKey('rsa')],
  ['PS512', rsaKey('pss')],
  ['ES256', ecKey('p256', 'P-256')],
  ['ES512', ecKey('p521', 'P-521')],
  ['EdDSA', edKey('ed')],
];
const jwks = keySet(...keys.map(([, key]) => key));
const nodeCrypto = process.getBuiltinModule('node:crypto');

const failure = new Error('error:0A000086:SSL routines::the library is broken');
const platforms: [string, Platform | undefined, () => { mockRestore(): void }][] = [
  ['WebCrypto', webPlatform, () => vi.spyOn(crypto.subtle, 'verify').mockRejectedValue(failure)],
  [
    'node:crypto',
    nodePlatform(),
    () =>
      vi.spyOn(nodeCrypto, 'verify').mockImplementation(() => {
        throw failure;
      }),
  ],
];

afterEach(() => {
  vi.restoreAllMocks();
});

function verifierOn(platform: Platform): Verifier<Name> {
  return createVerifierOn(platform, {
    issuer: ISSUER,
    layout,
    jwks,
    algorithms: keys.map(([algorithm]) => algorithm),
    clock: () => new Date(NOW * 1000),
  });
}

describe.each(platforms)('where %s fails in place of answering', (_name, platform = webPlatform, breakIt) => {
  test.each(keys)(
    'a token of %s is a 503 with the cause, and passes once it works again',
    async (algorithm, key) => {
      const verifier = verifierOn(platform);
      // On Node, its own crypto is relied on from the first right signature on.
      await verifier.verify(makeToken(key, { algorithm, claims: { jti: 'first' } }));
      const broken = breakIt();
      const token = makeToken(key, { algorithm });
      const forged = `${token.slice(0, token.lastIndexOf('.'))}.${makeToken(key, { algorithm, claims: { sub: 'x' } }).split('.')[2]}`;
      for (const offered of [token, forged]) {
        const error: VerifierError = await verifier.verify(offered).then(
          () => expect.fail('verified'),
          (reason) => reason,
        );
        expect(error).toMatchObject({ code: 'crypto_failed', status: 503, retryAfter: 1, cause: failure });
        expect(toRefusal(error)).toEqual({
          status: 503,
          headers: { 'cache-control': 'no-store', 'retry-after': '1' },
          body: { error: 'temporarily_unavailable' },
        });
      }
      broken.mockRestore();
      expect(await codeOf(verifier.verify(token))).toBe('verified');
      expect(await codeOf(verifier.verify(forged))).toBe('signature_invalid');
    },
  );

  test.each(keys)(
    'a signature of %s of another length is wrong without asking it',
    async (algorithm, key) => {
      const verifier = verifierOn(platform);
      await verifier.verify(makeToken(key, { algorithm, claims: { jti: 'first' } }));
      breakIt();
      const token = makeToken(key, { algorithm });
      const signed = token.slice(0, token.lastIndexOf('.'));
      const { length } = Buffer.from(token.split('.')[2] ?? '', 'base64url');
      for (const other of [0, 1, length - 1, length + 1, 2 * length, 64, 96, 132, 256, 512]) {
        if (other === length) continue;
        const offered = `${signed}.${encode(Buffer.alloc(other, 1))}`;
        expect([other, await codeOf(verifier.verify(offered))]).toEqual([other, 'signature_invalid']);
      }
    },
  );
});

describe.each(platforms)('where a key can not be imported on %s', (_name, platform = webPlatform) => {
  test.each(keys)('of %s, its tokens are a 503, and pass once it can', async (algorithm, key) => {
    const verifier = verifierOn(platform);
    const imports = vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(failure);
    const token = makeToken(key, { algorithm });
    expect(await codeOf(verifier.verify(token))).toBe('crypto_failed');
    imports.mockRestore();
    expect(await codeOf(verifier.verify(token))).toBe('verified');
  });
});

test('an answer that is neither yes nor no is none', async () => {
  const [[algorithm, key] = expect.fail()] = keys;
  for (const answer of [undefined, null, 1, 'true', {}, Promise.resolve(1)]) {
    const platform: Platform = { ...webPlatform, prepareCheck: () => () => answer as never };
    expect(await codeOf(verifierOn(platform).verify(makeToken(key, { algorithm })))).toBe('crypto_failed');
  }
});
