import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PostLoginApi } from '../../src/post-login.ts';
import { SourceFailure } from '../../src/source-failure.ts';
import { effectiveRoles } from '../../src/sources/effective-roles.ts';
import { recordApi } from '../recorded-login.ts';

const role = (name: string) => ({ id: 'rol_1', name, type: 'tenant' });

function apiWith(...roles: unknown[]): PostLoginApi {
  return recordApi({ roles: async () => ({ roles }) }).api;
}

describe('a role', () => {
  it.each([
    ['tenant', ['Clerk']],
    [undefined, ['Clerk']],
    ['organization', []],
    ['something new', []],
    [null, []],
  ])('of type %s counts as a role of the tenant where it is one', async (type, expected) => {
    expect(await effectiveRoles(apiWith({ name: 'Clerk', type }), false)).toEqual(expected);
  });

  it.each([
    ['tenant', ['Clerk']],
    ['organization', []],
    ['something new', []],
  ])('of type %s in an organization counts where it is the tenant’s', async (type, expected) => {
    expect(await effectiveRoles(apiWith({ name: 'Clerk', type }), true)).toEqual(expected);
  });

  it.each([{ type: undefined }, { type: null }, { type: 7 }])(
    '%j in an organization is a failure',
    async (more) => {
      await expect(effectiveRoles(apiWith({ name: 'Clerk', ...more }), true)).rejects.toThrow(
        new SourceFailure('api.roles names a role without a type'),
      );
    },
  );

  it('that is null is a failure', async () => {
    await expect(effectiveRoles(apiWith(null), true)).rejects.toThrow(
      new SourceFailure('api.roles names a role without a type'),
    );
    await expect(effectiveRoles(apiWith(null), false)).rejects.toThrow(
      new SourceFailure('a role has no name'),
    );
  });

  it.each([{}, { name: 7 }])('%j without a name is a failure', async (more) => {
    await expect(effectiveRoles(apiWith({ type: 'tenant', ...more }), true)).rejects.toThrow(
      new SourceFailure('a role has no name'),
    );
  });
});

describe('pages of roles', () => {
  it('are read to the last, a hundred roles at a time', async () => {
    const pages: Record<string, object> = {
      '': { roles: [role('Clerk')], next: 'second' },
      second: { roles: [role('Manager'), role('Boss')], next: 'third' },
      third: { roles: [role('Visitor')], next: '' },
    };
    const { api, rolePages } = recordApi({ roles: async ({ from = '' }) => pages[from] });
    expect(await effectiveRoles(api, true)).toEqual(['Clerk', 'Manager', 'Boss', 'Visitor']);
    expect(rolePages).toStrictEqual([
      { take: 100 },
      { take: 100, from: 'second' },
      { take: 100, from: 'third' },
    ]);
  });

  it.each([undefined, null, '', 7])('end with a page whose next is %j', async (next) => {
    const { api, rolePages } = recordApi({ roles: async () => ({ roles: [role('Clerk')], next }) });
    expect(await effectiveRoles(api, false)).toEqual(['Clerk']);
    expect(rolePages).toHaveLength(1);
  });

  it.each([
    [20, 20],
    [21, undefined],
  ])('are 20 at most: %i of them', async (count, expected) => {
    const { api, rolePages } = recordApi({
      roles: async () => ({ roles: [role('Clerk')], next: rolePages.length < count ? 'more' : undefined }),
    });
    const names = effectiveRoles(api, false);
    if (expected === undefined) {
      await expect(names).rejects.toThrow(new SourceFailure('api.roles has more than 20 pages'));
    } else expect(await names).toHaveLength(expected);
    expect(rolePages).toHaveLength(20);
  });

  it.each([null, undefined, [], {}, { roles: {} }, { roles: 'Clerk' }])(
    'that are %j are a failure',
    async (page) => {
      const { api } = recordApi({ roles: async () => page });
      await expect(effectiveRoles(api, false)).rejects.toThrow(
        new SourceFailure('api.roles did not answer with a list'),
      );
    },
  );

  it('that Auth0 refuses are a failure, without what it says', async () => {
    const { api } = recordApi({ roles: () => Promise.reject(new Error('auth0|1')) });
    const failure = new SourceFailure('api.roles did not answer');
    await expect(effectiveRoles(api, false)).rejects.toThrow(failure);
    const { roles: _, ...without } = api;
    await expect(effectiveRoles(without as PostLoginApi, false)).rejects.toThrow(failure);
  });

  it('are waited for two seconds, and no more are asked for then', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const slowly = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return { roles: [role('Clerk')], next: 'more' };
    };
    const { api, rolePages } = recordApi({ roles: slowly });
    const failure = expect(effectiveRoles(api, false)).rejects.toThrow(
      new SourceFailure('api.roles took longer than 2000 ms'),
    );
    await vi.advanceTimersByTimeAsync(1_999);
    expect(rolePages).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10_000);
    await failure;
    expect(rolePages).toHaveLength(2);
  });
});
