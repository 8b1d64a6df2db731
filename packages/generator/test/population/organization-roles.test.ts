// A name does not tell whose a role is: users' lines that say so must not pass for the tenant's.
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const FILES = {
  'catalog.json': JSON.stringify({ permissions: ['admin:all'], roles: { Admin: ['admin:all'] } }),
  'claimgen.config.json': JSON.stringify({
    catalog: 'catalog.json',
    claim: 'pz',
    audiences: { orders: { audience: 'https://orders.example', globs: ['*'] } },
  }),
};

const line = (...roles: readonly unknown[]) =>
  JSON.stringify({ user_id: 'auth0|1', roles, organization: { id: 'org_1' } });

describe.each(['population --users users.ndjson', 'simulate --users users.ndjson'])(
  'claimgen %s',
  (command) => {
    it.each(['organization', 'Organization', '', null, 1, {}])(
      'refuses a role whose type is %j, and shows nothing of the line',
      async (type) => {
        const users = line({ id: 'rol_1', name: 'Viewer' }, { id: 'rol_2', name: 'Admin', type });
        const { exitCode, error } = await projectFolder({ ...FILES, 'users.ndjson': users }).claimgen(
          command,
        );
        expect(exitCode).toBe(2);
        expect(error).toMatch(
          /a role in "roles" has a "type" that is not "tenant"\n {2}Leave such roles out/,
        );
        expect(error).not.toMatch(/Admin|auth0\|1|org_1/);
      },
    );

    it("takes the tenant's, by name, without a type and with it", async () => {
      const results = [];
      for (const role of ['Admin', { name: 'Admin' }, { name: 'Admin', type: 'tenant' }]) {
        const { exitCode, out } = await projectFolder({ ...FILES, 'users.ndjson': line(role) }).claimgen(
          command,
        );
        expect(exitCode).toBe(0);
        results.push(out);
      }
      expect(new Set(results).size).toBe(1);
    });
  },
);
