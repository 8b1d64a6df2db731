import { describe, expect, it } from 'vitest';
import { placesOf } from '../../src/held-places.ts';
import type { Parts } from '../../src/login.ts';
import type { PostLoginEvent } from '../../src/post-login.ts';
import { readRoles } from '../../src/sources/roles.ts';
import type { RolesSource } from '../../src/tables.ts';
import { loginOf, PARTS, type Recorded, readLog, recordApi } from '../recorded-login.ts';

const ORGANIZATION = { organization: { id: 'org_1' } };

async function placesFor(
  event: PostLoginEvent,
  more: Partial<RolesSource> = {},
  { api }: Recorded = recordApi(),
  parts: Parts = PARTS,
): Promise<number[]> {
  const held = new Uint8Array(6);
  const source: RolesSource = {
    kind: 'roles',
    unknownRoles: 'ignore',
    groups: false,
    organizations: 'ask',
    onError: 'deny',
    onErrorRefresh: 'deny',
    ...more,
  };
  await readRoles(source, loginOf(event, { api, parts }), held);
  return placesOf(held);
}

/** Roles of the tenant, and of an organization, as Auth0 answers with them. */
function effective(tenant: readonly string[], organization: readonly string[] = []): Recorded {
  const roles = [
    ...organization.map((name) => ({ name, type: 'organization' })),
    ...tenant.map((name) => ({ name, type: 'tenant' })),
  ];
  return recordApi({ roles: async () => ({ roles }) });
}

function withRoles(...roles: string[]): PostLoginEvent {
  return { authorization: { roles } };
}

describe("the event's roles", () => {
  it.each([
    [['Clerk'], [0]],
    [
      ['Clerk', 'Manager'],
      [0, 1, 2, 4],
    ],
    [['Visitor'], []],
    [[], []],
  ])('%j grant the places %j', async (roles, places) => {
    const log = readLog();
    const recorded = recordApi();
    expect(await placesFor(withRoles(...roles), {}, recorded)).toEqual(places);
    expect([log, recorded.rolePages]).toEqual([[], []]);
  });

  it('that are absent grant nothing', async () => {
    const log = readLog();
    expect([await placesFor({}), await placesFor({ authorization: {} })]).toEqual([[], []]);
    expect(log).toEqual([]);
  });

  it('that are no array are a failure', async () => {
    const event = { authorization: { roles: 'Clerk' } } as unknown as PostLoginEvent;
    await expect(placesFor(event)).rejects.toThrow('there is no list of roles');
  });

  it('that the tables lack are counted in the log, without their names', async () => {
    const log = readLog();
    expect(await placesFor(withRoles('Boss', 'Clerk', '__proto__'))).toEqual([0]);
    expect(log).toEqual(['claimgen: orders: 2 of 3 roles unknown since the last claimgen build']);
  });

  it('that the tables lack deny the login where the source says so', async () => {
    const log = readLog();
    await expect(placesFor(withRoles('Clerk', 'Boss'), { unknownRoles: 'deny' })).rejects.toMatchObject({
      name: 'SourceFailure',
      message: '1 of 2 roles unknown since the last claimgen build',
      decision: 'deny',
    });
    expect(await placesFor(withRoles('Clerk'), { unknownRoles: 'deny' })).toEqual([0]);
    expect(log).toEqual([]);
  });
});

describe("a member's roles at a login to an organization", () => {
  it('grant something where Auth0 says that they are the tenant’s', async () => {
    const log = readLog();
    const recorded = effective(['Clerk', 'Visitor'], ['Manager']);
    const event = { ...withRoles('Clerk', 'Manager'), ...ORGANIZATION };
    expect(await placesFor(event, {}, recorded)).toEqual([0]);
    expect(recorded.rolePages).toHaveLength(1);
    expect(log).toEqual([]);
  });

  it('are no others than those in the event', async () => {
    const event = { ...withRoles('Clerk'), ...ORGANIZATION };
    expect(await placesFor(event, {}, effective(['Clerk', 'Manager']))).toEqual([0]);
  });

  it('are not asked for where the event has none, or the table trusts the names', async () => {
    const recorded = effective([]);
    expect(await placesFor({ ...withRoles(), ...ORGANIZATION }, {}, recorded)).toEqual([]);
    const trusting = { organizations: 'trust-names' } as const;
    const event = { ...withRoles('Clerk'), ...ORGANIZATION };
    expect(await placesFor(event, trusting, recorded)).toEqual([0]);
    expect(recorded.rolePages).toEqual([]);
  });

  it('are a failure where Auth0 does not say whose they are', async () => {
    const recorded = recordApi({ roles: async () => ({ roles: [{ name: 'Clerk' }] }) });
    await expect(placesFor({ ...withRoles('Clerk'), ...ORGANIZATION }, {}, recorded)).rejects.toThrow(
      'api.roles names a role without a type',
    );
  });

  it('grant nothing where the Action lacks the part that asks', async () => {
    const { effectiveRoles: _, ...parts } = PARTS;
    const event = { ...withRoles('Clerk'), ...ORGANIZATION };
    expect(await placesFor(event, {}, recordApi(), parts)).toEqual([]);
  });
});

describe('roles held through groups', () => {
  const groups = { groups: true };

  it('count in place of those in the event', async () => {
    const log = readLog();
    expect(await placesFor(withRoles('Clerk'), groups, effective(['Manager']))).toEqual([1, 2, 4]);
    expect(log).toEqual([]);
  });

  it('are asked for once in an organization, and only the tenant’s count', async () => {
    const recorded = effective(['Clerk'], ['Manager']);
    expect(await placesFor({ ...withRoles(), ...ORGANIZATION }, groups, recorded)).toEqual([0]);
    expect(recorded.rolePages).toHaveLength(1);
  });

  it('must have a type in an organization, and need none outside of one', async () => {
    const answers = { roles: async () => ({ roles: [{ name: 'Clerk' }] }) };
    expect(await placesFor({}, groups, recordApi(answers))).toEqual([0]);
    await expect(placesFor(ORGANIZATION, groups, recordApi(answers))).rejects.toThrow('without a type');
  });

  it('are a failure where the Action lacks the part that asks', async () => {
    const { effectiveRoles: _, ...parts } = PARTS;
    await expect(placesFor(withRoles('Clerk'), groups, recordApi(), parts)).rejects.toThrow(
      'there is no list of roles',
    );
  });
});
