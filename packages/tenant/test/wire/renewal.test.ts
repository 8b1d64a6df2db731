// A token that is no longer accepted, and a new one that is not to be had.
import { expect, it } from 'vitest';
import { pull } from '../../src/pull/pull.ts';
import { startStandIn } from '../stand-in.ts';
import { tenantOf } from '../tenants.ts';

it.each([
  [401, 'credentials_rejected'],
  [500, 'tenant_unreachable'],
])('ends where the tenant answers %i to the request for a new token', async (status, code) => {
  const standIn = await startStandIn({ tenant: tenantOf({ apis: 2, scopes: 2, roles: 4, permissions: 2 }) });
  const tenant = await standIn.open();
  await pull(tenant);
  standIn.api.tokens.expireAll();
  standIn.api.fail([{ times: Number.POSITIVE_INFINITY, on: '* /oauth', status, body: { error: 'no' } }]);
  await expect(pull(tenant)).rejects.toMatchObject({ code });
});
