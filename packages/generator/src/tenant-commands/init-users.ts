// The users.yaml that `claimgen init` writes for `claimgen dev`: a user for each of the first roles, for people to go on with.
import type { Role } from '../catalog/catalog.ts';
import { yamlValue } from './yaml-value.ts';

/** Users that a file to begin with has at most. */
const MAX_USERS = 8;

/** @param identifiers of the APIs that get the claim: roles that grant something of them come first */
export function renderUsers(roles: readonly Role[], identifiers: readonly string[]): string {
  const grants = ({ permissions }: Role): boolean =>
    permissions.some(({ audience }) => audience === undefined || identifiers.includes(audience));
  const sorted = [...roles.filter(grants), ...roles.filter((role) => !grants(role))];
  const shown = sorted.slice(0, MAX_USERS).map(({ name }) => name);
  const ids = distinct(['nobody', ...shown.map(slug)]);
  const left = roles.length - shown.length;
  return `${[
    '# Who can log in at claimgen dev, a tenant on this machine. It asks nobody for a password.',
    '# More that a user may have, and applications with secrets: node_modules/@claimgen/generator/docs/guide/dev.md',
    'users:',
    ...shown.map((role, index) => user(ids[index + 1] as string, [role])),
    ...(left > 0 ? [`  # The catalog has ${left} more ${left === 1 ? 'role' : 'roles'}.`] : []),
    user('nobody', []),
    '  # At a login to an organization, with the roles of the member:',
    '  # - { id: "auth0|member", roles: [], organization: { id: org_1, name: acme } }',
  ].join('\n')}\n`;
}

function user(id: string, roles: readonly string[]): string {
  return `  - { id: ${yamlValue(`auth0|${id}`)}, roles: [${roles.map(yamlValue).join(', ')}] }`;
}

function slug(role: string): string {
  return (
    role
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join('-')
      .slice(0, 40) ?? 'role'
  );
}

/** Each followed by a number where it was there before. */
function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let number = 2; seen.has(unique); number += 1) unique = `${name}-${number}`;
    seen.add(unique);
    return unique;
  });
}
