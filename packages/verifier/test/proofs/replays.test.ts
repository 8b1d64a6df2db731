// Used proofs: none is accepted twice, in a bounded memory, in a shared store, and with a store that fails.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toRefusal } from '../../src/bearer.ts';
import type { VerifierOptions } from '../../src/options.ts';
import type { ReplayStore } from '../../src/proofs/replays.ts';
import { ReplayMemory } from '../../src/proofs/replays.ts';
import type { SenderRequest } from '../../src/proofs/sender-request.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import { dpopClient, METHOD, URL_OF_REQUEST } from '../support/dpop-client.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');
const client = dpopClient(key);
const verifierWith = (dpop: VerifierOptions<Name>['dpop'], now = () => NOW) =>
  createVerifier({
    issuer: ISSUER,
    layout,
    jwks: keySet(key),
    clock: () => new Date(now() * 1000),
    senderConstrained: 'verify',
    dpop,
  });
const request = (dpop: string): SenderRequest => ({
  scheme: 'DPoP',
  method: METHOD,
  url: URL_OF_REQUEST,
  dpop,
});

test('a proof that was used is refused for as long as it could be accepted', async () => {
  let now = NOW;
  const verifier = verifierWith({ maxAge: 60, clockTolerance: 5 }, () => now);
  const proof = client.prove();
  expect(await codeOf(verifier.verify(client.token, request(proof)))).toBe('verified');
  for (; now < NOW + 65; now += 4)
    expect(await codeOf(verifier.verify(client.token, request(proof)))).toBe('proof_replayed');
  now = NOW + 65;
  expect(await codeOf(verifier.verify(client.token, request(proof)))).toBe('proof_refused');
});

test('a jti is used once by a client, whatever else its proofs say, and another client may use it, too', async () => {
  const verifier = verifierWith({});
  const other = dpopClient(key);
  const claims = { jti: 'same' };
  expect(await codeOf(verifier.verify(client.token, request(client.prove({ claims }))))).toBe('verified');
  expect(await codeOf(verifier.verify(other.token, request(other.prove({ claims }))))).toBe('verified');
  const later = client.prove({ claims: { jti: 'same', iat: NOW + 1 } });
  expect(await codeOf(verifier.verify(client.token, request(later)))).toBe('proof_replayed');
});

test('of many requests with one proof at the same time, one passes', async () => {
  const verifier = verifierWith({});
  const proof = client.prove();
  const codes = await Promise.all(
    Array.from({ length: 20 }, () => codeOf(verifier.verify(client.token, request(proof)))),
  );
  expect(codes.filter((code) => code === 'verified')).toHaveLength(1);
  expect(codes.filter((code) => code === 'proof_replayed')).toHaveLength(19);
});

test('what was refused is not used up', async () => {
  const verifier = verifierWith({});
  const proof = client.prove();
  expect(await codeOf(verifier.verify(client.token, { ...request(proof), method: 'POST' }))).toBe(
    'proof_refused',
  );
  expect(await codeOf(verifier.verify(client.token, request(proof)))).toBe('verified');
});

describe('the memory', () => {
  const event = fc.record({ id: fc.nat({ max: 30 }), age: fc.nat({ max: 10 }), pause: fc.nat({ max: 3 }) });

  // A clock may be set, in both directions.
  const jumping = fc.record({
    id: fc.nat({ max: 30 }),
    age: fc.nat({ max: 10 }),
    pause: fc.integer({ min: -15, max: 15 }),
  });

  test('accepts nothing twice, and holds no more than it may', () => {
    fc.assert(
      fc.property(fc.array(jumping, { maxLength: 200 }), fc.integer({ min: 1, max: 12 }), (events, most) => {
        let now = 1000;
        const memory = new ReplayMemory(most, () => now);
        const accepted = new Set<string>();
        for (const { id, age, pause } of events) {
          now += pause;
          // As in the verifier: accepted for 10 seconds from `iat` on.
          const iat = now - age;
          if (!(now < iat + 10)) continue;
          const name = `${id} ${iat}`;
          if (!memory.add(name, iat + 10)) continue;
          expect(accepted.has(name)).toBe(false);
          accepted.add(name);
        }
      }),
    );
  });

  test('with room enough refuses nothing that is new', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        let now = 1000;
        const memory = new ReplayMemory(1000, () => now);
        const seen = new Set<string>();
        for (const { id, age, pause } of events) {
          now += pause;
          const iat = now - age;
          if (!(now < iat + 10)) continue;
          const name = `${id} ${iat}`;
          expect(memory.add(name, iat + 10)).toBe(!seen.has(name));
          seen.add(name);
        }
      }),
    );
  });

  test('refuses nothing that is new after a clock was ahead for a moment', () => {
    let now = 1000;
    const memory = new ReplayMemory(10, () => now);
    expect(memory.add('first', 1100)).toBe(true);
    now += 86_400;
    expect(memory.add('ahead', 87_500)).toBe(true);
    now -= 86_400;
    // Nobody knows any more whether it was used.
    expect(memory.add('first', 1100)).toBe(false);
    expect(memory.add('next', 1101)).toBe(true);
    expect(memory.add('ahead', 87_500)).toBe(false);
  });

  test('without room asks for younger proofs, which still pass', () => {
    const memory = new ReplayMemory(10, () => 1000);
    for (let id = 0; id < 10; id += 1) expect(memory.add(`${id}`, 1100)).toBe(true);
    expect(memory.add('next', 1101)).toBe(true);
    // Nobody knows any more whether it was used.
    expect(memory.add('0', 1100)).toBe(false);
    expect(memory.add('other', 1100)).toBe(false);
    expect(memory.add('other', 1101)).toBe(true);
  });
});

describe('a store of the API', () => {
  test('is shared by verifiers, and told until when', async () => {
    const kept = new Map<string, number>();
    const store: ReplayStore = {
      async add(id, expires) {
        if (kept.has(id)) return false;
        kept.set(id, expires);
        return true;
      },
    };
    const [one, two] = [verifierWith({ replays: store }), verifierWith({ replays: store })];
    const proof = client.prove({ claims: { iat: NOW - 0.5 } });
    expect(await codeOf(one.verify(client.token, request(proof)))).toBe('verified');
    expect(await codeOf(two.verify(client.token, request(proof)))).toBe('proof_replayed');
    expect([...kept]).toEqual([[expect.stringMatching(/^[\w-]{43}$/), NOW + 330]]);
  });

  test.each<[string, ReplayStore]>([
    [
      'throws',
      {
        add: () => {
          throw new Error('down');
        },
      },
    ],
    ['rejects', { add: () => Promise.reject(new Error('down')) }],
    ['rejects with nothing', { add: () => Promise.reject(undefined) }],
  ])('that %s is a 503', async (_title, replays) => {
    const error = await verifierWith({ replays })
      .verify(client.token, request(client.prove()))
      .catch((reason: unknown) => reason);
    const { status, headers, body } = toRefusal(error);
    expect([status, body]).toEqual([503, { error: 'temporarily_unavailable' }]);
    expect(headers).toMatchObject({ 'retry-after': '1' });
    expect(headers['www-authenticate']).toBeUndefined();
    expect(error).toMatchObject({ code: 'proof_unavailable' });
  });

  test.each([undefined, null, 1, 'OK', 'true', {}, []])(
    'that answers %j lets nobody pass',
    async (answer) => {
      const verifier = verifierWith({ replays: { add: () => answer as never } });
      expect(await codeOf(verifier.verify(client.token, request(client.prove())))).toBe('proof_replayed');
    },
  );
});
