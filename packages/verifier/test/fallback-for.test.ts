import { describe, expect, test } from 'vitest';
import type { FallbackFor } from '../src/claim/machine-token.ts';
import { explainDenial } from '../src/denial.ts';
import { createVerifier } from '../src/verifier.ts';
import { CLAIM, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';

const key = rsaKey('main');
const jwks = keySet(key);
const stock = { [CLAIM]: undefined, permissions: ['orders:write'] };
const MACHINE = 'my_client_id@clients';

async function read(
  fallbackFor: FallbackFor | undefined,
  claims: Record<string, unknown>,
): Promise<string[]> {
  const clock = (): Date => new Date(NOW * 1000);
  const verifier = createVerifier({
    issuer: ISSUER,
    layout,
    jwks,
    clock,
    fallback: ['permissions'],
    fallbackFor,
  });
  const access = await verifier.verify(makeToken(key, { claims: { ...stock, ...claims } }));
  return [...access.permissions];
}

describe('fallbackFor', () => {
  test.each([undefined, 'everyone'] as const)(
    '%j reads the stock claim of users and of machines',
    async (all) => {
      expect(await read(all, {})).toEqual(['orders:write']);
      expect(await read(all, { sub: MACHINE, gty: 'client-credentials' })).toEqual(['orders:write']);
    },
  );

  test.each([
    ['the grant', { gty: 'client-credentials' }],
    ['the subject and azp', { sub: MACHINE }],
    [
      'the subject and client_id, as in RFC 9068',
      { sub: MACHINE, azp: undefined, client_id: 'my_client_id' },
    ],
  ])('machines knows a machine by %s', async (_title, claims) => {
    expect(await read('machines', claims)).toEqual(['orders:write']);
  });

  test.each([
    {},
    { gty: 'password' },
    { gty: ['client-credentials'] },
    { sub: 'auth0|my_client_id@clients' },
    { sub: 'other_client@clients' },
    { sub: 'my_client_id' },
    { sub: '@clients', azp: '' },
    { sub: 'undefined@clients', azp: undefined },
    { sub: 'null@clients', azp: null },
    { sub: MACHINE, azp: ['my_client_id'] },
    { sub: MACHINE, azp: 'other_client', client_id: 'my_client_id' },
  ])('machines does not read the stock claim of %j', async (claims) => {
    expect(await read('machines', claims)).toEqual([]);
  });

  test('a machine that the fallback left out is explained as one, also in a token of RFC 9068', async () => {
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
    const access = await verifier.verify(makeToken(key, { claims: { ...stock, sub: MACHINE } }));
    expect(explainDenial(access, 'orders:write')?.message).toMatch(/issued for client credentials/);
  });
});
