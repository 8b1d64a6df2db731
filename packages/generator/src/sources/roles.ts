// The source `roles`: the table of the catalog's roles, joined with the user's.

import type { RolesSource } from '@claimgen/action-runtime';
import { docsPage } from '../format/docs-page.ts';
import { refuseTrusted, type SourceEntry, type SourceFacts, type SourceKind } from './source-facts.ts';

export const ROLES: SourceKind = {
  kind: 'roles',
  isRepeatable: false,
  read,
  reader: { module: 'sources/roles', member: 'roles: readRoles' },
  only: {
    change: 'source: [roles] alone with encoding: bitset, which carries no names',
    encoding: 'bitset',
    source: {
      kind: 'roles',
      unknownRoles: 'ignore',
      groups: false,
      organizations: 'ask',
      onError: 'deny',
      onErrorRefresh: 'deny',
    },
  },
};

function read(entry: SourceEntry): RolesSource {
  refuseTrusted(entry);
  const { raw, defaults, failing, fail } = entry;
  const groups = raw.roles?.groups ?? false;
  const organizations = raw.organizations ?? defaults.organizations;
  if (organizations === 'tenant-wide') {
    return fail(
      'organizations',
      'tenant-wide is for lists that hold in the whole tenant, and a login to an organization has the roles of its member',
      `Use one of: ask, trust-names, refuse (${docsPage('guide/sources.md')}, "Organizations").`,
    );
  }
  if (organizations === 'trust-names' && groups) {
    return fail(
      'organizations',
      "with groups: true Auth0 says of each role whether it is the tenant's, and no name has to be trusted",
      'Remove organizations, or groups.',
    );
  }
  return {
    kind: 'roles',
    unknownRoles: raw.roles?.unknownRoles ?? 'ignore',
    groups,
    organizations,
    ...failing,
  };
}

/** What is known of it. */
export function rolesFacts(source: RolesSource): SourceFacts {
  const { kind: _kind, ...settings } = source;
  return {
    name: 'roles',
    readsRoles: true,
    readsDirect: false,
    isReadByAction: source.groups,
    needs: {
      roles: true,
      names: false,
      apis: false,
      effectiveRoles: source.groups || source.organizations === 'ask',
      secrets: [],
    },
    notes: () => [
      ...(source.groups
        ? []
        : ['Roles held through groups count as far as Auth0 lists them in event.authorization.roles.']),
      ...(source.unknownRoles === 'deny'
        ? [
            'A user with a role that is newer than the deployed Action, or renamed since, is denied the login.',
          ]
        : []),
    ],
    // Roles in the event are simply there.
    failure: source.groups
      ? 'Auth0 does not answer with the roles that a user holds through groups'
      : undefined,
    describe: () =>
      `the user's roles${source.groups ? ', those held through groups too' : ''}${IN_ORGANIZATIONS[source.organizations]}`,
    inDomain: () => source,
    settings,
  };
}

const IN_ORGANIZATIONS = {
  ask: ", in organizations those that api.roles calls the tenant's",
  'trust-names': ", in organizations by name, whether the tenant's or the organization's own",
  refuse: ', not in organizations',
} as const;
