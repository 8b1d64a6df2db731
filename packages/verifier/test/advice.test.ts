// What the verifier advises must be so: names of claims that work, and tokens passed as they must be.
import { describe, expect, test } from 'vitest';
import { explainDenial } from '../src/denial.ts';
import { createVerifier } from '../src/verifier.ts';
import { CLAIM, CLAIM_VALUE, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';

const key = rsaKey('main');
const verifierOf = (claim: string) =>
  createVerifier({
    issuer: ISSUER,
    layout: { ...layout, claim },
    jwks: keySet(key),
    clock: () => new Date(NOW * 1000),
  });
const verifier = verifierOf(CLAIM);

describe('a token without the claim', () => {
  test.each(['pz', 'p', CLAIM])(
    'may have it under %s, which is no URL or one: the advice demands none',
    async (claim) => {
      const bare = await verifierOf(claim).verify(makeToken(key, { claims: { [CLAIM]: undefined } }));
      const fix = explainDenial(bare, 'orders:read')?.fix;
      expect(fix).toMatch(/as it does with URLs on auth0\.com; a short private name will do/);
      expect(fix).not.toMatch(/must be|namespace/);

      const token = makeToken(key, { claims: { [CLAIM]: undefined, [claim]: CLAIM_VALUE } });
      const access = await verifierOf(claim).verify(token);
      expect(access.permissions.has('orders:read')).toBe(true);
    },
  );
});

describe('a token that is given as its header has it', () => {
  const token = makeToken(key);
  test.each(['Bearer ', 'bearer ', 'BEARER ', 'Bearer  '])(
    'with %j before it is refused, and told why',
    async (scheme) => {
      for (const given of [scheme + token, `${scheme}x.y.z`, scheme, `${scheme}opaque`])
        await expect(verifier.verify(given)).rejects.toMatchObject({
          code: 'token_malformed',
          message: 'The token must be passed without "Bearer " before it',
        });
      expect((await verifier.verify(token)).subject).toMatch(/^auth0\|/);
    },
  );

  test.each(['Bearer', 'Bearer.y.z', 'Basic x.y.z'])('%j is refused without that advice', async (given) => {
    const error = await verifier.verify(given).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'token_malformed' });
    expect((error as Error).message).not.toMatch(/without "Bearer /);
  });
});

test('an array of audiences is refused for being one, not for what the layout lacks', () => {
  const audience = ['https://a.example', 'https://b.example'] as never;
  const make = () => createVerifier({ issuer: ISSUER, layout, jwks: keySet(key), audience });
  expect(make).toThrow(/audience must be a string .*one verifier per API/);
});
