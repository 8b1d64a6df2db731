import { Tenant } from '@claimgen/simulator/management-api/index';
import { expect, it } from 'vitest';
import { revokeUser } from '../../src/revoke/revoke-user.ts';
import { startStandIn } from '../stand-in.ts';

it('revoke publishes a change record first, then ends sessions and refresh tokens, and publishes it again for tokens that came meanwhile', async () => {
  const tenant = new Tenant();
  tenant.users.set('auth0|1', { permissions: [], roles: [], sessions: ['s1', 's2'], refreshTokens: ['r1'] });
  const standIn = await startStandIn({ tenant });
  const order: string[] = [];
  const result = await revokeUser(await standIn.open(), 'auth0|1', {
    publish: async (subject) => {
      const { sessions, refreshTokens } = tenant.users.get('auth0|1') ?? {};
      order.push(`${subject} ${sessions?.length} sessions, ${refreshTokens?.length} refresh tokens`);
    },
  });
  expect(order).toEqual(['auth0|1 2 sessions, 1 refresh tokens', 'auth0|1 0 sessions, 0 refresh tokens']);
  expect(result.done).toEqual(['published', 'sessions', 'refresh tokens']);
  expect(tenant.users.get('auth0|1')).toMatchObject({ sessions: [], refreshTokens: [] });
});

it('revoke of a user that is not there does nothing', async () => {
  const standIn = await startStandIn();
  let published = false;
  const publish = async (): Promise<void> => {
    published = true;
  };
  await expect(revokeUser(await standIn.open(), 'auth0|1', { publish })).rejects.toMatchObject({
    code: 'not_found',
    exitCode: 1,
  });
  expect(published).toBe(false);
});
