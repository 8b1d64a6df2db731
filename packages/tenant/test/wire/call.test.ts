import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call } from '../../src/wire/call.ts';

/** What is told of a request that the tenant refuses with this message. */
function told(message: string, secrets: readonly string[] = []): Promise<{ message: string; fix: string }> {
  return call(
    'creating the Action',
    Promise.reject(Object.assign(new Error(message), { statusCode: 400, body: { message } })),
    secrets,
  ).catch((error) => error);
}

const printable = fc.string({ unit: fc.constantFrom(...'abcXYZ019+/=-_"\\\n\r\u2028é'), maxLength: 400 });

describe('what a tenant says of a request', () => {
  it('is told where it has nothing of the secrets that were sent', async () => {
    const { message, fix } = await told('code is too long', ['correct-horse', '']);
    expect(message).toBe('creating the Action: the tenant answered 400: code is too long');
    expect(fix).toBe('Correct what the tenant names.');
  });

  it('is not told where it quotes one of them, as it was sent, escaped or cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 12, maxLength: 12 }),
          printable,
        ),
        printable,
        fc.boolean(),
        fc.nat(500),
        async ([begin, rest], before, isEscaped, cut) => {
          const secret = begin + rest;
          const quoted = isEscaped ? JSON.stringify(secret) : secret;
          const shown = quoted.slice(0, Math.max(14, cut));
          const { message } = await told(`${before} value "${shown}"`, ['another', secret]);
          expect(message).toBe('creating the Action: the tenant answered 400, and quotes a secret');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is not told where it quotes a short one', async () => {
    expect((await told('the value "a\\"b" is too short', ['a"b'])).message).not.toContain('too short');
  });
});
