import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloud } from './synthetic.js';

const REAL = { mattermost: 'Mattermost', openshift: 'OpenShift', npsp: 'NPSP' };
const WITHOUT_ROLES = { auth0mgmt: 'Auth0 Management API', github: 'GitHub' };

/** The catalogs of a folder, named by CLAIMGEN_DATA, that have roles; none where it is not set. */
export function realCatalogs() {
  return load(REAL);
}

export function catalogsWithoutRoles() {
  return load(WITHOUT_ROLES);
}

/** Seeded catalogs of the size of large cloud providers. */
export function syntheticCatalogs() {
  return [cloud('Synthetic cloud A', 13_790, 1_555, 1), cloud('Synthetic cloud B', 19_757, 2_434, 2)];
}

function load(names) {
  const folder = process.env['CLAIMGEN_DATA'];
  if (folder === undefined) {
    console.log('CLAIMGEN_DATA is not set: real catalogs are left out.\n');
    return [];
  }
  return Object.entries(names)
    .map(([file, name]) => [join(folder, `${file}.json`), name])
    .filter(([path]) => existsSync(path))
    .map(([path, name]) => toCatalog(name, JSON.parse(readFileSync(path, 'utf8'))));
}

/** Permissions in lexicographic order; roles as indices. */
function toCatalog(name, { permissions, roles = {} }) {
  const names = permissions.map(nameOf).sort();
  const indexOf = new Map(names.map((permission, index) => [permission, index]));
  return {
    name,
    permissions: names,
    roles: Object.values(roles).map((role) => role.map((held) => indexOf.get(nameOf(held)))),
  };
}

function nameOf(permission) {
  return typeof permission === 'string' ? permission : permission.name;
}
