// The largest tenant that Auth0 allows by default, as auth0-deploy-cli exports it: 14 APIs of 1,000 permissions, and 200 roles of 250
// permissions each that are scattered over all of them, so that no layout has long runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS } from '../size/actions.js';
import { seeded } from '../size/random.js';

const APIS = 14;
const PERMISSIONS_PER_API = 1000;
const ROLES = 200;
const PERMISSIONS_PER_ROLE = 250;

/** Writes the tenant and a config that takes all of it into `folder`. */
export function writeLargeTenant(folder) {
  const apis = Array.from({ length: APIS }, (_, api) => ({
    name: `API ${api}`,
    identifier: `https://api-${api}.acme.example`,
    scopes: Array.from({ length: PERMISSIONS_PER_API }, (_, index) => ({
      value: `${ACTIONS[index % 10]}:resource-${Math.floor(index / 10)}`,
      description: `${ACTIONS[index % 10]} resources ${Math.floor(index / 10)}`,
    })),
    enforce_policies: true,
    token_dialect: 'access_token',
  }));
  const all = apis.flatMap(({ identifier, scopes }) =>
    scopes.map(({ value }) => ({ permission_name: value, resource_server_identifier: identifier })),
  );
  const random = seeded(14);
  const roles = Array.from({ length: ROLES }, (_, role) => {
    const held = new Set();
    while (held.size < PERMISSIONS_PER_ROLE) held.add(random(all.length));
    return { name: `Role ${role}`, description: '', permissions: [...held].map((index) => all[index]) };
  });
  for (const [name, objects] of Object.entries({ 'resource-servers': apis, roles })) {
    mkdirSync(join(folder, 'tenant', name), { recursive: true });
    for (const object of objects)
      writeFileSync(join(folder, 'tenant', name, `${object.name}.json`), JSON.stringify(object, null, 2));
  }
  writeFileSync(
    join(folder, 'claimgen.config.json'),
    JSON.stringify({
      catalog: 'tenant',
      claim: 'https://acme.example/permissions',
      // A tenant without organizations: with them, the tables of this one pass what Auth0 takes by 600 bytes, and `action.split` is needed.
      action: { name: 'permissions', source: ['roles'], organizations: 'none' },
      audiences: Object.fromEntries(
        apis.map(({ identifier }, api) => [`api-${api}`, { audience: identifier, globs: ['*'] }]),
      ),
    }),
  );
}
