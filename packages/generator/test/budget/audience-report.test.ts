// What the report says of one audience, by what it is given.
import { describe, expect, it } from 'vitest';
import { lineLength } from '#auth0/access-token';
import { largestLine, reportAudience } from '../../src/budget/audience-report.ts';
import { proveToken } from '../../src/budget/token-proof.ts';
import { claimBound, jsonBytes } from '../../src/budget/worst-claim.ts';
import type { AudiencePlan } from '../../src/plan/audience-plan.ts';
import { claimTable } from '../../src/plan/claim-table.ts';
import { API, list, planOf } from './plan-of.ts';

const report = (plan: AudiencePlan) => reportAudience(plan, undefined);

function lineOf(
  { audience, environment, catalog, selected, sample }: AudiencePlan,
  claimBytes: number,
): number {
  return proveToken({ audience, environment, catalog, selected, sample, claimBytes }).line;
}

describe('the report on an audience', () => {
  it('says what the layout has, and of what sizes the line is made', () => {
    const plan = planOf({
      permissions: [...list('a', 30), 'b'],
      audience: { globs: ['a:*'], exact: ['b'] },
      built: [[...list('gone', 10), ...list('a', 20)], list('a', 30)],
    });
    const told = report(plan);
    const bytes = claimBound(claimTable(plan.audience, plan.layout), new Set([...list('a', 30), 'b']));
    expect(told).toMatchObject({
      name: 'orders',
      identifier: API,
      claim: 'pz',
      encoding: 'bitset',
      grant: 'all',
      clients: null,
      permissions: 31,
      places: 41,
      generations: 3,
      lineages: 1,
      cap: null,
      over: 0,
      savings: expect.any(Array),
      grants: [],
    });
    expect(told.proof.line).toBe(lineOf(plan, bytes));
    expect(told.claimBytes.atMost).toBe(bytes);
    expect(told.claimBytes.reached).toBeLessThanOrEqual(bytes);
    expect(largestLine(plan)).toBe(told.proof.line);
    for (const absent of ['least', 'bounded', 'withoutStock']) expect(told).not.toHaveProperty(absent);
  });

  it('counts lineages that tokens may still carry', () => {
    const plan = planOf({ permissions: ['a'], built: [['a']] });
    const [first] = plan.layout.lineages;
    const lineages = [[], first ?? [], first ?? []];
    expect(report({ ...plan, layout: { active: 1, lineages } }).lineages).toBe(2);
  });

  it('names the clients that the environment’s tokens carry permissions for', () => {
    expect(report(planOf({ permissions: ['a'], audience: { clients: { only: ['x'] } } })).clients).toEqual({
      only: ['x'],
    });
  });

  it('is over the budget by what the line has more', () => {
    const fits = report(planOf({ permissions: list('a', 900) })).proof.line;
    const over = (bytes: number) => report(planOf({ permissions: list('a', 900), budget: { bytes } })).over;
    expect(over(fits + 1)).toBe(0);
    expect(over(fits)).toBe(0);
    expect(over(fits - 1)).toBe(1);
    expect(over(fits - 50)).toBe(50);
  });

  it('sizes the line with Auth0’s own claim in place of claimgen’s, its scopes kept', () => {
    const permissions = list('a', 40);
    for (const audience of [{}, { action: { scopes: 'strip' } }, { encoding: 'names' }]) {
      const plan = planOf({ permissions, audience, token: { scope: 'all' } });
      // A claim of the same length, as the name itself is refused.
      const claim = 'x'.repeat('permissions'.length);
      const stock = planOf({ permissions, audience: { claim }, token: { scope: 'all' } });
      expect(report(plan).stockLine).toBe(lineOf(stock, jsonBytes(permissions)));
    }
  });

  it('says what the line has once Auth0’s own claim is off, and how', () => {
    const permissions = list('a', 40);
    const off = report(planOf({ permissions, api: { tokenDialect: 'rfc9068_profile' } }));
    const on = report(planOf({ permissions, api: { tokenDialect: 'rfc9068_profile_authz' } }));
    expect(off).not.toHaveProperty('withoutStock');
    expect(on.withoutStock).toEqual({ line: off.proof.line, dialect: 'rfc9068_profile' });
    expect(on.proof.line).toBeGreaterThan(off.proof.line);
    const sampled = planOf({
      permissions,
      api: { tokenDialect: 'access_token_authz' },
      sample: { permissions: [], extra: 'x' },
    });
    const without = planOf({ permissions, api: { tokenDialect: 'access_token' }, sample: { extra: 'x' } });
    expect(report(sampled).withoutStock).toEqual({
      line: report(without).proof.line,
      dialect: 'access_token',
    });
    expect(
      report(planOf({ permissions, api: { tokenDialect: 'access_token_authz', enforcePolicies: false } })),
    ).not.toHaveProperty('withoutStock');
  });
});

