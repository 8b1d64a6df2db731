import { expect, it } from 'vitest';
import { effectiveRoles } from '../src/effective-roles.ts';
import type { PostLoginApi } from '../src/post-login.ts';

it.each([
  ['tenant', ['Clerk']],
  [undefined, ['Clerk']],
  ['organization', []],
  ['something new', []],
  [null, []],
])('a role of type %s counts as a role of the tenant where it is one', async (type, expected) => {
  const api: PostLoginApi = {
    access: { deny: () => undefined },
    accessToken: { setCustomClaim: () => undefined, removeScope: () => undefined },
    cache: { get: () => undefined, set: () => ({ type: 'success' }), delete: () => undefined },
    roles: {
      getUserEffectiveRoles: async () => ({ roles: [{ id: 'rol_1', name: 'Clerk', type }] }),
    },
  };
  expect(await effectiveRoles(api)).toEqual(expected);
});
