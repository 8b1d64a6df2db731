import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.ts';
import { ROLE, tenant } from './tenant-export.ts';

describe("a tenant export whose roles can't be used", () => {
  it('has a role with a keyword that nothing replaces', async () => {
    expect(
      await refusal(
        tenant({
          'tenant/roles/Clerk.json': {
            ...ROLE,
            permissions: [{ permission_name: 'orders:read', resource_server_identifier: '##ORDERS_API##' }],
          },
        }),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/roles/Clerk.json:6:37: permissions[0].resource_server_identifier: nothing replaces the keyword ##ORDERS_API##
        Add it to "keywords" in the config: keywords: {ORDERS_API: …}.
      "
    `);
  });

  it.each(['team', null, '', 1])('has a role of the type %j', async (type) => {
    const error = await refusal(tenant({ 'tenant/roles/Clerk.json': { ...ROLE, type } }));
    expect(error).toContain('tenant/roles/Clerk.json:9:11: type: "type" is ');
    expect(error).toContain('Use tenant or organization.');
  });

  it('has a role without a name', async () => {
    expect(await refusal(tenant({ 'tenant/roles/Clerk.json': { permissions: [] } }))).toMatchInlineSnapshot(`
      "
      tenant/roles/Clerk.json:1:1: there is no "name" here
        Add "name", or export the tenant again.
      "
    `);
  });

  it('has two roles of one name', async () => {
    expect(await refusal(tenant({ 'tenant/roles/Twin.json': ROLE }))).toMatchInlineSnapshot(`
      "
      tenant/roles/Twin.json:2:11: name: two roles are named "Clerk"
        Rename one: logins know a role only by its name.
      "
    `);
  });

  it('has a role whose permissions are no list', async () => {
    expect(
      await refusal(tenant({ 'tenant/roles/Clerk.json': { ...ROLE, permissions: {} } })),
    ).toMatchInlineSnapshot(`
      "
      tenant/roles/Clerk.json:3:18: permissions: "permissions" must be an array, and is an object
        Write [{"permission_name": …, "resource_server_identifier": …}].
      "
    `);
  });

  it('has a role with a permission without an API', async () => {
    expect(
      await refusal(
        tenant({ 'tenant/roles/Clerk.json': { ...ROLE, permissions: [{ permission_name: 'orders:read' }] } }),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/roles/Clerk.json:4:5: permissions[0]: there is no "resource_server_identifier" here
        Add "resource_server_identifier", or export the tenant again.
      "
    `);
  });
});
