// createPermissions against a real API: a role that changes while a page is open.
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetch } from '../src/fetch.ts';
import type { Permissions } from '../src/permissions.ts';
import { createPermissions } from '../src/permissions.ts';
import type { Api, Name } from './api.ts';
import { startApi } from './api.ts';

async function open(api: Api): Promise<{ permissions: Permissions<Name>; seen: (() => string[])[] }> {
  let token = await api.issue();
  const fetch = createFetch({
    getToken: async () => token,
    async refreshToken() {
      token = await api.issue();
      return token;
    },
  });
  return { permissions: createPermissions<Name>({ url: `${api.url}/me`, fetch }), seen: [] };
}

function follow(permissions: Permissions<Name>, listener: () => void = () => {}): () => void {
  const stop = permissions.subscribe(listener);
  onTestFinished(stop);
  return stop;
}

describe('createPermissions', () => {
  it('knows nothing before somebody listens, and then what the API says', async () => {
    const api = await startApi();
    const { permissions } = await open(api);
    expect(permissions.getSnapshot().isKnown).toBe(false);
    expect(permissions.has('orders:read')).toBe(false);
    expect(api.requests).toEqual([]);
    follow(permissions);
    await expect.poll(() => permissions.getSnapshot().isKnown).toBe(true);
    expect(permissions.has('orders:read')).toBe(true);
    expect(permissions.has('orders:write')).toBe(false);
    expect(permissions.getSnapshot()).toBe(permissions.getSnapshot());
    expect(api.issued()).toBe(1);
  });

  it('takes a permission away while it is shown, and refreshes once for it', async () => {
    const api = await startApi();
    const { permissions } = await open(api);
    const shown: boolean[] = [];
    follow(permissions, () => shown.push(permissions.has('orders:refund')));
    await expect.poll(() => shown.at(-1)).toBe(true);
    await api.change({ lost: ['orders:refund'] }, 1);
    await expect.poll(() => shown.at(-1)).toBe(false);
    await expect.poll(() => permissions.getSnapshot().stale.size, { timeout: 20_000 }).toBe(0);
    expect([permissions.has('orders:refund'), permissions.has('orders:read')]).toEqual([false, true]);
    expect(api.issued()).toBe(2);
    expect(shown.slice(shown.indexOf(false))).not.toContain(true);
  });

  it('gives a permission that was gained', async () => {
    const api = await startApi();
    const { permissions } = await open(api);
    follow(permissions, () => permissions.has('orders:write'));
    await expect.poll(() => permissions.getSnapshot().isKnown).toBe(true);
    await api.change({ gained: ['orders:write'] }, 1);
    await expect.poll(() => permissions.has('orders:write'), { timeout: 20_000 }).toBe(true);
    expect(api.issued()).toBe(2);
  });

  it('refreshes for no permission that nobody asks for', async () => {
    const api = await startApi();
    const { permissions } = await open(api);
    follow(permissions, () => permissions.has('orders:read'));
    await expect.poll(() => permissions.getSnapshot().isKnown).toBe(true);
    await api.change({ lost: ['orders:refund'], gained: ['orders:write'] }, 5);
    await expect
      .poll(() => [...permissions.getSnapshot().stale].sort())
      .toEqual(['orders:refund', 'orders:write']);
    await expect.poll(() => permissions.has('orders:read')).toBe(true);
    expect(api.issued()).toBe(1);
  });

  it('asks for what was asked for while it was refreshing', async () => {
    const api = await startApi();
    const { permissions } = await open(api);
    follow(permissions, () => {
      permissions.has('orders:refund');
    });
    await expect.poll(() => permissions.getSnapshot().isKnown).toBe(true);
    await api.change({ lost: ['orders:refund'] }, 1);
    await expect.poll(() => permissions.getSnapshot().stale.has('orders:refund')).toBe(true);
    await api.change({ gained: ['orders:write'] }, 1);
    await expect.poll(() => permissions.has('orders:write'), { timeout: 30_000 }).toBe(true);
    expect(permissions.has('orders:refund')).toBe(false);
  });

  it('goes on after the connection was cut, and ends with the last listener', async () => {
    const api = await startApi();
    const { permissions } = await open(api);
    const stops = [follow(permissions), follow(permissions)];
    await expect.poll(() => permissions.getSnapshot().isKnown).toBe(true);
    await expect.poll(() => api.streams()).toBe(1);
    api.cut();
    await expect.poll(() => api.streams()).toBe(0);
    // What is known is not forgotten for it.
    expect(permissions.has('orders:read')).toBe(true);
    await expect.poll(() => api.streams(), { timeout: 20_000 }).toBe(1);
    stops[0]?.();
    expect(api.streams()).toBe(1);
    stops[1]?.();
    await expect.poll(() => api.streams()).toBe(0);
    follow(permissions);
    await expect.poll(() => api.streams()).toBe(1);
  });

  it('asks an API once that knows of no changes', async () => {
    const api = await startApi(undefined, false);
    const { permissions } = await open(api);
    follow(permissions);
    await expect.poll(() => permissions.has('orders:refund')).toBe(true);
    expect(api.requests).toEqual(['/me/changes', '/me/permissions']);
  });
});
