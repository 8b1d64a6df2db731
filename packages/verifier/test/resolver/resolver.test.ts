// The options `resolver` and `permissions`: permissions that tokens don't carry.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasPermission } from '../../src/access.ts';
import type { ChangeFeed } from '../../src/changes/frame.ts';
import { explainDenial } from '../../src/denial.ts';
import type { VerifierError } from '../../src/errors.ts';
import { lookUpHeader } from '../../src/header-lookup.ts';
import type { VerifierOptions } from '../../src/options.ts';
import { permissionState } from '../../src/permission-state.ts';
import type { PermissionAnswer, PermissionQuery } from '../../src/resolver/permission-resolver.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifier } from '../../src/verifier.ts';
import type { Name } from '../support/issuer.ts';
import {
  AUDIENCE,
  CLAIM,
  CLAIM_VALUE,
  ISSUER,
  keySet,
  layout,
  makeToken,
  NOW,
  rsaKey,
} from '../support/issuer.ts';

const key = rsaKey('main');
const SUB = 'auth0|5f7c8ec7c33c6c004bbafe82';
const now = NOW * 1000;
const overflown = makeToken(key, { claims: { [CLAIM]: '!overflow' } });
const withClaim = makeToken(key);
const without = makeToken(key, { claims: { [CLAIM]: undefined } });
const machine = makeToken(key, {
  claims: { gty: 'client-credentials', scope: 'orders:write', [CLAIM]: undefined },
});

interface Asked {
  readonly queries: PermissionQuery[];
  readonly verifier: Verifier<Name>;
}

/** A verifier whose resolver answers so, and what it was asked. */
function ask(
  answer: (query: PermissionQuery, count: number) => unknown = () => ({
    claim: ['orders:write'],
    readAt: now,
  }),
  options: Partial<VerifierOptions<Name>> = {},
): Asked {
  const queries: PermissionQuery[] = [];
  const verifier = createVerifier<Name>({
    issuer: ISSUER,
    layout,
    jwks: keySet(key),
    clock: () => new Date(now),
    resolver: {
      resolve: (query) => {
        queries.push(query);
        return answer(query, queries.length) as Promise<PermissionAnswer>;
      },
    },
    ...options,
  });
  return { queries, verifier };
}

const refusalOf = (verifier: Verifier<Name>, token: string): Promise<VerifierError> =>
  verifier.verify(token).then(
    () => expect.unreachable('it was verified'),
    (error: VerifierError) => error,
  );

describe('a token whose permissions did not fit', () => {
  it('gets those that the resolver knows', async () => {
    const { queries, verifier } = ask();
    const access = await verifier.verify(overflown);
    expect(access.permissions.toJSON()).toEqual(['orders:write']);
    expect(access.readFrom).toBe('resolver');
    expect(queries).toEqual([
      { issuer: ISSUER, subject: SUB, audience: AUDIENCE, layout, client: 'my_client_id' },
    ]);
  });

  it('is asked about by the organization that the login was to', async () => {
    const { queries, verifier } = ask();
    await verifier.verify(makeToken(key, { claims: { [CLAIM]: '!overflow', org_id: 'org_1' } }));
    expect(queries[0]?.organization).toBe('org_1');
  });

  it.each([[''], [7], [null], [['org_1']]])('is refused where its organization is %j', async (org_id) => {
    const { queries, verifier } = ask();
    const token = makeToken(key, { claims: { [CLAIM]: '!overflow', org_id } });
    expect((await refusalOf(verifier, token)).code).toBe('claim_malformed');
    expect(queries).toEqual([]);
  });

  it('is refused without a resolver, as ever', async () => {
    const { verifier } = ask(undefined, { resolver: undefined });
    expect((await refusalOf(verifier, overflown)).code).toBe('claim_overflow');
  });

  it('reads answers in either encoding, and explains what they lack', async () => {
    const { verifier } = ask(() => ({ claim: CLAIM_VALUE, readAt: now }));
    const access = await verifier.verify(overflown);
    expect(access.permissions.toJSON()).toEqual(['orders:read', 'orders:refund']);
    expect(access.layout).toBe('current');
    expect(explainDenial(access, 'orders:write')?.message).toMatch(/resolver/);
  });
});

describe('a token that says its permissions', () => {
  it('is not asked about', async () => {
    const { queries, verifier } = ask();
    const access = await verifier.verify(withClaim);
    expect(access.permissions.toJSON()).toEqual(['orders:read', 'orders:refund']);
    expect(await verifier.verify(withClaim)).toBe(access);
    expect(lookUpHeader(verifier, `Bearer ${withClaim}`)).toBe(access);
    expect(queries).toEqual([]);
  });

  it.each([withClaim, without, overflown])(
    'is asked about all the same with permissions: "resolver"',
    async (token) => {
      const { queries, verifier } = ask(undefined, { permissions: 'resolver', fallback: ['permissions'] });
      const access = await verifier.verify(token);
      expect(access.permissions.toJSON()).toEqual(['orders:write']);
      expect(queries).toHaveLength(1);
    },
  );
});

