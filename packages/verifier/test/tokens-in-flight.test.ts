import { expect, test } from 'vitest';
import { createVerifier } from '../src/verifier.ts';
import { codeOf } from './support/answers.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';

// On Node, tokens are decoded into memory that all of them share.
test('tokens of any length that are verified at the same time get their own claims', async () => {
  const keys = [rsaKey('a'), rsaKey('b')] as const;
  const verifier = createVerifier({
    issuer: ISSUER,
    layout,
    // Each verification waits here, between decoding its payload and checking its signature.
    jwks: () => new Promise((resolve) => setTimeout(() => resolve(keySet(...keys)), 20)),
    maxTokenLength: 200_000,
    cache: false,
    clock: () => new Date(NOW * 1000),
  });
  const subjects = Array.from({ length: 60 }, (_, i) => `auth0|${i}${'é'.repeat((i * 997) % 50_000)}`);
  const tokens = subjects.map((sub, i) => makeToken(keys[i % 2 === 0 ? 0 : 1], { claims: { sub } }));
  // Each beside the token whose signature it has.
  const forged = tokens.map((token, i) => {
    const [header, payload] = makeToken(keys[0], { claims: { sub: `auth0|forged${i}` } }).split('.');
    return `${header}.${payload}.${token.split('.')[2]}`;
  });
  for (const round of ['waiting for the key set', 'with the keys at hand']) {
    const answers = tokens.flatMap((token, i) => [
      verifier.verify(token),
      codeOf(verifier.verify(forged[i] ?? '')),
    ]);
    const read = await Promise.all(answers);
    const expected = subjects.flatMap((subject) => [subject, 'signature_invalid']);
    expect(read.map((answer) => (typeof answer === 'string' ? answer : answer.subject)).join(), round).toBe(
      expected.join(),
    );
  }
});
