// What brings a line down: which changes are named, and what each saves.
import { describe, expect, it } from 'vitest';
import { largestLine } from '../../src/budget/audience-report.ts';
import type { Saving } from '../../src/budget/audience-sizes.ts';
import { leastLine, savingsOf } from '../../src/budget/savings.ts';
import { list, planOf, type Situation } from './plan-of.ts';

function savings(situation: Situation): readonly Saving[] {
  const plan = planOf(situation);
  return savingsOf(plan, largestLine(plan));
}

const changes = (situation: Situation) => savings(situation).map(({ change }) => change);

function saves(situation: Situation, change: string): number | undefined {
  return savings(situation).find((each) => each.change === change)?.saves;
}

/** By how much the line of one situation is longer than that of another. */
const difference = (one: Situation, other: Situation) =>
  largestLine(planOf(one)) - largestLine(planOf(other));

describe('a change that makes the line shorter', () => {
  const permissions = list('a', 60);

  it('is one of these for names in a token with everything', () => {
    const audience = { encoding: 'names', claim: 'https://acme.example/permissions' };
    const all: Situation = {
      permissions,
      audience,
      token: { scope: 'all' },
      api: { tokenDialect: 'access_token_authz' },
    };
    expect(changes(all).toSorted()).toEqual([
      'before the first deployment, a short claim name, such as pz',
      'clients that request openid alone (token.scope: openid)',
      'encoding: bitset',
      'scopes: strip',
      'set token_dialect to access_token',
    ]);
    const sizes = savings(all).map((each) => each.saves);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it.each<[string, Situation, Situation]>([
    ['encoding: bitset', { permissions, audience: { encoding: 'names' } }, { permissions }],
    [
      'before the first deployment, a short claim name, such as pz',
      { permissions, audience: { claim: 'https://acme.example/p' } },
      { permissions },
    ],
    ['action.asOf: false', { permissions, audience: { action: { asOf: true } } }, { permissions }],
    [
      'scopes: strip',
      { permissions, token: { scope: 'all' } },
      { permissions, token: { scope: 'all' }, audience: { action: { scopes: 'strip' } } },
    ],
    [
      'clients that request openid alone (token.scope: openid)',
      { permissions, token: { scope: 'openid a:0001 a:0002' } },
      { permissions, token: { scope: 'openid' } },
    ],
    ['claimgen rebase', { permissions, built: [list('gone', 400)] }, { permissions }],
    [
      'set token_dialect to access_token',
      { permissions, api: { tokenDialect: 'access_token_authz' } },
      { permissions, api: { tokenDialect: 'access_token' } },
    ],
  ])('saves what the line is shorter by: %s', (change, before, after) => {
    expect(saves(before, change)).toBe(difference(before, after));
    expect(saves(before, change)).toBeGreaterThan(0);
    expect(changes(after)).not.toContain(change);
  });

  it('is none where nothing would', () => {
    expect(savings({ permissions, token: { scope: 'openid' } })).toEqual([]);
  });

  it('is no request of openid alone where permissions are granted on request', () => {
    const token = { scope: 'openid profile a:0001 a:0002' };
    expect(changes({ permissions, token })).toContain(
      'clients that request openid alone (token.scope: openid)',
    );
    expect(changes({ permissions, token, audience: { grant: 'requested' } }).join()).not.toContain(
      'openid alone',
    );
  });

  it('is measured with what clients request, where permissions are granted on request', () => {
    const token = { scope: 'openid a:0001 a:0050' };
    const audience = { grant: 'requested', encoding: 'names' };
    expect(saves({ permissions: list('a', 60), token, audience }, 'encoding: bitset')).toBe(
      difference({ permissions, token, audience }, { permissions, token, audience: { grant: 'requested' } }),
    );
  });
});

describe("switching Auth0's own claim off", () => {
  const permissions = list('a', 60);

  it.each<[string, Situation]>([
    ['set token_dialect to rfc9068_profile', { permissions, api: { tokenDialect: 'rfc9068_profile_authz' } }],
    // The catalog does not say.
    [
      'set token_dialect to access_token, and take token.sample again',
      { permissions, sample: { permissions: [] } },
    ],
    [
      'set token_dialect to rfc9068_profile, and take token.sample again',
      { permissions, sample: { permissions: [] }, token: { profile: 'rfc9068' } },
    ],
    [
      'set token_dialect to access_token, and take token.sample again',
      { permissions, sample: { permissions: [] }, api: { tokenDialect: 'access_token_authz' } },
    ],
  ])('is said as "%s"', (change, situation) => {
    expect(changes(situation).filter((each) => each.includes('token_dialect'))).toEqual([change]);
  });
});

describe('a rebase', () => {
  const rebase = (gone: number, bytes?: number) =>
    saves(
      {
        permissions: list('a', 12),
        built: [list('gone', gone)],
        ...(bytes === undefined ? {} : { budget: { bytes } }),
      },
      'claimgen rebase',
    );

  it('is worth it from 17 bytes on, and each byte where the line is over the budget', () => {
    const seen = new Map<number, number>();
    for (const gone of [0, 12, 60, 66, 72, 78, 84]) {
      const situation = { permissions: list('a', 12), built: [list('gone', gone)] };
      const line = largestLine(planOf(situation));
      const shorter = line - largestLine(planOf({ permissions: list('a', 12) }));
      seen.set(shorter, gone);
      expect(rebase(gone)).toBe(shorter >= 17 ? shorter : undefined);
      // One byte over it, and exactly at it.
      expect(rebase(gone, line - 1)).toBe(shorter >= 1 ? shorter : undefined);
      expect(rebase(gone, line)).toBe(shorter >= 17 ? shorter : undefined);
    }
    expect([...seen.keys()].some((each) => each > 0 && each < 17)).toBe(true);
    expect([...seen.keys()].some((each) => each >= 17)).toBe(true);
  });
});

describe('leaving a pattern out', () => {
  const permissions = [...list('a', 200), ...list('b', 120), ...list('c', 20)];
  const without = (situation: Situation) =>
    savings(situation).filter(({ change }) => change.startsWith('without'));

  it('saves what the others select less, by names at once', () => {
    const audience = { globs: ['a:*', 'b:*'], prefixes: ['c:'], exact: ['c:0001'], encoding: 'names' };
    const [first, second, ...more] = without({ permissions, audience });
    expect(more).toEqual([]);
    expect(first).toEqual({
      change: 'without glob "b:*", which alone selects 120',
      saves: difference(
        { permissions, audience },
        { permissions, audience: { ...audience, globs: ['a:*'] } },
      ),
    });
    expect(second).toEqual({
      // One of the prefix's is selected by name as well.
      change: 'without prefix "c:", which alone selects 19',
      saves: difference({ permissions, audience }, { permissions, audience: { ...audience, prefixes: [] } }),
    });
  });

  it('saves of a bitset what is free at once, and what a rebase frees, where that is more', () => {
    const audience = { globs: ['a:*', 'b:*'] };
    const built = [[...list('a', 200), ...list('b', 120)]];
    const last = { permissions, audience, built };
    // The last places are free at once, as far as no id goes with them.
    expect(without(last).map(({ change }) => change)).toEqual([
      'without glob "b:*", which alone selects 120',
    ]);
    const first = { permissions, audience, built: [[...list('b', 120), ...list('a', 200)]] };
    const fresh = { permissions, audience: { globs: ['a:*'] } };
    expect(without(first)).toEqual([
      {
        change: 'without glob "b:*", which alone selects 120, then claimgen rebase',
        saves: difference(first, fresh),
      },
    ]);
  });

  it('saves what a layout of the others only would, wherever their names are in the alphabet', () => {
    const situation = (globs: readonly string[]): Situation => ({
      permissions: [...list('a', 120), ...list('m', 200)],
      audience: { globs },
    });
    const all = situation(['a:*', 'm:*']);
    expect(without({ ...all, built: [[...list('a', 120), ...list('m', 200)]] })).toEqual([
      {
        change: 'without glob "a:*", which alone selects 120, then claimgen rebase',
        saves: difference(all, situation(['m:*'])),
      },
    ]);
  });

  it('saves of names what clients could request of it, where permissions are granted on request', () => {
    const situation = (globs: readonly string[]): Situation => ({
      permissions: [...list('a', 20), ...list('b', 10)],
      audience: { globs, encoding: 'names', grant: 'requested' },
      token: { scope: 'openid a:0001 b:0001 b:0002' },
    });
    expect(without(situation(['a:*', 'b:*']))).toEqual([
      {
        change: 'without glob "b:*", which alone selects 10',
        saves: difference(situation(['a:*', 'b:*']), situation(['a:*'])),
      },
    ]);
  });

  it('is nothing to say of the only pattern, nor of one beside those that take away', () => {
    expect(without({ permissions, audience: { globs: ['*'], encoding: 'names' } })).toEqual([]);
    expect(without({ permissions, audience: { globs: ['{a,b}*', '!a:*'], encoding: 'names' } })).toEqual([]);
    expect(
      without({ permissions, audience: { globs: ['a:*', 'b:*', '!b:*9'], encoding: 'names' } }),
    ).toHaveLength(1);
  });

  it('is nothing to say of what changes nothing, where a rebase alone is what saves', () => {
    const situation = {
      permissions: [...list('a', 20), ...list('b', 10)],
      audience: { globs: ['a:*', 'a:000*', 'b:*', '!b:*9'] },
      built: [list('gone', 400)],
    };
    expect(changes(situation)).toContain('claimgen rebase');
    const told = new Set(without(situation).map(({ change }) => change.split(',', 1)[0]));
    expect(told).toEqual(new Set(['without glob "a:*"', 'without glob "b:*"']));
  });

  it('is not worth a rebase for less than 17 bytes', () => {
    const permissions = [...list('a', 60), ...list('b', 40)];
    const audience = { globs: ['a:*', 'b:*'] };
    const built = [[...list('b', 40), ...list('a', 60)]];
    const situation = { permissions, audience, built };
    const saved = difference(situation, { permissions: list('a', 60) });
    expect(saved).toBeLessThan(17);
    expect(without(situation)).toEqual([]);
    const line = largestLine(planOf(situation));
    expect(without({ ...situation, budget: { bytes: line - 1 } })).toEqual([
      { change: 'without glob "b:*", which alone selects 40, then claimgen rebase', saves: saved },
    ]);
  });

  it('is nothing to say of one that selects more than half, and of one that selects half it is', () => {
    const of = (count: number) =>
      without({
        permissions: [...list('a', 50), ...list('b', count)],
        audience: { globs: ['a:*', 'b:*'], encoding: 'names' },
      }).map(({ change }) => change);
    expect(of(49)).toEqual(['without glob "b:*", which alone selects 49']);
    expect(of(50)).toHaveLength(2);
    expect(of(51)).toEqual(['without glob "a:*", which alone selects 50']);
  });

  it('counts the scopes of what is left as well', () => {
    const situation = (globs: readonly string[]): Situation => ({
      permissions: [...list('a', 30), ...list('b', 10)].map((name) => ({ name })),
      audience: { globs, encoding: 'names' },
      token: { scope: 'all' },
    });
    expect(saves(situation(['a:*', 'b:*']), 'without glob "b:*", which alone selects 10')).toBe(
      difference(situation(['a:*', 'b:*']), situation(['a:*'])),
    );
  });

  it('is told of the twenty that save most, of the hundred that select most by themselves', () => {
    const groups = Array.from({ length: 100 }, (_, index) => list(`g${index}`, 2 + (index % 3)));
    // One permission that would save more than the two of others.
    const long = `h:${'x'.repeat(250)}`;
    const audience = {
      globs: undefined,
      prefixes: ['h:', ...groups.map((_, index) => `g${index}:`)],
      encoding: 'names',
    };
    const told = savings({ permissions: [long, ...groups.flat()], audience });
    expect(told).toHaveLength(20);
    const sizes = told.map((each) => each.saves);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(told.map(({ change }) => change).join()).not.toContain('h:');
    const fewer = { ...audience, prefixes: audience.prefixes.slice(0, 100) };
    expect(changes({ permissions: [long, ...groups.flat()], audience: fewer })[1]).toBe(
      'without prefix "h:", which alone selects 1',
    );
  });
});

describe('selecting fewer permissions', () => {
  const few = (situation: Situation) =>
    savings(situation).filter(({ change }) => change.startsWith('select fewer'));

  it('is said last, and only where the line is over the budget', () => {
    const permissions = list('a', 900);
    const line = largestLine(planOf({ permissions }));
    expect(few({ permissions, budget: { bytes: line } })).toEqual([]);
    const [way] = few({ permissions, budget: { bytes: line - 1 } });
    // Six fill a character, and three characters are four bytes of the line.
    const fit = Number(/at most ([\d,]+) fit/.exec(way?.change ?? '')?.[1]?.replace(',', ''));
    expect(largestLine(planOf({ permissions: list('a', fit) }))).toBeLessThanOrEqual(line - 1);
    expect(largestLine(planOf({ permissions: list('a', fit + 1) }))).toBe(line);
    expect(way?.saves).toBe(difference({ permissions }, { permissions: list('a', fit) }));
    expect(savings({ permissions, budget: { bytes: line - 1 } }).at(-1)).toEqual(way);
  });

  it('is after a rebase where the places of the lock are in the way, and not needed where a rebase is enough', () => {
    const permissions = list('a', 900);
    const built = [[...list('gone', 600), ...permissions]];
    const fresh = largestLine(planOf({ permissions }));
    expect(few({ permissions, built, budget: { bytes: fresh } })).toEqual([]);
    const [way] = few({ permissions, built, budget: { bytes: fresh - 50 } });
    expect(way?.change).toMatch(
      /^select fewer permissions: at most [\d,]+ fit \(after claimgen rebase, where the lock has more places\)$/,
    );
    // Names have no places in the way.
    const audience = { encoding: 'names' };
    const [named] = few({ permissions, built, audience, budget: { bytes: 4000 } });
    expect(named?.change).toMatch(/^select fewer permissions: at most [\d,]+ fit$/);
  });

  it('needs no rebase where those with the last places are short enough as scopes', () => {
    const permissions = [...list('a'.repeat(40), 30), ...list('z', 30)].map((name) => ({ name }));
    const [way] = few({ permissions, token: { scope: 'all' }, budget: { bytes: 2500 } });
    expect(way?.change).toMatch(/^select fewer permissions: at most \d+ fit$/);
    const [fewer] = few({ permissions, token: { scope: 'all' }, budget: { bytes: 1500 } });
    expect(fewer?.change).toMatch(/^select fewer permissions: at most \d+ fit$/);
  });

  it('is counted with the longest names, whichever they are', () => {
    const names = [...list('a', 100), ...list('long'.repeat(10), 100)];
    const audience = { encoding: 'names' };
    const [way] = few({ permissions: names, audience, budget: { bytes: 2500 } });
    const fit = Number(/at most ([\d,]+) fit/.exec(way?.change ?? '')?.[1]);
    const longest = list('long'.repeat(10), 100);
    expect(largestLine(planOf({ permissions: longest.slice(0, fit), audience }))).toBeLessThanOrEqual(2500);
    expect(largestLine(planOf({ permissions: longest.slice(0, fit + 1), audience }))).toBeGreaterThan(2500);
  });

  it('is not said where not even one fits', () => {
    const permissions = list('a', 900);
    const one = largestLine(planOf({ permissions: ['a:0000'] }));
    expect(few({ permissions, budget: { bytes: one } })[0]?.change).toMatch(/at most \d+ fit/);
    expect(few({ permissions, budget: { bytes: one - 1 } })).toEqual([]);
  });
});

describe('the least that a line has', () => {
  it('is that with the permission with the longest name', () => {
    const permissions = ['a', 'abc', 'ab', 'éé'];
    for (const audience of [{}, { encoding: 'names' }]) {
      // "éé" has four bytes, and "abc" three.
      expect(leastLine(planOf({ permissions, audience }))).toBe(
        largestLine(planOf({ permissions: ['éé'], audience })),
      );
    }
  });

  it('is of one that clients request, where permissions are granted on request', () => {
    const permissions = ['a', 'a'.repeat(90)];
    const token = { scope: 'openid a' };
    const audience = { encoding: 'names', grant: 'requested' };
    expect(leastLine(planOf({ permissions, audience, token }))).toBe(
      largestLine(planOf({ permissions: ['a'], audience, token })),
    );
  });

  it('has the scopes of that one only, where the API has no others', () => {
    const permissions = [{ name: 'a' }, { name: 'bb' }];
    expect(leastLine(planOf({ permissions, token: { scope: 'all' } }))).toBe(
      largestLine(planOf({ permissions: [{ name: 'bb' }], token: { scope: 'all' } })),
    );
  });
});
