import { encodeClaim } from '@claimgen/action-runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { type AudienceLayout, endsOf, growLayout, namesOf, pruneEarlier } from '../../src/layout/layout.ts';
import { modelUsers } from '../../src/layout/order/population.ts';
import { rebaseGain } from '../../src/layout/rebase-gain.ts';
import type { Selection } from '../../src/selection/select.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 40);

const keep = (names: readonly string[]) => names;
const names = (count: number, prefix = 'p') =>
  Array.from({ length: count }, (_, index) => `${prefix}:${String(index).padStart(3, '0')}`);

function situation(selected: readonly string[], roles: readonly (readonly number[])[]) {
  const permissions = selected.map((name) => ({ name }));
  const catalog: Catalog = {
    permissions,
    roles: roles.map((held, index) => ({
      name: `r${index}`,
      permissions: held.map((permission) => ({ name: selected[permission] as string })),
    })),
    apis: [],
    notes: [],
  };
  const selection = {
    names: selected,
    byEnvironment: new Map([['', new Map(permissions.map((permission) => [permission.name, permission]))]]),
    patterns: [],
  } as unknown as Selection;
  return { selection, catalogs: new Map([['', catalog]]) };
}

describe('what a rebase would save', () => {
  it('is the difference of the claims of modelled users, in the layout and in a fresh one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 80 }),
        fc.array(fc.array(fc.nat(59), { maxLength: 12 }), { minLength: 1, maxLength: 5 }),
        (count, away, table) => {
          const selected = names(count);
          const roles = table.map((role) => [...new Set(role.map((index) => index % count))]);
          let layout: AudienceLayout = growLayout('a', undefined, ['x', ...names(away, 'gone')], keep);
          layout = growLayout('a', layout, selected, keep);
          const { selection, catalogs } = situation(selected, roles);
          const gain = rebaseGain(layout, selection, catalogs, (list) => list.toReversed());
          const lineage = layout.lineages[0] ?? [];
          const lengthIn = (all: readonly string[], ends: readonly number[], held: readonly string[]) =>
            encodeClaim(
              { encoding: 'bitset', names: [], ids: ends.map(() => 'AAAAAA'), ends },
              held.map((name) => all.indexOf(name)).sort((a, b) => a - b),
            ).length;
          // Roles that grant nothing are no roles.
          const held = modelUsers(
            count,
            roles.filter(({ length }) => length > 0),
            2,
          ).map((indices) => Array.from(indices, (index) => selected[index] as string));
          const gains = held.map(
            (user) =>
              lengthIn(namesOf(lineage), endsOf(lineage), user) -
              lengthIn(selected.toReversed(), [count], user),
          );
          expect(gain?.most).toBe(Math.max(...gains));
          expect(gain?.mean).toBeCloseTo(gains.reduce((sum, each) => sum + each, 0) / gains.length, 9);
        },
      ),
      { numRuns: Math.ceil(runs / 8) },
    );
  });

  it('is nothing to say where a fresh layout would be the same', () => {
    const { selection, catalogs } = situation(['a', 'b'], [[0]]);
    const fresh = growLayout('a', undefined, ['a', 'b'], keep);
    expect(rebaseGain(fresh, selection, catalogs, keep)).toBeUndefined();
    // Nor is what a pruned lineage had.
    expect(rebaseGain(pruneEarlier(fresh), selection, catalogs, keep)).toBeUndefined();
    const grown = growLayout('a', growLayout('a', undefined, ['a'], keep), ['a', 'b'], keep);
    expect(rebaseGain(grown, selection, catalogs, keep)).toEqual({
      mean: expect.any(Number),
      most: expect.any(Number),
    });
    const withAway = growLayout('a', undefined, ['a', 'b', 'c'], keep);
    expect(rebaseGain(withAway, selection, catalogs, keep)).toBeDefined();
  });
});
