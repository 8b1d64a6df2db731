import { expect, it } from 'vitest';
import type { PostLoginApi } from '../../src/post-login.ts';
import { effectiveRoles } from '../../src/sources/effective-roles.ts';

function apiWith(type: unknown): PostLoginApi {
  return {
    access: { deny: () => undefined },
    accessToken: { setCustomClaim: () => undefined, removeScope: () => undefined },
    cache: { get: () => undefined, set: () => ({ type: 'success' }), delete: () => undefined },
    roles: {
      getUserEffectiveRoles: async () => ({ roles: [{ id: 'rol_1', name: 'Clerk', type }] }),
    },
  };
}

it.each([
  ['tenant', ['Clerk']],
  [undefined, ['Clerk']],
  ['organization', []],
  ['something new', []],
  [null, []],
])('a role of type %s counts as a role of the tenant where it is one', async (type, expected) => {
  expect(await effectiveRoles(apiWith(type), false)).toEqual(expected);
});

it.each([
  ['tenant', ['Clerk']],
  ['organization', []],
  ['something new', []],
])('in an organization a role of type %s counts where it is the tenant’s', async (type, expected) => {
  expect(await effectiveRoles(apiWith(type), true)).toEqual(expected);
});

it.each([undefined, null, 7])('in an organization a role of type %j is a failure', async (type) => {
  await expect(effectiveRoles(apiWith(type), true)).rejects.toThrow('api.roles names a role without a type');
});

it('an api without roles is a failure', async () => {
  const { roles: _, ...api } = apiWith('tenant');
  await expect(effectiveRoles(api as PostLoginApi, true)).rejects.toThrow('api.roles did not answer');
});
