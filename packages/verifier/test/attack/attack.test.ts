import type { JWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Algorithm } from '../../src/algorithms.ts';
import type { VerifierError } from '../../src/errors.ts';
import { isVerifierError } from '../../src/errors.ts';
import type { VerifierOptions } from '../../src/options.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { webPlatform } from '../../src/platform/web.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifierOn } from '../../src/verifier.ts';
import type { KeyPair, Name } from '../support/issuer.ts';
import { ecKey, edKey, ISSUER, keySet, layout, makeToken, NOW, rsaKey, toJwk } from '../support/issuer.ts';
import { lookUp } from '../support/look-up.ts';
import { goodTokens } from './good-tokens.ts';
import { algorithmCases } from './hostile-algorithms.ts';
import { claimCases, cookbookCases } from './hostile-claims.ts';
import { headerCases } from './hostile-headers.ts';
import { structureCases } from './hostile-structure.ts';

/** RFC 6750, section 3. */
const CHALLENGE =
  /^Bearer error="invalid_token", error_description="[ !#-[\]-~]+", reason="(?:invalid|expired)"$/;
const key = rsaKey('main');
const unfit = {
  short: rsaKey('short', 1024),
  forEncryption: rsaKey('enc'),
  forOther: rsaKey('other'),
  forSigningOnly: rsaKey('ops'),
  exposed: rsaKey('exposed'),
  repeated: rsaKey('repeated'),
  contradictory: rsaKey('contradictory'),
  exponentOfOne: rsaKey('one'),
  elliptic: ecKey('ec', 'P-256'),
  edwards: edKey('ed'),
  secret: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA',
};
const hostileSet: { keys: JWK[] } = {
  keys: [
    { kty: 'oct', kid: 'symmetric', k: unfit.secret },
    { kty: 'oct', kid: key.kid, k: unfit.secret },
    ...keySet(key, rsaKey('second'), unfit.short, unfit.elliptic, unfit.edwards).keys,
    toJwk(unfit.forEncryption, { use: 'enc' }),
    toJwk(unfit.forOther, { alg: 'PS256' }),
    toJwk(unfit.forSigningOnly, { key_ops: ['sign'] }),
    { ...(unfit.exposed.privateKey.export({ format: 'jwk' }) as JWK), kid: 'exposed', use: 'sig' },
    toJwk(unfit.repeated, { key_ops: ['verify', 'verify'] }),
    toJwk(unfit.contradictory, { key_ops: ['verify', 'encrypt'] }),
    toJwk(unfit.exponentOfOne, { e: 'AQ' }),
  ],
};
const hostile = [
  ...structureCases(key),
  ...headerCases(key, rsaKey('attacker')),
  ...algorithmCases(key, unfit),
  ...claimCases(key),
  ...cookbookCases(key),
];

const rsa = rsaKey('rsa');
const edwards = edKey('ed');
const goodKeys = new Map<Algorithm, KeyPair>([
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const).map((name) => [name, rsa] as const),
  ['ES256', ecKey('p256', 'P-256')],
  ['ES384', ecKey('p384', 'P-384')],
  ['ES512', ecKey('p521', 'P-521')],
  ['EdDSA', edwards],
  ['Ed25519', edwards],
]);
const good = goodTokens(goodKeys);

const node = nodePlatform();
const platforms = [
  ...(node === undefined ? [] : [{ name: 'node:crypto', platform: node }]),
  { name: 'WebCrypto', platform: webPlatform },
];

test('the suite has at least 250 different tokens of either kind', () => {
  expect(new Set(hostile.map(({ token }) => token)).size).toBeGreaterThanOrEqual(250);
  expect(new Set(good.map(({ token }) => token)).size).toBeGreaterThanOrEqual(250);
});

describe.each(platforms)('with $name', ({ platform }) => {
  const verifierOf = (options: Partial<VerifierOptions<Name>>): Verifier<Name> =>
    createVerifierOn(platform, { issuer: ISSUER, layout, clock: () => new Date(NOW * 1000), ...options });
  const uncached = verifierOf({ jwks: hostileSet, cache: false });
  const cached = verifierOf({ jwks: hostileSet });
  const usedBefore = verifierOf({ jwks: hostileSet });
  beforeAll(async () => {
    await usedBefore.verify(makeToken(key));
    // From the second token of a key on, signatures are checked by the platform's own way.
    await uncached.verify(makeToken(key));
  });

  test.each(hostile)('refused — $title', async ({ token }) => {
    const codes = new Set<string>();
    for (const verifier of [uncached, cached, cached, usedBefore]) {
      const error = await refusal(verifier, token);
      expect(error.status).toBe(401);
      expect(error.wwwAuthenticate).toMatch(CHALLENGE);
      codes.add(error.code);
      expect(lookUp(verifier, token)).toBeUndefined();
      const parts = token.split('.').filter((part) => part.length > 20);
      expect(parts.some((part) => error.message.includes(part))).toBe(false);
    }
    expect(codes.size).toBe(1);
  });

  test.each([0, 1, 2])('nobody is asked for the key of a token that is misspelt in part %i', async (part) => {
    let asked = 0;
    const jwks = async () => {
      asked += 1;
      return hostileSet;
    };
    const token = makeToken(key);
    const misspelt = token.split('.').map((segment, index) => (index === part ? `${segment}=` : segment));
    const verifier = verifierOf({ jwks });
    expect((await refusal(verifier, misspelt.join('.'))).code).toBe('token_malformed');
    expect(asked).toBe(0);
    await verifier.verify(token);
    expect(asked).toBe(1);
  });

  test('the key that hostile tokens are signed with is one that verifies', async () => {
    expect((await cached.verify(makeToken(key))).subject).toBe('auth0|5f7c8ec7c33c6c004bbafe82');
  });

  const algorithms = [...goodKeys.keys()];
  const jwks = keySet(...new Set(goodKeys.values()));
  const accepting = verifierOf({ algorithms, jwks });
  test.each(good)('accepted — $title', async ({ token }) => {
    const access = await accepting.verify(token);
    expect(await accepting.verify(token)).toBe(access);
    expect(access.claims.sub).toBe(access.subject);
  });
});

async function refusal(verifier: Verifier<Name>, token: string): Promise<VerifierError> {
  const error = await verifier.verify(token).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isVerifierError(error)) throw new Error('not refused, or not with a VerifierError', { cause: error });
  return error;
}
