// What is read of an Action, from answers that the stand-in doesn't give.
import type { ManagementClient } from 'auth0';
import { expect, it } from 'vitest';
import { getAction } from '../../src/deploy/action-state.ts';

const BUILT = '2026-08-10T13:55:05.631088679Z';
const AGAIN = '2026-08-12T09:00:00.5Z';

it.each([
  [
    'when its code was built, after it was made',
    { created_at: '2026-08-10T13:55:05.534Z', built_at: BUILT },
    BUILT,
  ],
  ['when it was made of a version that was built days ago', { created_at: AGAIN, built_at: BUILT }, AGAIN],
  ['what the tenant says of the two', { created_at: AGAIN }, AGAIN],
  ['nothing that is no time', { created_at: 'yesterday' }, undefined],
])('a version is dated by %s', async (_, times, at) => {
  const content = { code: 'code', runtime: 'node22' };
  const action = { id: 'a', name: 'n', status: 'built', ...content };
  const deployed_version = { id: 'v', number: 2, ...content, ...times };
  const client = { actions: { get: async () => ({ ...action, deployed_version }) } };
  const { deployed } = await getAction(client as unknown as ManagementClient, 'a', 'n');
  expect(deployed?.deployedAt).toBe(at === undefined ? undefined : Date.parse(at));
});
