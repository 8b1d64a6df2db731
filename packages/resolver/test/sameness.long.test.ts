/** The resolver writes the claim that the emitted Action puts into the token: for every kind of source. */
import type { StoredRole, StoredUser } from '@claimgen/simulator/management-api/index';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loginEvent } from '../../simulator/src/event/events.ts';
import { loadAction } from '../../simulator/src/host/action-host.ts';
import { ResolverError } from '../src/index.ts';
import { build, CLAIM, CLIENT_ID, ORDERS, SECRET, startTenant, USER } from './support/tenant.ts';

const runs = Math.min(Number(process.env['CLAIMGEN_RUNS'] ?? 60), 200);
const ORGANIZATION = 'org_1';
/** Names that mean something elsewhere, too. */
const NAMES = ['orders:read', 'orders:write', 'orders:refund', 'constructor', '__proto__', 'é:ü', 'z'];
const ROLES = ['Clerk', 'Manager', 'constructor', 'Größe', 'Empty'];
/** The tenant has it since the last build. */
const NEW_ROLE = 'New';

const names = fc.subarray(NAMES);
const catalogs = fc
  .tuple(fc.subarray(NAMES, { minLength: 1 }), fc.tuple(...ROLES.map(() => names)))
  .map(([known, grants]) => ({
    permissions: known.map((name) => ({ name, audience: ORDERS })),
    roles: Object.fromEntries(
      ROLES.map((role, index) => [
        role,
        (grants[index] ?? [])
          .filter((name) => known.includes(name))
          .map((name) => ({ name, audience: ORDERS })),
      ]),
    ),
  }));

/** Sources by the domain of the tenant. */
const sources: fc.Arbitrary<(domain: string) => object[]> = fc
  .subarray(['roles', 'event', 'managementApi'], { minLength: 1 })
  .chain((kinds) =>
    fc.record({
      kinds: fc.constant(kinds),
      groups: fc.boolean(),
      trusts: fc.boolean(),
      unknownRoles: fc.constantFrom('ignore', 'deny'),
    }),
  )
  .map(({ kinds, groups, trusts, unknownRoles }) => (domain) => {
    const all: Record<string, object> = {
      roles: {
        roles: { groups, unknownRoles },
        ...(trusts && !groups ? { organizations: 'trust-names' } : {}),
      },
      event: { event: 'user.app_metadata.lists.orders', organizations: 'tenant-wide' },
      managementApi: { managementApi: { domain }, organizations: 'tenant-wide' },
    };
    return kinds.map((kind) => all[kind] ?? {});
  });

const held = fc.subarray([...ROLES, NEW_ROLE]);
const users = fc.record({
  roles: held,
  groupRoles: held,
  memberRoles: held,
  memberGroups: held,
  /** The organization's own roles, which go by names of the tenant's. */
  ownRoles: fc.subarray(ROLES),
  direct: names,
  listed: fc.option(names),
});

const logins = fc.record({
  inOrganization: fc.boolean(),
  encoding: fc.constantFrom('bitset', 'names'),
  clients: fc.constantFrom(undefined, { only: ['web'] }, { except: ['web'] }),
  client: fc.constantFrom('web', 'other'),
});

it('whatever the tables, the user and the login are', async () => {
  const tenant = await startTenant();
  await fc.assert(
    fc.asyncProperty(catalogs, sources, users, logins, async (catalog, sourcesOf, user, login) => {
      const { inOrganization, encoding, clients, client } = login;
      const { code, tables } = build(
        { source: sourcesOf(tenant.domain), onError: 'deny' },
        { encoding, ...(clients === undefined ? {} : { clients }), allowNobody: true },
        catalog,
      );
      const { store, all } = tenantOf(user);
      tenant.api.tenant.roles.clear();
      for (const role of all) tenant.api.tenant.roles.set(role.id, role);
      tenant.api.tenant.users.set(USER, store);

      const listed = inOrganization ? [...user.memberRoles, ...user.ownRoles] : user.roles;
      const groups = inOrganization ? user.memberGroups : user.groupRoles;
      const own = inOrganization
        ? user.ownRoles.map((name) => ({ id: `own_${name}`, name, type: 'organization' }))
        : [];
      const tenants = [...new Set([...(inOrganization ? user.memberRoles : user.roles), ...groups])];
      const { outcome, accessTokenClaims, error } = await loadAction(code).login(
        loginEvent({
          audience: ORDERS,
          client: { id: client },
          user: { id: USER, roles: listed, appMetadata: store.profile?.['app_metadata'] },
          ...(inOrganization ? { organization: { id: ORGANIZATION } } : {}),
          secrets: { CLAIMGEN_CLIENT_ID: CLIENT_ID, CLAIMGEN_CLIENT_SECRET: SECRET },
        }),
        {
          effectiveRoles: [...tenants.map((name) => ({ id: `rol_${name}`, name, type: 'tenant' })), ...own],
          origins: { [`https://${tenant.domain}`]: tenant.origin.replace('https:', 'http:') },
        },
      );
      expect(error).toBeUndefined();

      const resolver = tenant.open({ tables });
      const answer = resolver.resolve(
        tenant.query({ client, ...(inOrganization ? { organization: ORGANIZATION } : {}) }),
      );
      if (outcome === 'denied') await expect(answer).rejects.toThrow(ResolverError);
      else expect((await answer).claim).toEqual(accessTokenClaims[CLAIM]);
      await resolver.close();
    }),
    { numRuns: runs },
  );
});

function tenantOf(user: UserCase): { store: StoredUser; all: StoredRole[] } {
  const role = (id: string, name: string, type: StoredRole['type']): StoredRole => ({
    id,
    name,
    permissions: [],
    ...(type === undefined ? {} : { type }),
  });
  const id = (name: string): string => `rol_${name}`;
  const groups = user.groupRoles.filter((name) => !user.roles.includes(name));
  const memberGroups = user.memberGroups.filter((name) => !user.memberRoles.includes(name));
  const lists = user.listed === null ? {} : { lists: { orders: user.listed } };
  return {
    all: [
      ...[...ROLES, NEW_ROLE].map((name) => role(id(name), name, 'tenant')),
      ...ROLES.map((name) => role(`own_${name}`, name, 'organization')),
    ],
    store: {
      permissions: user.direct.map((permission_name) => ({
        permission_name,
        resource_server_identifier: ORDERS,
      })),
      roles: user.roles,
      groupRoles: groups,
      memberships: {
        [ORGANIZATION]: {
          roles: [...user.memberRoles.map(id), ...user.ownRoles.map((name) => `own_${name}`)],
          groupRoles: memberGroups.map(id),
        },
      },
      profile: { app_metadata: lists },
    },
  };
}

interface UserCase {
  readonly roles: string[];
  readonly groupRoles: string[];
  readonly memberRoles: string[];
  readonly memberGroups: string[];
  readonly ownRoles: string[];
  readonly direct: string[];
  readonly listed: string[] | null;
}
