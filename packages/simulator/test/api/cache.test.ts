import { describe, expect, test } from 'vitest';
import type { CacheErrorCode } from '../../src/api/cache.ts';
import { loginEvent } from '../../src/event/events.ts';
import { type Action, type HostOptions, type LoginOptions, loadAction } from '../../src/host/action-host.ts';

// Runs the body that the user's app_metadata carry, and sets its return value as a claim.
function host(options?: HostOptions): (body: string, login?: LoginOptions) => Promise<unknown> {
  const action: Action = loadAction(
    `exports.onExecutePostLogin = async (event, api) => {
      const body = new Function('cache', event.user.app_metadata.body);
      api.accessToken.setCustomClaim('answer', body(api.cache) ?? null);
    };`,
    options,
  );
  return async (body, login) => {
    const result = await action.login(loginEvent({ user: { appMetadata: { body } } }), login);
    return result.outcome === 'allowed' ? result.accessTokenClaims['answer'] : result.error;
  };
}

async function code(call: string, options?: HostOptions): Promise<unknown> {
  return host(options)(`const result = ${call}; return result.type === 'error' ? result.code : 'success';`);
}

test('records are shared between logins, with value and expiry', async () => {
  const run = host({ now: () => 1_000 });
  expect(await run(`return cache.set('a', 'v', { ttl: 50.9 });`)).toEqual({
    type: 'success',
    record: { value: 'v', expires_at: 1_050 },
  });
  expect(await run(`return cache.get('a');`)).toEqual({ value: 'v', expires_at: 1_050 });
  expect(await run(`return [cache.delete('a'), cache.get('a')];`)).toEqual([{ type: 'success' }, null]);
  expect(await run(`return [cache.delete('a'), cache.get('a')];`)).toEqual([
    { type: 'error', code: 'CacheKeyDoesNotExist' },
    null,
  ]);
});

test('records end: after 15 minutes by default, after 24 hours at the latest, at the earlier of two times', async () => {
  const clock = { time: 0 };
  const run = host({ now: () => clock.time });
  await run(
    `cache.set('default', ''); cache.set('long', '', { ttl: 1e12 }); cache.set('two', '', { ttl: 500, expires_at: 99 });`,
  );
  const alive = (): Promise<unknown> =>
    run(`return ['default', 'long', 'two'].map((key) => cache.get(key) !== undefined);`);
  expect(await alive()).toEqual([true, true, true]);
  clock.time = 100;
  expect(await alive()).toEqual([true, true, false]);
  clock.time = 15 * 60_000 + 1;
  expect(await alive()).toEqual([false, true, false]);
  clock.time = 24 * 3_600_000 + 1;
  expect(await alive()).toEqual([false, false, false]);
});

describe('limits answer with a code and never throw', () => {
  test.each<[string, CacheErrorCode | 'success']>([
    [`cache.set('k'.repeat(64), 'v')`, 'success'],
    [`cache.set('k'.repeat(65), 'v')`, 'CacheKeySizeExceeded'],
    [`cache.set('é'.repeat(33), 'v')`, 'CacheKeySizeExceeded'],
    [`cache.set('k', 'v'.repeat(4096))`, 'success'],
    [`cache.set('k', 'v'.repeat(4097))`, 'CacheValueSizeExceeded'],
    [`cache.set('k', 'v', { ttl: '5' })`, 'InvalidExpiry'],
    [`cache.set('k', 'v', { ttl: NaN })`, 'InvalidExpiry'],
    [`cache.set('k', 'v', { expires_at: Infinity })`, 'InvalidExpiry'],
    [`cache.set('k', 'v', { ttl: 1e300 })`, 'InvalidExpiry'],
    [`cache.set('k', 'v', { ttl: 0 })`, 'ItemAlreadyExpired'],
    [`cache.set('k', 'v', { expires_at: 5 })`, 'ItemAlreadyExpired'],
    [`(cache.set('a', 'v'.repeat(4095)), cache.set('b', 'v'.repeat(4095)))`, 'success'],
    [`(cache.set('a', 'v'.repeat(4095)), cache.set('b', 'v'.repeat(4096)))`, 'CacheSizeExceeded'],
    [`Array.from({ length: 20 }, (_, i) => cache.set('k' + i, '')).pop()`, 'success'],
    [`Array.from({ length: 21 }, (_, i) => cache.set('k' + i, '')).pop()`, 'CacheSizeExceeded'],
  ])('%s: %s', async (call, expected) => {
    expect(await code(call)).toBe(expected);
  });

  test('the total can be another', async () => {
    expect(await code(`cache.set('k', 'v')`, { cacheBytes: 1 })).toBe('CacheSizeExceeded');
  });
});

test('writes are reported, those of a failed login are forgotten, those of a denied one stay', async () => {
  const action = loadAction(`exports.onExecutePostLogin = async (event, api) => {
    const before = api.cache.get('by');
    api.cache.set('by', event.user.user_id);
    api.cache.delete('none');
    if (event.user.user_id === 'denied') api.access.deny('no');
    if (event.user.user_id === 'failed') throw new Error();
    api.accessToken.setCustomClaim('before', before?.value ?? null);
  };`);
  const login = (id: string): ReturnType<Action['login']> => action.login(loginEvent({ user: { id } }));
  const denied = await login('denied');
  await login('failed');
  expect(denied.cacheWrites).toEqual([
    { operation: 'set', key: 'by', value: 'denied', result: 'success' },
    { operation: 'delete', key: 'none', result: 'CacheKeyDoesNotExist' },
  ]);
  expect((await login('last')).accessTokenClaims['before']).toBe('denied');
});

test('a cold or full cache on demand', async () => {
  const run = host();
  await run(`cache.set('a', 'v');`);
  expect(await run(`return cache.get('a');`, { faults: { cache: 'cold' } })).toBeNull();
  expect(await run(`return cache.get('a').value;`, { faults: { cache: 'full' } })).toBe('v');
  expect(await run(`return cache.set('b', 'v').code;`, { faults: { cache: 'full' } })).toBe(
    'CacheSizeExceeded',
  );
  expect(await run(`return cache.get('a').value;`)).toBe('v');
});
