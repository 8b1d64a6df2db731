import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isVerifierError } from '../../src/errors.ts';
import { createVerifier } from '../../src/verifier.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';
import { lookUp } from '../support/look-up.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 1000);
const key = rsaKey('main');
const token = makeToken(key);
const verifier = createVerifier({
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
});

const corruption = fc.oneof(
  fc
    .tuple(fc.nat(token.length - 1), fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 2 }))
    .map(([at, text]) => token.slice(0, at) + text + token.slice(at + 1)),
  fc
    .tuple(fc.nat(token.length), fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }))
    .map(([at, text]) => token.slice(0, at) + text + token.slice(at)),
  fc
    .tuple(fc.nat(token.length), fc.nat(token.length))
    .map(([a, b]) => token.slice(0, Math.min(a, b)) + token.slice(Math.max(a, b))),
  fc.string({ unit: 'binary' }),
);

test('a good token with anything in it changed is refused, with a VerifierError, also while the good one is cached', async () => {
  await verifier.verify(token);
  await fc.assert(
    fc.asyncProperty(corruption, async (text) => {
      fc.pre(text !== token);
      expect(lookUp(verifier, text)).toBeUndefined();
      const error = await verifier.verify(text).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(isVerifierError(error) && error.status).toBe(401);
    }),
    { numRuns: runs },
  );
  expect(lookUp(verifier, token)).toBeDefined();
});