describe('names that the Action measures', () => {
  const permissions = list('orders', 300);
  const named = (action: object, bytes = 2000) =>
    planOf({ permissions, audience: { encoding: 'names', action }, budget: { bytes } });

  it('are all of them where nothing is said of an overflow', () => {
    const told = report(named({}));
    expect(told.claimBytes.atMost).toBe(jsonBytes(permissions));
    expect(told.over).toBeGreaterThan(0);
    expect(told.cap?.onOverflow).toBe('deny');
    expect(told.notes.join()).not.toContain('All permissions together');
  });

  it.each([
    ['deny', 'is denied the login'],
    ['omit', 'gets a token that grants nothing'],
    ['marker', 'gets a claim that says so, which the verifier refuses with claim_overflow'],
  ] as const)(
    'stay within the budget with onOverflow: %s, and the report says what a user meets',
    (onOverflow, meets) => {
      const plan = named({ onOverflow });
      const told = report(plan);
      const room = told.cap?.bytes as number;
      expect(told.cap).toEqual({ bytes: room, onOverflow });
      expect(lineOf(plan, room)).toBeLessThanOrEqual(2000);
      expect(lineOf(plan, room + 1)).toBeGreaterThan(2000);
      expect(told.over).toBe(0);
      // Names of 11 bytes: the next one would pass it.
      expect(told.claimBytes.atMost).toBeGreaterThan(room - 15);
      expect(told.claimBytes.atMost).toBeLessThanOrEqual(room);
      expect(told.claimBytes.reached).toBe(told.claimBytes.atMost);
      expect(told.notes).toContain(
        `All permissions together take ${jsonBytes(permissions).toLocaleString('en-US')} bytes, and ${room.toLocaleString('en-US')} are left for the claim: a user whose permissions take more ${meets}.`,
      );
    },
  );

  it('are not said to overflow where all of them fit', () => {
    const told = report(named({ onOverflow: 'omit' }, 9000));
    expect(told.notes.join()).not.toContain('All permissions together');
    expect(told.claimBytes.atMost).toBe(jsonBytes(permissions));
  });

  it('have no room where the rest of the token passes the budget', () => {
    expect(report(named({ onOverflow: 'omit' }, 500)).cap).toEqual({ bytes: 0, onOverflow: 'omit' });
  });

  it('are those that clients request, where permissions are granted on request', () => {
    const scope = `openid ${permissions[0]} ${permissions[7]}`;
    const plan = planOf({
      permissions,
      audience: { encoding: 'names', grant: 'requested', action: { onOverflow: 'deny' } },
      token: { scope },
    });
    expect(report(plan).claimBytes.atMost).toBe(jsonBytes([permissions[0], permissions[7]]));
    const scopes = permissions.slice(100, 200).join(' ');
    const capped = planOf({
      permissions,
      audience: { encoding: 'names', grant: 'requested', action: { onOverflow: 'deny' } },
      token: { scope: scopes },
      budget: { bytes: 3200 },
    });
    const told = report(capped);
    expect(told.claimBytes.atMost).toBeLessThanOrEqual(told.cap?.bytes as number);
    expect(told.over).toBe(0);
  });
});

