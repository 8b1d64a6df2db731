import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../src/catalog/read-catalog.ts';

const ORDERS = 'https://orders.acme.example';
const API = {
  name: 'Orders',
  identifier: '##ORDERS##',
  enforce_policies: true,
  scopes: [{ value: 'orders:read', description: 'Read: "all" of them' }, { value: 'orders:write' }],
};
const ROLE = {
  name: 'Clerk',
  permissions: [
    { permission_name: 'orders:read', resource_server_identifier: '##ORDERS##' },
    { permission_name: 'read:users', resource_server_identifier: 'https://acme.eu.auth0.com/api/v2/' },
    { permission_name: 'orders:gone', resource_server_identifier: '##ORDERS##' },
  ],
};
const TENANT = `resourceServers:
  - name: Orders
    identifier: '##ORDERS##'
    enforce_policies: true
    scopes:
      - value: orders:read
        description: 'Read: "all" of them'
      - value: orders:write
roles:
  - name: Clerk
    permissions:
      - permission_name: orders:read
        resource_server_identifier: '##ORDERS##'
      - permission_name: read:users
        resource_server_identifier: https://acme.eu.auth0.com/api/v2/
      - permission_name: orders:gone
        resource_server_identifier: '##ORDERS##'
clients: @@CLIENTS@@
`;
const keywords = { ORDERS };

describe('an auth0-deploy-cli export', () => {
  const folder = readCatalog(
    {
      format: 'folder',
      folder: 'tenant',
      apis: [{ file: 'orders.json', text: JSON.stringify(API) }],
      roles: [{ file: 'clerk.json', text: JSON.stringify(ROLE) }],
      grants: [],
    },
    keywords,
  );

  it('holds permissions with their API, and roles', () => {
    expect(folder.permissions).toEqual([
      { name: 'orders:read', audience: ORDERS, description: 'Read: "all" of them' },
      { name: 'orders:write', audience: ORDERS },
    ]);
    expect(folder.roles).toEqual([
      { name: 'Clerk', permissions: [{ name: 'orders:read', audience: ORDERS }] },
    ]);
    expect(folder.apis).toEqual([{ identifier: ORDERS, name: 'Orders', enforcePolicies: true }]);
  });

  it('notes what roles grant of APIs that it does not hold, and of permissions that are gone, and goes on', () => {
    expect(folder.notes).toEqual([
      'Roles grant permissions of https://acme.eu.auth0.com/api/v2/, an API that the export does not hold.',
      `Roles grant permissions that ${ORDERS} does not have, and that are left out: "orders:gone" ("Clerk"). Correct the roles, or add the permissions to the API.`,
    ]);
  });

  it('has one note for an API, however many roles and permissions it is about', () => {
    const names = [1, 2, 3, 4, 5, 6, 7];
    const { notes } = readCatalog(
      {
        format: 'folder',
        folder: 'tenant',
        apis: [{ file: 'orders.json', text: JSON.stringify(API) }],
        roles: names.map((role) => ({
          file: `${role}.json`,
          text: JSON.stringify({
            name: `Role ${role}`,
            permissions: names.slice(0, role).map((name) => ({
              permission_name: `gone:${name}`,
              resource_server_identifier: ORDERS,
            })),
          }),
        })),
        grants: [],
      },
      keywords,
    );
    expect(notes).toEqual([
      `Roles grant permissions that ${ORDERS} does not have, and that are left out: ` +
        '"gone:1" ("Role 1", "Role 2", "Role 3", "Role 4", "Role 5" and 2 more), ' +
        '"gone:2" ("Role 2", "Role 3", "Role 4", "Role 5", "Role 6" and 1 more), ' +
        '"gone:3" ("Role 3", "Role 4", "Role 5", "Role 6", "Role 7"), ' +
        '"gone:4" ("Role 4", "Role 5", "Role 6", "Role 7"), ' +
        '"gone:5" ("Role 5", "Role 6", "Role 7") and 2 more. Correct the roles, or add the permissions to the API.',
    ]);
  });

  it('is the same as a tenant.yaml, whatever keywords its other parts leave open', () => {
    expect(
      readCatalog({ format: 'tenant.yaml', file: { file: 'tenant.yaml', text: TENANT } }, keywords),
    ).toEqual(folder);
  });
});
