// The users.yaml of `claimgen init`: what `claimgen dev` begins with.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixtures } from '../../src/dev/fixtures.ts';
import { renderUsers } from '../../src/tenant-commands/init-users.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';
import { Application } from './application.ts';
import { orders, startDevProcess } from './dev-process.ts';

const init = 'init --yes --catalog catalog.json --claim https://acme.example/permissions';

function exported(files: Readonly<Record<string, string>> = {}): ProjectFolder {
  const permission = (name: string) => ({ name, audience: orders });
  const catalog = {
    permissions: ['orders:read', 'orders:refund'].map(permission),
    roles: {
      Idle: [],
      Manager: [permission('orders:read'), permission('orders:refund')],
      manager: [permission('orders:read')],
    },
  };
  return projectFolder({ 'catalog.json': JSON.stringify(catalog), ...files });
}

describe('claimgen init', () => {
  it('writes users for claimgen dev: one for each role, those that grant something first', async () => {
    const folder = exported();
    const { exitCode, out } = await folder.claimgen(init);
    expect([exitCode, out]).toEqual([
      0,
      expect.stringContaining('users.yaml: who can log in at claimgen dev'),
    ]);
    expect(folder.read('users.yaml')).toMatchInlineSnapshot(`
      "# Who can log in at claimgen dev, a tenant on this machine. It asks nobody for a password.
      # More that a user may have, and applications with secrets: node_modules/@claimgen/generator/docs/guide/dev.md
      users:
        - { id: "auth0|manager", roles: ["Manager"] }
        - { id: "auth0|manager-2", roles: ["manager"] }
        - { id: "auth0|idle", roles: ["Idle"] }
        - { id: "auth0|nobody", roles: [] }
        # At a login to an organization, with the roles of the member:
        # - { id: "auth0|member", roles: [], organization: { id: org_1, name: acme } }
      "
    `);
    const app = new Application((await startDevProcess(folder)).issuer);
    await app.login({ login_hint: 'auth0|manager', audience: orders });
    const [last] = (await (await app.fetch('logins.json')).json()) as { permissions: string[] }[];
    expect(last?.permissions).toEqual(['orders:read', 'orders:refund']);
  });

  it('leaves a users.yaml that is there as it is', async () => {
    const folder = exported({ 'users.yaml': 'mine' });
    const { exitCode, out } = await folder.claimgen(`${init} --json`);
    expect([exitCode, folder.read('users.yaml')]).toEqual([0, 'mine']);
    expect(JSON.parse(out)).not.toHaveProperty('users');
  });
});

describe('the users of a catalog', () => {
  it('are read as they were meant, however roles are called', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('A', 'a', 'ä', '#', 'nobody'),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const roles = names.map((role) => ({ name: role, permissions: [] }));
        const { users } = readFixtures('users.yaml', renderUsers(roles, []));
        expect(users.map((user) => user.roles)).toEqual([...names.slice(0, 8).map((role) => [role]), []]);
        expect(new Set(users.map(({ id }) => id)).size).toBe(users.length);
      }),
    );
  });
});