describe('the least that a line has', () => {
  it('is told where that is over the budget, too, and only there', () => {
    const permissions = list('a', 2000);
    const one = report(planOf({ permissions: ['a:0000'] })).proof.line;
    const least = (bytes: number) => report(planOf({ permissions, budget: { bytes } })).least;
    expect(least(one)).toBeUndefined();
    expect(least(one - 1)).toBe(one);
    expect(least(8000)).toBeUndefined();
  });
});

describe('users of a few roles', () => {
  const permissions = list('a', 100);
  const roles = [
    { name: 'R', permissions: list('a', 40).map((name) => ({ name, audience: API })) },
    // In another order, doubled, and with one that is not selected.
    { name: 'S', permissions: ['a:0099', 'a:0007', 'a:0099', 'x'].map((name) => ({ name, audience: API })) },
  ];
  const bounded = (budget: object, source: readonly unknown[] = ['roles'], more: object = {}) =>
    report(
      planOf({
        permissions: [...permissions, 'x'],
        roles,
        audience: { globs: ['a:*'], action: { source }, ...more },
        budget,
      }),
    ).bounded;
  const event = { event: 'user.app_metadata.permissions' };

  it('have a bound where the config says how many roles, and direct permissions where a source reads any', () => {
    expect(bounded({})).toBeUndefined();
    expect(bounded({ direct: 2 })).toBeUndefined();
    expect(bounded({ roles: 2 })).toMatchObject({ roles: 2, direct: 0 });
    expect(bounded({ roles: 2, direct: 5 })).toMatchObject({ roles: 2, direct: 0 });
    expect(bounded({ roles: 2 }, [event])).toBeUndefined();
    expect(bounded({ direct: 3 }, [event])).toMatchObject({ roles: 0, direct: 3 });
    expect(bounded({ roles: 2, direct: 3 }, [event])).toMatchObject({ roles: 0, direct: 3 });
    expect(bounded({ roles: 2 }, ['roles', event])).toBeUndefined();
    expect(bounded({ direct: 3 }, ['roles', event])).toBeUndefined();
    expect(bounded({ roles: 2, direct: 3 }, ['roles', event])).toMatchObject({ roles: 2, direct: 3 });
  });

  it('have a bound that no larger than the one for any set, and a line for it', () => {
    const plan = planOf({ permissions, roles, budget: { roles: 1 } });
    const told = report(plan).bounded;
    expect(told?.found).toBeLessThanOrEqual(told?.atMost as number);
    expect(told?.line).toEqual({
      atMost: lineOf(plan, told?.atMost as number),
      found: lineOf(plan, told?.found as number),
    });
    const whole = [{ name: 'R', permissions: permissions.map((name) => ({ name, audience: API })) }];
    const all = report(planOf({ permissions, roles: whole, budget: { roles: 1 } }));
    expect(all.bounded?.atMost).toBeLessThanOrEqual(all.claimBytes.atMost);
  });

  it('are measured by the places of the layout', () => {
    // Names: one role has 40 names, the other two, as far as they are selected.
    const names = { encoding: 'names' };
    expect(bounded({ roles: 1 }, ['roles'], names)).toMatchObject({
      atMost: jsonBytes(list('a', 40)),
      found: jsonBytes(list('a', 40)),
    });
    const two = jsonBytes([...list('a', 40), 'a:0099']);
    // The bound counts a:0007 twice, the search once.
    expect(bounded({ roles: 2 }, ['roles'], names)).toMatchObject({ atMost: two + 9, found: two });
  });

  it('are measured by the places in order, in whichever order a role names its permissions', () => {
    const boundOf = (names: readonly string[]) => {
      const held = [{ name: 'R', permissions: names.map((name) => ({ name, audience: API })) }];
      return report(
        planOf({ permissions: list('a', 100), roles: held, budget: { roles: 1 }, built: [list('a', 100)] }),
      ).bounded;
    };
    const names = ['a:0007', 'a:0008', 'a:0040', 'a:0099'];
    expect(boundOf(names.toReversed())).toEqual(boundOf(names));
    expect(boundOf(['a:0099', 'a:0007', 'a:0040', 'a:0008'])).toEqual(boundOf(names));
  });

  it('hold what clients request and no more, where permissions are granted on request', () => {
    const told = report(
      planOf({
        permissions,
        roles,
        audience: { encoding: 'names', grant: 'requested' },
        token: { scope: 'openid a:0007 a:0010 a:0080' },
        budget: { roles: 2 },
      }),
    );
    expect(told.bounded).toMatchObject({ found: jsonBytes(['a:0007', 'a:0010']) });
  });
});

