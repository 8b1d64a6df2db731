// An organization can have roles of its own, by any names: none of them may grant what the tenant's role of that name does.
import type { Layout } from '@claimgen/verifier';
import { readPermissions } from '@claimgen/verifier/unverified';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EffectiveRole } from '#simulator/api/effective-roles';
import { loginEvent } from '#simulator/event/events';
import { flows } from '#simulator/event/login-description';
import { loadAction } from '#simulator/host/action-host';
import { buildProject, CLAIM, codeOf, ORDERS, ordersConfig, startAction } from './built-action.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 150);
const ORGANIZATION = { id: 'org_1' };
const MANAGER = ['orders:read', 'orders:refund', 'orders:write'];

function member(roles: readonly string[] | null, more: object = {}) {
  return loginEvent({ audience: ORDERS, organization: ORGANIZATION, user: { roles }, ...more });
}

function typed(type: string, ...names: readonly string[]): EffectiveRole[] {
  return names.map((name, index) => ({ id: `rol_${type}_${index}`, name, type }));
}

describe("a member's roles at a login to an organization", () => {
  const action = startAction(ordersConfig({ source: ['roles'] }));

  it('grant nothing when they are Organization Roles that go by the names of the tenant’s', async () => {
    const effectiveRoles = typed('organization', 'Manager', 'Clerk');
    for (const flow of flows) {
      const result = await action.login(member(['Manager', 'Clerk'], { flow }), { effectiveRoles });
      expect([result.outcome, result.accessTokenClaims[CLAIM], result.log]).toEqual(['allowed', [], []]);
    }
  });

  it('grant what the tenant’s roles do, and only as far as the event names them', async () => {
    const effectiveRoles = [...typed('organization', 'Manager'), ...typed('tenant', 'Clerk', 'Manager')];
    const clerk = await action.login(member(['Clerk']), { effectiveRoles });
    expect(clerk.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
    const both = await action.login(member(['Clerk', 'Manager']), { effectiveRoles });
    expect(both.accessTokenClaims[CLAIM]).toEqual(MANAGER);
  });

  it('are asked for page by page', async () => {
    const many = typed('organization', ...Array.from({ length: 349 }, (_, index) => `Role ${index}`));
    const result = await action.login(member(['Clerk', 'Role 7']), {
      effectiveRoles: [...many, ...typed('tenant', 'Clerk')],
    });
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
  });

  it('count as unknown only when they are the tenant’s', async () => {
    const effectiveRoles = [...typed('organization', 'Local'), ...typed('tenant', 'Boss', 'Clerk')];
    const result = await action.login(member(['Boss', 'Clerk', 'Local']), { effectiveRoles });
    expect(result.log).toEqual(['claimgen: orders: 1 of 2 roles unknown since the last claimgen build']);
    const strict = startAction(ordersConfig({ source: [{ roles: { unknownRoles: 'deny' } }] }));
    const local = typed('organization', 'Local');
    expect((await strict.login(member(['Local']), { effectiveRoles: local })).outcome).toBe('allowed');
    expect((await strict.login(member(['Boss']), { effectiveRoles })).outcome).toBe('denied');
  });

  it('are a failure of the source when Auth0 does not tell, and are not asked for elsewhere', async () => {
    const faults = { roles: 'unavailable' } as const;
    const denied = await action.login(member(['Clerk']), { faults });
    expect([denied.outcome, denied.log]).toEqual([
      'denied',
      ['claimgen: orders: roles: api.roles did not answer (deny)'],
    ]);
    const omit = startAction(ordersConfig({ source: ['roles'], onError: 'omit' }));
    expect((await omit.login(member(['Clerk']), { faults })).accessTokenClaims[CLAIM]).toEqual([]);
    const outside = await action.login(loginEvent({ audience: ORDERS, user: { roles: ['Clerk'] } }), {
      faults,
    });
    expect(outside.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
    for (const roles of [[], null]) {
      const result = await action.login(member(roles), { faults });
      expect([result.outcome, result.accessTokenClaims[CLAIM]]).toEqual(['allowed', []]);
    }
  });

  it.each([undefined, null, 7])(
    'are a failure of the source when a role does not say whose it is: type %j',
    async (type) => {
      const effectiveRoles = [{ id: 'rol_1', name: 'Clerk', type } as unknown as EffectiveRole];
      for (const groups of [false, true]) {
        const asking = startAction(ordersConfig({ source: [{ roles: { groups } }] }));
        const result = await asking.login(member(['Clerk']), { effectiveRoles });
        expect([result.outcome, result.log]).toEqual([
          'denied',
          ['claimgen: orders: roles: api.roles names a role without a type (deny)'],
        ]);
      }
    },
  );
});

describe('what the config says of organizations', () => {
  const effectiveRoles = typed('organization', 'Clerk');

  it('refuses roles there: organizations: refuse, or none for all of them', async () => {
    for (const action of [
      { source: [{ roles: {}, organizations: 'refuse' }] },
      { organizations: 'none' },
      { organizations: 'none', source: [{ roles: { groups: true } }] },
    ]) {
      const started = startAction(ordersConfig(action));
      const result = await started.login(member(['Clerk']));
      expect([result.outcome, result.log]).toEqual([
        'denied',
        ['claimgen: orders: roles: refused at a login to an organization (deny)'],
      ]);
      const outside = await started.login(loginEvent({ audience: ORDERS, user: { roles: ['Clerk'] } }));
      expect(outside.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
    }
  });

  it('asks nobody where it refuses, and has no code for it', () => {
    const code = codeOf(buildProject(ordersConfig({ organizations: 'none' })));
    expect(code).not.toContain('getUserEffectiveRoles');
  });

  it('can differ by entry from what holds for all', async () => {
    const source = [{ roles: {}, organizations: 'ask' }];
    const action = startAction(ordersConfig({ organizations: 'none', source }));
    const result = await action.login(member(['Clerk']), { effectiveRoles: typed('tenant', 'Clerk') });
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
  });

  it('trusts the names of roles only where it says so', async () => {
    const action = startAction(ordersConfig({ source: [{ roles: {}, organizations: 'trust-names' }] }));
    const result = await action.login(member(['Clerk']), { effectiveRoles });
    expect(result.accessTokenClaims[CLAIM]).toEqual(['orders:read']);
  });

  it.each([
    [{ source: [{ roles: {}, organizations: 'tenant-wide' }] }, /tenant-wide is for lists/],
    [{ source: [{ roles: { groups: true }, organizations: 'trust-names' }] }, /no name has to be trusted/],
    [
      { source: [{ event: 'user.app_metadata.permissions', organizations: 'ask' }] },
      /ask is for roles, and this list knows no organizations/,
    ],
    [{ source: [{ event: 'user.app_metadata.permissions', organizations: 'trust-names' }] }, /is for roles/],
    [{ source: [{ roles: {}, organizations: 'trusted' }] }, /"trusted" is not possible here/],
    [{ organizations: 'refuse' }, /"refuse" is not possible here/],
  ])('is refused where it means nothing: %j', (action, message) => {
    expect(() => buildProject(ordersConfig(action))).toThrow(message);
  });

  it('is in what build reports of each audience, and in the header of the Action', () => {
    const organizationsOf = (action: object) =>
      buildProject(ordersConfig(action)).report.audiences[0]?.organizations;
    expect(organizationsOf({})).toBe(
      "At a login to an organization, roles counts those of the member's roles that are the tenant's: the Action asks Auth0 (api.roles), and where it does not answer, the login is denied.",
    );
    expect(organizationsOf({ organizations: 'none', onError: 'omit' })).toBe(
      'At a login to an organization, roles is refused, and the token grants nothing.',
    );
    expect(organizationsOf({ source: [{ roles: {}, organizations: 'trust-names' }] })).toContain(
      "an Organization Role grants what the tenant's role of its name does (organizations: trust-names)",
    );
    const header = (action: object) => codeOf(buildProject(ordersConfig(action))).split('*/')[0];
    expect(header({})).toContain("in organizations those that api.roles calls the tenant's");
    expect(header({ organizations: 'none' })).toContain("the user's roles, not in organizations");
  });
});

describe('no config that does not trust names', () => {
  // Names of the tenant's roles, and others that only an organization has.
  const name = fc.constantFrom('Clerk', 'Manager', 'Visitor', 'Auditor', 'Boss', '__proto__', '');
  const permissions = ['read', 'write', 'refund', 'audit'].map((verb) => `orders:${verb}`);
  const tenantRoles = fc.dictionary(
    fc.constantFrom('Clerk', 'Manager', 'Visitor', 'Auditor'),
    fc.uniqueArray(fc.constantFrom(...permissions)),
    { minKeys: 1, noNullPrototype: true },
  );
  const login = fc.record({
    effective: fc.array(
      fc.record({ name, type: fc.constantFrom('tenant', 'organization', 'Tenant', 'group', '') }),
      { maxLength: 120 },
    ),
    others: fc.array(name),
    flow: fc.constantFrom(...flows),
  });

  /** Every login gets at most what the roles of the member that are the tenant's grant together. */
  const holdsFor = (organizations: fc.Arbitrary<string | undefined>) =>
    fc.asyncProperty(
      tenantRoles,
      fc.record({
        roles: fc.record({ unknownRoles: fc.constantFrom('ignore', 'deny') }),
        onError: fc.constantFrom('deny', 'omit', 'continue'),
        organizations,
      }),
      fc.boolean(),
      fc.constantFrom('bitset', 'names'),
      fc.array(login, { minLength: 1, maxLength: 10 }),
      async (roles, entry, groups, encoding, logins) => {
        const source =
          entry.organizations === 'trust-names' ? entry : { ...entry, roles: { ...entry.roles, groups } };
        const built = buildProject(
          ordersConfig({ source: [source] }, { encoding }),
          // So that somebody is granted something, whatever the others are.
          { permissions, roles: { ...roles, Everything: permissions } },
        );
        const action = loadAction(codeOf(built));
        const layout = JSON.parse(
          built.artifacts.find(({ path }) => path.endsWith('verifier/orders.json'))?.text ?? '',
        ) as Layout;
        for (const { effective, others, flow } of logins) {
          const effectiveRoles = effective.map((role, index) => ({ id: `rol_${index}`, ...role }));
          const listed = [...effective.map((role) => role.name), ...others];
          const result = await action.login(member(listed, { flow }), { effectiveRoles });
          const granted =
            result.outcome === 'denied' ? [] : [...readPermissions(result.accessTokenClaims, layout)];
          const held = effective
            .filter(({ type }) => type === 'tenant')
            .flatMap((role) => (Object.hasOwn(roles, role.name) ? (roles[role.name] ?? []) : []));
          expect(held).toEqual(expect.arrayContaining(granted));
        }
      },
    );

  it('gives a member a permission that none of the member’s tenant roles grants', async () => {
    await fc.assert(holdsFor(fc.constantFrom(undefined, 'ask', 'refuse')), {
      numRuns: Math.ceil(runs / 5),
    });
  });

  it('and the same property finds the breach where they are trusted', async () => {
    const { failed } = await fc.check(holdsFor(fc.constant('trust-names')), { numRuns: 50 });
    expect(failed).toBe(true);
  });
});