describe('the cache of verified tokens', () => {
  it.each([true, false])('(%s) has the resolver asked at each verify', async (cache) => {
    const { queries, verifier } = ask(
      async (_query, count) => ({ claim: count === 1 ? ['orders:read'] : [], readAt: now }),
      { permissions: 'resolver', cache },
    );
    expect(hasPermission(await verifier.verify(without), 'orders:read')).toBe(true);
    expect(lookUpHeader(verifier, `Bearer ${without}`)).toBeUndefined();
    expect(hasPermission(await verifier.verify(without), 'orders:read')).toBe(false);
    expect(queries).toHaveLength(2);
  });

  it('knows nothing of them for several issuers, either', async () => {
    const issuers = [
      { issuer: ISSUER, jwks: keySet(key) },
      { issuer: 'https://login.acme.example/', jwks: keySet(key) },
    ];
    const { queries, verifier } = ask(undefined, { issuer: issuers, jwks: undefined });
    for (let i = 0; i < 3; i += 1) {
      expect((await verifier.verify(overflown)).permissions.toJSON()).toEqual(['orders:write']);
      expect(lookUpHeader(verifier, `Bearer ${overflown}`)).toBeUndefined();
    }
    expect(queries).toHaveLength(3);
  });
});

describe('a token of a machine', () => {
  it('is read as ever: nobody could say what its roles are', async () => {
    const { queries, verifier } = ask(undefined, {
      permissions: 'resolver',
      fallback: ['scope'],
      fallbackFor: 'machines',
      rbacEnforced: true,
    });
    const access = await verifier.verify(machine);
    expect([access.readFrom, access.permissions.toJSON()]).toEqual(['scope', ['orders:write']]);
    expect(lookUpHeader(verifier, `Bearer ${machine}`)).toBe(access);
    expect(queries).toEqual([]);
  });
});

describe('a resolver that fails', () => {
  const failures: [string, () => unknown][] = [
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['answers with nothing', () => undefined],
    ['answers with null', () => null],
    ['answers without a claim', () => ({ readAt: now })],
    ['answers without a time', () => ({ claim: [] })],
    ['answers with a time that is none', () => ({ claim: [], readAt: Number.NaN })],
    ['answers that they did not fit', () => ({ claim: '!overflow', readAt: now })],
    ['answers in an unknown layout', () => ({ claim: 'zzzzzz.Ao', readAt: now })],
    ['answers with what is no claim', () => ({ claim: 'k3Jd9a.', readAt: now })],
    ['answers with names out of order', () => ({ claim: ['b', 'a'], readAt: now })],
  ];
  it.each(failures)('(it %s) is a 503, never an empty set', async (_, answer) => {
    const { verifier } = ask(answer);
    for (let i = 0; i < 2; i += 1) {
      const error = await refusalOf(verifier, overflown);
      expect([error.code, error.status, error.retryAfter]).toEqual(['permissions_unavailable', 503, 5]);
      expect(error.headers).toEqual({ 'cache-control': 'no-store', 'retry-after': '5' });
    }
  });

  it('passes for none of the values that JSON has, unless it is a claim', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (claim, readAt) => {
        const { verifier } = ask(() => ({ claim, readAt }));
        const verified = await verifier.verify(overflown).then(
          () => true,
          ({ code }: VerifierError) => expect(code).toBe('permissions_unavailable'),
        );
        if (verified === true) expect([Array.isArray(claim), typeof readAt]).toEqual([true, 'number']);
      }),
      { numRuns: 100 },
    ));

  it.each([
    [0.2, 1],
    [30, 30],
    [-1, 5],
    [1e9, 5],
    ['soon', 5],
  ])('that says to wait %j s has the client wait %i s', async (retryAfter, seconds) => {
    const { verifier } = ask(() => Promise.reject(Object.assign(new Error('no'), { retryAfter })));
    expect((await refusalOf(verifier, overflown)).retryAfter).toBe(seconds);
  });

  it('by never answering has a deadline', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { verifier, queries } = ask(() => new Promise(() => {}));
      const refused = refusalOf(verifier, overflown);
      await vi.waitUntil(() => queries.length === 1);
      await vi.advanceTimersByTimeAsync(10_000);
      expect((await refused).code).toBe('permissions_unavailable');
    } finally {
      vi.useRealTimers();
    }
  });

  it('is told to the hooks', async () => {
    const told: unknown[] = [];
    const { verifier } = ask(() => Promise.reject(new Error('no')), {
      on: { refused: ({ code, status }) => told.push([code, status]) },
    });
    await refusalOf(verifier, overflown);
    expect(told).toEqual([['permissions_unavailable', 503]]);
  });
});

