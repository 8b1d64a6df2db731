import { describe, expect, test } from 'vitest';
import { toRefusal } from '../src/bearer.ts';
import type { VerifierOptions } from '../src/options.ts';
import type { Verifier } from '../src/verifier.ts';
import { createVerifier } from '../src/verifier.ts';
import type { Name } from './support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';

const key = rsaKey('main');
const verifierWith = (options: Partial<VerifierOptions<Name>>): Verifier<Name> =>
  createVerifier({
    issuer: ISSUER,
    layout,
    jwks: keySet(key),
    clock: () => new Date(NOW * 1000),
    ...options,
  });

describe.each([
  ['DPoP', { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }],
  ['mTLS', { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' }],
  ['no known way', {}],
  ['null', null],
])('a token bound to its sender by %s', (_name, cnf) => {
  const token = makeToken(key, { claims: { cnf } });
  test.each([{}, { senderConstrained: 'refuse' as const }])(
    'is refused as a bearer token: %j',
    async (options) => {
      const error: unknown = await verifierWith(options)
        .verify(token)
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'token_sender_constrained' });
      const { status, headers } = toRefusal(error);
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
    },
  );
  test('is accepted where a gateway is said to have checked the proof', async () => {
    const access = await verifierWith({ senderConstrained: 'accept' }).verify(token);
    expect(access.claims['cnf']).toEqual(cnf);
  });
});