describe('the notes', () => {
  it('say what machines send, the largest line first', () => {
    const clientGrants = [
      { client: 'Small', audience: API, scopes: ['a'] },
      { client: 'La"rge', audience: API, scopes: ['a', 'b'.repeat(400)] },
    ];
    const told = report(planOf({ permissions: ['a'], clientGrants }));
    const line = told.grants[0]?.line.toLocaleString('en-US');
    expect(told.notes).toContain(
      `Machines: 2 client grants; the largest line has ${line} bytes ("La\\"rge", 2 scopes), as client credentials carry their scopes as they are.`,
    );
    expect(report(planOf({ permissions: ['a'] })).notes.join()).not.toContain('Machines');
  });

  it('say what a rebase would gain where that is 13 characters or more on average, of a bitset', () => {
    const plan = planOf({ permissions: ['a'] });
    const note = (mean: number, from: AudiencePlan = plan) =>
      reportAudience(from, { mean, most: 40 }).notes.filter((text) => text.startsWith('claimgen rebase'));
    expect(note(13.04)).toEqual([
      'claimgen rebase orders would make claims 13.0 characters shorter on average, 40 at most.',
    ]);
    expect(note(13)).toHaveLength(1);
    expect(note(12.99)).toEqual([]);
    expect(note(20, planOf({ permissions: ['a'], audience: { encoding: 'names' } }))).toEqual([]);
    expect(report(plan).notes.join()).not.toContain('rebase');
  });

  it('count the permissions of each API that the Management API is asked about', () => {
    const other = 'https://other.example';
    const source = [{ managementApi: { domain: 'acme.eu.auth0.com' } }];
    const notes = (permissions: Parameters<typeof planOf>[0]['permissions'], from: object = {}) =>
      report(planOf({ permissions, audience: { action: { source }, globs: ['a:*'], from } })).notes.join(
        '\n',
      );
    const two = [...list('a', 60), ...list('b', 120).map((name) => ({ name, audience: other }))];
    // Pages of 50: two of this API, and of the other none or three.
    expect(notes(two)).toContain('up to 2 pages');
    expect(notes(two, { [other]: 'o/' })).toContain('up to 5 pages');
    const plain = [
      ...list('a', 40),
      ...list('a', 101)
        .slice(40)
        .map((name) => ({ name })),
    ];
    expect(notes(plain)).toContain('up to 3 pages');
  });

  it('say what is said of sources, of requests, and of the proof', () => {
    const told = report(
      planOf({
        permissions: ['a'],
        audience: { grant: 'requested' },
        token: { scope: 'openid a' },
        api: { tokenDialect: 'access_token' },
        sample: { permissions: [] },
      }),
    ).notes.join('\n');
    expect(told).toContain('The role table is as old');
    expect(told).toContain('The claim carries permissions that the client requests');
    expect(told).toContain("token.sample has Auth0's own permissions claim; it is not counted");
  });
});

it('a line is what the header, the payload and the signature take', () => {
  const { proof } = report(planOf({ permissions: ['a'] }));
  expect(proof.line).toBe(lineLength(planOf({ permissions: ['a'] }).audience.token, proof.payload));
  expect(proof.token).toBe(proof.line - 'Authorization: Bearer \r\n'.length);
});
