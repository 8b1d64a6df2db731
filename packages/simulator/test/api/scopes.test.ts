import { expect, test } from 'vitest';
import { loginEvent } from '../../src/event/events.ts';
import { loadAction } from '../../src/host/action-host.ts';
import type { LoginResult } from '../../src/host/login-result.ts';

const event = loginEvent({ scopes: ['openid', 'orders:read', 'orders:write'] });

function run(body: string, grantedScopes?: readonly string[]): Promise<LoginResult> {
  const action = loadAction(`exports.onExecutePostLogin = async (event, api) => {
    const { addScope: add, removeScope: remove } = api.accessToken;
    ${body}
  };`);
  return action.login(event, grantedScopes === undefined ? {} : { grantedScopes });
}

test('scopes are removed, added and else kept', async () => {
  expect(await run(`remove('orders:read'); add(' orders:refund '); add('openid');`)).toMatchObject({
    addedScopes: ['orders:refund', 'openid'],
    removedScopes: ['orders:read'],
    scope: ['openid', 'orders:write', 'orders:refund'],
  });
});

test('the last word on a scope counts', async () => {
  const result = await run(`add('a'); remove('a'); remove('openid'); add('openid');`);
  expect(result.scope).toEqual(['openid', 'orders:read', 'orders:write']);
});

test('an Action starts from the scopes granted, where they are fewer than those requested', async () => {
  expect((await run(`add('a');`, ['openid'])).scope).toEqual(['openid', 'a']);
});

test.each([
  ["''", 'The value for the scope is required.'],
  ["'   '", 'The value for the scope is required.'],
  ["'x'.repeat(281)", 'The value for the scope exceeds the allowed maximum of 280 characters.'],
  ["'a b'", 'The value for the scope must not have whitespace.'],
  ["'a\\u00a0b'", 'The value for the scope must not have whitespace.'],
  ['7', 'The value for the scope must be a string.'],
])("addScope and removeScope of %s throw Auth0's error", async (scope, error) => {
  expect(await run(`add(${scope});`)).toMatchObject({ outcome: 'failed', error });
  expect(await run(`remove(${scope});`)).toMatchObject({ outcome: 'failed', error });
});

test('280 characters are a scope', async () => {
  expect((await run(`add('x'.repeat(280));`)).addedScopes[0]).toHaveLength(280);
});

test('1,000 scopes can be added, 2,000 changed', async () => {
  const added = (count: number): string => `for (let i = 0; i < ${count}; i += 1) add('a' + i);`;
  const removed = (count: number): string => `for (let i = 0; i < ${count}; i += 1) remove('r' + i);`;
  expect((await run(added(1_000) + added(1_000))).outcome).toBe('allowed');
  expect((await run(added(1_001))).error).toBe('The number of scopes exceeds the allowed maximum of 1000.');
  expect((await run(added(1_000) + removed(1_000))).outcome).toBe('allowed');
  expect((await run(removed(2_001))).error).toBe(
    'The value for the scope is of the wrong type or exceeds the size limit.',
  );
});
