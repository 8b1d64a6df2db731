import { expect, test } from 'vitest';
import { simulatedRoleId } from '../../src/api/effective-roles.ts';
import { loginEvent } from '../../src/event/events.ts';
import type { LoginDescription } from '../../src/event/login-description.ts';
import { type LoginOptions, loadAction } from '../../src/host/action-host.ts';

async function answer(call: string, options?: LoginOptions, login: LoginDescription = {}): Promise<unknown> {
  const action = loadAction(`exports.onExecutePostLogin = async (event, api) => {
    api.accessToken.setCustomClaim('answer', await api.roles.${call});
  };`);
  const result = await action.login(loginEvent({ user: { roles: ['Clerk', 'Boss'] }, ...login }), options);
  return result.error ?? result.accessTokenClaims['answer'];
}

const many = Array.from({ length: 120 }, (_, index) => ({
  id: `rol_${index}`,
  name: `R${index}`,
  type: 'tenant',
}));

test('by default the roles are those that the event names', async () => {
  expect(await answer('getUserEffectiveRoles()')).toEqual({
    roles: [
      { id: simulatedRoleId('Clerk'), name: 'Clerk', type: 'tenant' },
      { id: simulatedRoleId('Boss'), name: 'Boss', type: 'tenant' },
    ],
  });
  expect(await answer('getUserEffectiveRoles()', {}, { organization: { id: 'org_1' } })).toMatchObject({
    roles: [{ type: 'tenant' }, { type: 'tenant' }],
  });
  expect(await answer('getUserEffectiveRoles()', {}, { user: { roles: null } })).toEqual({ roles: [] });
});

test('pages lead from one to the next', async () => {
  const options = { effectiveRoles: many };
  expect(await answer('getUserEffectiveRoles()', options)).toMatchObject({ next: expect.any(String) });
  const all = await loadAction(`exports.onExecutePostLogin = async (event, api) => {
    const sizes = [];
    for (let from; sizes.length === 0 || from !== undefined; ) {
      const page = await api.roles.getUserEffectiveRoles({ take: 50, from });
      sizes.push(page.roles.length);
      from = page.next;
    }
    api.accessToken.setCustomClaim('sizes', sizes);
  };`).login(loginEvent(), options);
  expect(all.accessTokenClaims['sizes']).toEqual([50, 50, 20]);
});

test('roles are found by id and by name', async () => {
  const options = { effectiveRoles: many };
  expect(await answer(`getUserEffectiveRolesByIds(['rol_7', 'rol_x'])`, options)).toEqual({
    roles: [many[7]],
  });
  expect(await answer(`getUserEffectiveRolesByNames(['R7', 'r8'])`, options)).toEqual({ roles: [many[7]] });
});

test.each([
  ['getUserEffectiveRoles({ from: 7 })', 'The "from" parameter must be a string if provided.'],
  ['getUserEffectiveRoles({ take: 0 })', 'The "take" parameter must be a positive integer if provided.'],
  ['getUserEffectiveRoles({ take: 101 })', 'At most 100 roles can be asked for at once.'],
  ['getUserEffectiveRolesByIds([])', 'The "ids" parameter must be a non-empty array of strings.'],
  [`getUserEffectiveRolesByNames('R7')`, 'The "names" parameter must be a non-empty array of strings.'],
  [`getUserEffectiveRolesByNames(Array(51).fill('R7'))`, 'At most 50 roles can be asked for at once.'],
])('%s rejects', async (call, error) => {
  expect(await answer(call)).toBe(error);
});

test('unavailable roles on demand', async () => {
  expect(await answer('getUserEffectiveRoles()', { faults: { roles: 'unavailable' } })).toBe(
    'The roles of the user are not available.',
  );
});
