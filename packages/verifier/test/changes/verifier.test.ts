// The option `changes`: what a verifier and its guards answer once permissions have changed.
import fc from 'fast-check';
import { afterEach, describe, expect, it, onTestFinished, test } from 'vitest';
import type { Access } from '../../src/access.ts';
import { hasAnyPermission, hasPermission } from '../../src/access.ts';
import type { ChangeFeed } from '../../src/changes/frame.ts';
import { explainDenial } from '../../src/denial.ts';
import type { VerifierError } from '../../src/errors.ts';
import { lookUpHeader } from '../../src/header-lookup.ts';
import type { VerifierOptions } from '../../src/options.ts';
import { permissionState } from '../../src/permission-state.ts';
import {
  requireAllPermissions,
  requireAnyPermission,
  requirePermission,
} from '../../src/require-permission.ts';
import { checkAllOf } from '../../src/requirement.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');
const SUB = 'auth0|5f7c8ec7c33c6c004bbafe82';
const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 60);

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

interface Publisher {
  readonly feed: ChangeFeed;
  /** Resolves when readers have the record. */
  publish(record: object): Promise<void>;
}

/** A log in memory, whose readers get what is published at once. */
function openLog(horizon = 0): Publisher {
  const records: object[] = [];
  let wake = () => {};
  let read = () => {};
  const feed: ChangeFeed = {
    async *read(_after, signal) {
      let sent = 0;
      let frames = 0;
      signal.addEventListener('abort', () => wake());
      while (!signal.aborted) {
        const rest = records.slice(sent);
        const from = frames === 0 ? '' : String(sent);
        sent = records.length;
        frames += 1;
        yield { epoch: 'e', from, to: String(sent), horizon, now: NOW * 1000 + frames, records: rest };
        read();
        if (sent === records.length && !signal.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
  return {
    feed,
    publish: (record) =>
      new Promise((resolve) => {
        read = resolve;
        records.push({ v: 1, at: NOW * 1000, ...record });
        wake();
      }),
  };
}

function verifierOf(feed: ChangeFeed, options: Partial<VerifierOptions<Name>> = {}): Verifier<Name> {
  const stop = new AbortController();
  stops.push(stop);
  return createVerifier({
    issuer: ISSUER,
    layout,
    jwks: keySet(key),
    clock: () => new Date(NOW * 1000),
    changes: { feed, onStale: 'deny', signal: stop.signal },
    ...options,
  });
}

/** Holds orders:read and orders:refund. */
const token = makeToken(key);
/** Issued after everything that is published here. */
const newer = makeToken(key, { claims: { iat: NOW + 5 } });

function thrownBy(ask: () => void): VerifierError {
  try {
    ask();
  } catch (error) {
    return error as VerifierError;
  }
  throw new Error('nothing was thrown');
}

describe('a permission that was taken away', () => {
  const taken = async (options: Partial<VerifierOptions<Name>> = {}): Promise<Access<Name>> => {
    const log = openLog();
    const verifier = verifierOf(log.feed, options);
    const access = await verifier.verify(token);
    expect([...access.permissions]).toEqual(['orders:read', 'orders:refund']);
    await log.publish({ sub: SUB, lost: ['orders:refund'], by: 'ticket 4711' });
    return access;
  };

  it('is no longer granted by an access that was made before', async () => {
    const access = await taken();
    expect(hasPermission(access, 'orders:refund')).toBe(false);
    expect(permissionState(access, 'orders:refund')).toBe('stale');
    expect([...access.permissions]).toEqual(['orders:read']);
    expect(access.permissions.size).toBe(1);
    expect(JSON.stringify(access.permissions)).toBe('["orders:read"]');
  });

  it('leaves every other answer as it was', async () => {
    const access = await taken();
    expect(hasPermission(access, 'orders:read')).toBe(true);
    expect(permissionState(access, 'orders:read')).toBe('yes');
    expect(permissionState(access, 'orders:write')).toBe('no');
    expect(permissionState(access, 'misspelt' as Name)).toBe('no');
  });

  it('is required with a 401 that says when to refresh', async () => {
    const access = await taken();
    const error = thrownBy(() => requirePermission(access, 'orders:refund'));
    expect(error).toMatchObject({ code: 'token_stale', status: 401, retryAfter: 26 });
    expect(error.headers).toMatchObject({
      'retry-after': '26',
      'www-authenticate': expect.stringMatching(/^Bearer error="invalid_token", .*reason="stale"$/),
    });
    expect(await error.getResponse().json()).toEqual({ error: 'unauthorized', reason: 'stale' });
    expect(error.cause).toMatchObject({ reason: 'changed_since', by: 'ticket 4711' });
    expect(explainDenial(access, 'orders:refund')).toEqual(error.cause);
  });

  it('gives way to a sure no, and to a sure yes', async () => {
    const access = await taken();
    const all = (...names: Name[]) => thrownBy(() => requireAllPermissions(access, names)).code;
    expect(all('orders:refund', 'orders:write')).toBe('insufficient_scope');
    expect(all('orders:read', 'orders:refund')).toBe('token_stale');
    requireAnyPermission(access, ['orders:refund', 'orders:read']);
    expect(hasAnyPermission(access, ['orders:refund', 'orders:read'])).toBe(true);
    const any = (...names: Name[]) => thrownBy(() => requireAnyPermission(access, names)).code;
    expect(any('orders:write', 'orders:refund')).toBe('token_stale');
    expect(any('orders:write', 'invoices:read')).toBe('insufficient_scope');
  });

  it('F10: is answered the same with the cache and without', async () => {
    for (const cache of [true, false]) {
      const log = openLog();
      const verifier = verifierOf(log.feed, { cache });
      await verifier.verify(token);
      await log.publish({ sub: SUB, lost: ['orders:refund'] });
      const access = await verifier.verify(token);
      expect([...access.permissions]).toEqual(['orders:read']);
    }
  });

  it('is granted to a token that is newer than the change, with its guard', async () => {
    const log = openLog();
    const verifier = verifierOf(log.feed, { clock: () => new Date((NOW + 30) * 1000) });
    await verifier.prefetch();
    await log.publish({ sub: SUB, lost: ['orders:refund'] });
    const issued = (seconds: number) => makeToken(key, { claims: { iat: NOW + seconds } });
    const stateAt = async (seconds: number) =>
      permissionState(await verifier.verify(issued(seconds)), 'orders:refund');
    expect([await stateAt(20), await stateAt(21)]).toEqual(['stale', 'yes']);
  });

  it('is nothing to other users, organizations, audiences and machines', async () => {
    const log = openLog();
    const verifier = verifierOf(log.feed);
    const access = await verifier.verify(token);
    await log.publish({ sub: 'auth0|2', lost: '*' });
    await log.publish({ sub: SUB, org: 'org_1', lost: '*' });
    await log.publish({ sub: SUB, aud: 'billing', lost: '*' });
    expect([...access.permissions]).toEqual(['orders:read', 'orders:refund']);
    await log.publish({ of: 'users', lost: ['orders:read'] });
    const machine = { sub: 'm@clients', azp: 'm', gty: 'client-credentials' };
    expect([...(await verifier.verify(makeToken(key, { claims: machine }))).permissions]).toEqual([
      'orders:read',
      'orders:refund',
    ]);
    expect([...access.permissions]).toEqual(['orders:refund']);
  });
});

describe('a permission that was gained', () => {
  it('is a 401 in place of a 403 to a token that lacks it', async () => {
    const log = openLog();
    const access = await verifierOf(log.feed).verify(token);
    await log.publish({ sub: SUB, gained: ['orders:write'] });
    expect(thrownBy(() => requirePermission(access, 'orders:write')).code).toBe('token_stale');
    expect(thrownBy(() => requirePermission(access, 'invoices:read')).code).toBe('insufficient_scope');
  });
});

describe('a user who is out', () => {
  test.each([true, false])('is refused by verify, and by an access from before, cache %s', async (cache) => {
    const log = openLog();
    const verifier = verifierOf(log.feed, { cache });
    const access = await verifier.verify(token);
    await log.publish({ sub: SUB, out: true });
    expect(lookUpHeader(verifier, `Bearer ${token}`)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toMatchObject({
      code: 'token_stale',
      status: 401,
      retryAfter: 26,
    });
    expect([...access.permissions]).toEqual([]);
    expect(thrownBy(() => requirePermission(access, 'orders:read')).code).toBe('token_stale');
  });

  it('is refused where several issuers are trusted, too', async () => {
    const log = openLog();
    const verifier = verifierOf(log.feed, {
      issuer: [{ issuer: ISSUER, jwks: keySet(key) }],
      jwks: undefined,
    });
    await verifier.verify(token);
    await log.publish({ sub: SUB, out: true });
    expect(await codeOf(verifier.verify(token))).toBe('token_stale');
  });
});

describe('a log that has forgotten', () => {
  it('refuses tokens that are as old', async () => {
    const verifier = verifierOf(openLog((NOW - 10) * 1000).feed);
    expect(await codeOf(verifier.verify(token))).toBe('token_stale');
    expect(verifier.freshness()?.horizon).toBe((NOW - 10) * 1000);
  });
});

describe('a feed that does not come', () => {
  const silent: ChangeFeed = {
    async *read(_after, signal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield* [];
    },
  };

  // Each waits for the feed as long as a request does.
  test.concurrent.each(['deny', 'refresh', 'allow'] as const)(
    'is a 503 under the policy %s',
    async (onStale) => {
      const stop = new AbortController();
      onTestFinished(() => stop.abort());
      const verifier = verifierOf(silent, { changes: { feed: silent, onStale, signal: stop.signal } });
      const refusal = { code: 'changes_unavailable', status: 503, retryAfter: 5 };
      await Promise.all([
        expect(verifier.verify(token)).rejects.toMatchObject(refusal),
        expect(verifier.prefetch()).rejects.toMatchObject({ code: 'changes_unavailable' }),
      ]);
      expect(verifier.freshness()).toMatchObject({ state: 'starting', lag: undefined });
    },
  );
});

describe('a verifier', () => {
  it('says what it knows of changes', async () => {
    const log = openLog();
    const verifier = verifierOf(log.feed);
    await verifier.prefetch();
    await log.publish({ sub: SUB, lost: ['orders:refund', 'misspelt'] });
    expect(verifier.freshness()).toMatchObject({ state: 'live', applied: 1, unknownNames: 1, kept: 1 });
  });

  it('without the option knows nothing of changes, and takes tokens without iat', async () => {
    const verifier = verifierOf(openLog().feed, { changes: undefined });
    expect(verifier.freshness()).toBeUndefined();
    await verifier.verify(makeToken(key, { claims: { iat: undefined } }));
  });

  it('with the option refuses a token that does not say when it was issued', async () => {
    const verifier = verifierOf(openLog().feed);
    expect(await codeOf(verifier.verify(makeToken(key, { claims: { iat: undefined } })))).toBe(
      'time_refused',
    );
  });

  it('tells its hooks of a stale token as of any that is refused', async () => {
    const log = openLog();
    const refused: string[] = [];
    const verifier = verifierOf(log.feed, { on: { refused: ({ code }) => refused.push(code) } });
    await verifier.verify(token);
    await log.publish({ sub: SUB, out: true });
    await codeOf(verifier.verify(token));
    expect(refused).toEqual(['token_stale']);
  });

  test.each([
    [{ feed: {}, onStale: 'deny' }, /changes\.feed must be a log or feed/],
    [{ feed: openLog().feed }, /changes\.onStale must be 'deny', 'refresh' or 'allow'/],
    [{ feed: openLog().feed, onStale: 'deny', maxStaleness: 1 }, /changes\.maxStaleness/],
    [{ feed: openLog().feed, onStale: 'deny', maxstaleness: 30 }, /has no option maxstaleness/],
    [null, /changes must be an object/],
  ])('refuses changes that can not work: %o', (changes, message) => {
    expect(() => verifierOf(openLog().feed, { changes: changes as never })).toThrow(message);
  });
});

describe('a guard with maxAge', () => {
  const check = checkAllOf<Name, undefined>(['orders:read', { maxAge: 60 }]);

  test.each([
    [0, 'passes'],
    [64, 'passes'],
    [66, 'token_stale'],
  ])('a token of %d seconds: %s, without a feed', async (age, answer) => {
    const verifier = verifierOf(openLog().feed, { changes: undefined });
    const access = await verifier.verify(makeToken(key, { claims: { iat: NOW - age } }));
    const told = () => check(access, undefined);
    if (answer === 'passes') expect(told()).toBeUndefined();
    else expect(thrownBy(told)).toMatchObject({ code: answer, status: 401, retryAfter: 0 });
  });

  it('denies first what a newer token would not have either', async () => {
    const access = await verifierOf(openLog().feed).verify(makeToken(key, { claims: { iat: NOW - 600 } }));
    const write = checkAllOf<Name, undefined>([{ maxAge: 60 }, 'orders:write']);
    expect(thrownBy(() => write(access, undefined)).code).toBe('insufficient_scope');
  });

  test.each([
    { maxAge: 29 },
    { maxAge: Number.NaN },
    // Of the environment, say: `'60' + 5` is 605.
    { maxAge: '60' },
    { maxAge: [60] },
    { maxAge: Object(60) },
    { maxAge: new Date(60) },
    { maxage: 60 },
    {},
    { maxAge: 60, other: 1 },
  ])('is refused when it is made: %o', (age) => {
    expect(() => checkAllOf([age as never])).toThrow(/\{maxAge: seconds\}/);
  });
});

test('no record ever turns a no into a yes, whatever it says', async () => {
  const names = ['orders:read', 'orders:write', 'orders:refund', 'invoices:read'] as const;
  const list = fc.oneof(fc.subarray([...names, 'misspelt']), fc.constant('*'));
  const record = fc.record(
    {
      sub: fc.constantFrom(SUB, 'auth0|2'),
      aud: fc.constantFrom('orders', 'billing'),
      at: fc.integer({ min: (NOW - 100) * 1000, max: (NOW + 10) * 1000 }),
      lost: list,
      gained: list,
      out: fc.constant(true),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { maxLength: 6 }),
      fc.constantFrom(token, newer),
      async (records, held) => {
        const log = openLog();
        const verifier = verifierOf(log.feed);
        const access = await verifier.verify(held);
        const said = new Set<string>(access.permissions);
        for (const each of records) {
          await log.publish(each);
          for (const name of names) {
            const state = permissionState(access, name);
            if (state === 'yes') expect(said.has(name)).toBe(true);
            if (state === 'no') expect(said.has(name)).toBe(false);
            expect(hasPermission(access, name)).toBe(state === 'yes');
          }
        }
      },
    ),
    { numRuns: Math.min(runs, 300) },
  );
});