describe('changes', () => {
  const stops: AbortController[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop.abort();
  });
  /** A feed that has these records. */
  const changes = (...records: object[]): Partial<VerifierOptions<Name>> => {
    const stop = new AbortController();
    stops.push(stop);
    const feed: ChangeFeed = {
      async *read(_after, signal) {
        const all = records.map((record) => ({ v: 1, at: now - 5000, ...record }));
        yield { epoch: 'e', from: '', to: '1', horizon: 0, now, records: all };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    };
    return { changes: { feed, onStale: 'deny', signal: stop.signal } };
  };
  const before = { claim: ['orders:read', 'orders:refund'], readAt: now - 10_000 };
  const after = { claim: ['orders:read'], readAt: now };

  it('that an answer does not know have the resolver asked again, for a newer one', async () => {
    const { queries, verifier } = ask(
      async ({ newerThan }) => (newerThan === undefined ? before : after),
      changes({ sub: SUB, lost: ['orders:refund'] }),
    );
    const access = await verifier.verify(overflown);
    expect(access.permissions.toJSON()).toEqual(['orders:read']);
    expect(permissionState(access, 'orders:refund')).toBe('no');
    expect(queries.map(({ newerThan }) => newerThan)).toEqual([undefined, now - 4000]);
  });

  it('that were made just before an answer was read have it read again, not left unsure until its end', async () => {
    const unsure = { ...after, readAt: now - 4000 };
    const { queries, verifier } = ask(
      async ({ newerThan = 0 }) => (unsure.readAt > newerThan ? unsure : after),
      changes({ sub: SUB, lost: ['orders:read'] }),
    );
    expect(permissionState(await verifier.verify(overflown), 'orders:read')).toBe('yes');
    expect(queries.map(({ newerThan }) => newerThan)).toEqual([undefined, now - 4000]);
  });

  it('are taken as unknown where the resolver has no newer answer', async () => {
    const { queries, verifier } = ask(async () => before, changes({ sub: SUB, lost: ['orders:refund'] }));
    const access = await verifier.verify(overflown);
    expect(access.permissions.toJSON()).toEqual(['orders:read']);
    expect(permissionState(access, 'orders:refund')).toBe('stale');
    expect(queries).toHaveLength(2);
  });

  it('of everything count for answers that are older, and for them only', async () => {
    const everything = changes({ lost: '*', gained: '*' });
    const { queries, verifier } = ask(
      async ({ newerThan }) => (newerThan === undefined ? before : after),
      everything,
    );
    expect((await verifier.verify(overflown)).permissions.toJSON()).toEqual(['orders:read']);
    expect(queries).toHaveLength(2);
    const newer = ask(async () => after, changes({ lost: '*', gained: '*' }));
    expect((await newer.verifier.verify(overflown)).permissions.toJSON()).toEqual(['orders:read']);
    expect(newer.queries).toHaveLength(1);
  });

  it('of others are no reason to ask again', async () => {
    const others = changes({ sub: 'auth0|other', lost: '*' }, { sub: SUB, gained: ['orders:read'] });
    const { queries, verifier } = ask(async () => before, others);
    expect((await verifier.verify(overflown)).permissions.toJSON()).toEqual(['orders:read', 'orders:refund']);
    expect(queries).toHaveLength(1);
  });

  it('of which the answer knows are no matter how old the token is', async () => {
    const { verifier } = ask(
      async () => after,
      changes({ sub: SUB, gained: ['orders:refund'], lost: ['orders:read'] }),
    );
    const access = await verifier.verify(overflown);
    expect(permissionState(access, 'orders:read')).toBe('yes');
    expect(permissionState(access, 'orders:refund')).toBe('no');
  });

  it('that refuse the token count by its own age', async () => {
    const { queries, verifier } = ask(async () => after, changes({ sub: SUB, out: true }));
    expect((await refusalOf(verifier, overflown)).code).toBe('token_stale');
    expect(queries).toEqual([]);
  });

  it('after a time of the answer that is still to come count as well', async () => {
    const { verifier } = ask(
      async () => ({ ...before, readAt: now + 3_600_000 }),
      changes({ sub: SUB, lost: ['orders:refund'], at: now + 1000 }),
    );
    expect(permissionState(await verifier.verify(overflown), 'orders:refund')).toBe('stale');
  });
});

describe('the options', () => {
  it.each([
    [{ resolver: {} }, /resolver must be/],
    [{ resolver: 'https://resolver.example' }, /resolver must be/],
    [{ resolver: null }, /resolver must be/],
    [{ permissions: 'resolver', resolver: undefined }, /requires a resolver/],
    [{ permissions: 'engine' }, /permissions must be "token" or "resolver"/],
  ])('%j are refused', (options, message) => {
    expect(() => ask(undefined, options as never)).toThrow(message);
  });
});
