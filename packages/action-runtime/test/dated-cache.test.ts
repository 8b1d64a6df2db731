import { describe, expect, it } from 'vitest';
import { DatedCache } from '../src/dated-cache.ts';
import { recordApi } from './recorded-login.ts';

const USER = 'claimgen:user:abc';
const TOKEN = 'claimgen:token:abc';
const NOW = 1_795_694_400_500;

/** The cache of a login now, in which an earlier one left these values. */
function cacheWith(entries: Readonly<Record<string, string>> = {}) {
  const { api, cached } = recordApi();
  for (const [key, value] of Object.entries(entries)) cached.set(key, { value, ttl: undefined });
  return { cache: new DatedCache(api.cache, NOW), cached };
}

describe('what a user holds', () => {
  it('is kept with the time at which the login began to read', () => {
    const { cache, cached } = cacheWith();
    expect(cache.set(USER, 'Agg4', { ttl: 5_000 })).toEqual({ type: 'success' });
    expect(cached).toEqual(new Map([[USER, { value: `Agg4.${NOW}`, ttl: 5_000 }]]));
  });

  it('comes back without its time, which makes the login as old', () => {
    const { cache } = cacheWith({ [USER]: `Agg4.${NOW - 4_000}` });
    expect(cache.oldest).toBe(NOW);
    expect(cache.get(USER)).toEqual({ value: 'Agg4', expires_at: 0 });
    expect(cache.oldest).toBe(NOW - 4_000);
  });

  it('makes a login as old as the oldest part of it', () => {
    const [old, older, later] = ['claimgen:user:1', 'claimgen:user:2', 'claimgen:user:3'];
    const { cache, cached } = cacheWith({
      [old]: `A.${NOW - 1_000}`,
      [older]: `A.${NOW - 3_000}`,
      [later]: `A.${NOW}`,
    });
    for (const key of [old, older, later]) expect(cache.get(key)?.value).toBe('A');
    expect(cache.oldest).toBe(NOW - 3_000);
    cache.set(USER, 'A');
    expect(cached.get(USER)?.value).toBe(`A.${NOW - 3_000}`);
  });

  it('expires when the entry does', () => {
    const { api } = recordApi();
    const get = () => ({ value: `A.${NOW}`, expires_at: NOW + 5_000 });
    expect(new DatedCache({ ...api.cache, get }, NOW).get(USER)?.expires_at).toBe(NOW + 5_000);
  });

  it.each([
    'Agg4',
    'Agg4.',
    `Agg4.${NOW}x`,
    'Agg4.now',
    `A.A.${NOW}`,
    'Agg4.1795694400500000',
    `Agg4.${NOW + 1}`,
  ])('is not read where its time is unknown: %s', (value) => {
    const { cache } = cacheWith({ [USER]: value });
    expect(cache.get(USER)).toBeUndefined();
    expect(cache.oldest).toBe(NOW);
  });

  it('is not there where nothing was kept', () => {
    expect(cacheWith().cache.get(USER)).toBeUndefined();
  });
});

describe('what is kept for other purposes', () => {
  it('is kept and comes back as it is', () => {
    const { cache, cached } = cacheWith({ [TOKEN]: 'a.b.1', 'of another Action': '1.5' });
    expect(cache.get(TOKEN)).toEqual({ value: 'a.b.1', expires_at: 0 });
    expect(cache.get('of another Action')?.value).toBe('1.5');
    expect(cache.oldest).toBe(NOW);
    cache.set(TOKEN, 'c.d.2', { ttl: 60 });
    expect(cached.get(TOKEN)).toEqual({ value: 'c.d.2', ttl: 60 });
  });

  it('is told by what its key begins with', () => {
    const { cache } = cacheWith({ 'my:claimgen:user:': `A.${NOW - 1}` });
    expect(cache.get('my:claimgen:user:')?.value).toBe(`A.${NOW - 1}`);
  });
});

describe('an entry', () => {
  it('can be deleted', () => {
    const { cache, cached } = cacheWith({ [TOKEN]: 'a.b.1' });
    cache.delete(TOKEN);
    expect(cached.size).toBe(0);
  });

  it('that Auth0 does not keep is said to be refused', () => {
    const { api } = recordApi({ cacheSet: 'error' });
    expect(new DatedCache(api.cache, NOW).set(USER, 'A')).toEqual({ type: 'error' });
  });
});
