import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KeyParts, Keys } from '../src/key.ts';
import { Sealer } from '../src/sealed.ts';
import { pepper } from './support/cache.ts';

const RUNS = Number(process.env['CLAIMGEN_RUNS'] ?? 100);
const bytes = (text: string) => new TextEncoder().encode(text);
const keys = new Keys(bytes(pepper), 'https://acme.eu.auth0.com/oauth/token');
const sealer = new Sealer(bytes(pepper));

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'a', '","', '[]', '__proto__'),
);
const parameters = fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, maxLength: 5 });
const parts = fc.record({
  parameters: parameters.map((entries) => new Map(entries)),
  clientId: text,
  secret: text,
  method: fc.constantFrom('client_secret_basic', 'client_secret_post', 'private_key_jwt'),
  generation: text,
});

/** The parts as they are compared: without the order of parameters. */
const meaning = ({ parameters: map, ...rest }: KeyParts) =>
  JSON.stringify([[...map].sort(([a], [b]) => (a < b ? -1 : 1)), Object.entries(rest).sort()]);

describe('the key of a token', () => {
  it('is the same exactly when everything is the same but the order of parameters', async () => {
    await fc.assert(
      fc.asyncProperty(parts, parts, async (a, b) => {
        expect((await keys.token(a)) === (await keys.token(b))).toBe(meaning(a) === meaning(b));
      }),
      { numRuns: RUNS },
    );
  });

  it('does not depend on the order of parameters', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (a) => {
        const reversed = { ...a, parameters: new Map([...a.parameters].reverse()) };
        expect(await keys.token(reversed)).toBe(await keys.token(a));
      }),
      { numRuns: RUNS },
    );
  });

  it('changes with every single part', async () => {
    const other = fc.tuple(
      parts,
      fc.constantFrom('clientId', 'secret', 'method', 'generation' as const),
      text,
    );
    await fc.assert(
      fc.asyncProperty(other, async ([a, name, value]) => {
        const b = { ...a, [name]: value } as KeyParts;
        expect((await keys.token(a)) === (await keys.token(b))).toBe(a[name as 'secret'] === value);
      }),
      { numRuns: RUNS },
    );
  });

  it('is another one under another pepper, and for another issuer', async () => {
    const a = {
      parameters: new Map(),
      clientId: 'a',
      secret: 'b',
      method: 'client_secret_post',
      generation: '',
    };
    const all = await Promise.all(
      [
        keys,
        new Keys(bytes(`${pepper}x`), 'https://acme.eu.auth0.com/oauth/token'),
        new Keys(bytes(pepper), 'https://acme.us.auth0.com/oauth/token'),
      ].map((each) => each.token(a)),
    );
    expect(new Set(all).size).toBe(3);
  });

  it('holds none of its parts', async () => {
    const a = {
      parameters: new Map([['audience', 'orders']]),
      clientId: 'vendor',
      secret: 'hunter2',
      method: 'm',
      generation: '',
    };
    const key = await keys.token(a);
    expect(key).toMatch(/^[\w-]{43}$/);
    for (const part of ['orders', 'vendor', 'hunter2']) {
      expect(key).not.toContain(part);
      expect(Buffer.from(key, 'base64url').toString('latin1')).not.toContain(part);
    }
  });
});

describe('a sealed value', () => {
  it('is opened by the secret, the pepper and the key that it was sealed with, and by no other', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (value, secret, otherSecret, otherKey) => {
        const sealed = await sealer.seal(value, secret, 'key');
        const expected = Buffer.from(value).toString();
        expect(await sealer.open(sealed, secret, 'key')).toBe(expected);
        if (otherSecret !== secret && Buffer.from(otherSecret).compare(Buffer.from(secret)) !== 0)
          expect(await sealer.open(sealed, otherSecret, 'key')).toBeUndefined();
        if (otherKey !== 'key') expect(await sealer.open(sealed, secret, otherKey)).toBeUndefined();
        expect(await new Sealer(bytes(`${pepper}x`)).open(sealed, secret, 'key')).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  it('does not open once a character is changed, or for what is no value at all', async () => {
    const sealed = await sealer.seal('the token', 'secret', 'key');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sealed.length - 2),
        fc.constantFrom('A', 'z', '-', '.', ''),
        async (at, character) => {
          const changed = sealed.slice(0, at) + character + sealed.slice(at + 1);
          expect(await sealer.open(changed, 'secret', 'key')).toBe(
            changed === sealed ? 'the token' : undefined,
          );
        },
      ),
      { numRuns: RUNS },
    );
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        expect(await sealer.open(value, 'secret', 'key')).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  it('is another one each time', async () => {
    const sealed = () => sealer.seal('the token', 'secret', 'key');
    expect(await sealed()).not.toBe(await sealed());
  });
});
