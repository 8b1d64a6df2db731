import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generationIds } from '../../src/layout/ids.ts';
import {
  type AudienceLayout,
  activateNewest,
  addLineage,
  growLayout,
  namesOf,
  pruneEarlier,
} from '../../src/layout/layout.ts';
import { formatLock, readLock } from '../../src/layout/lock.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__', 'constructor', '"', '\\', '\ud800', '\u2028'),
  fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }),
);
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 12 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('select' as const), names }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('rebase' as const, 'activate' as const, 'prune' as const) }),
  },
);
const history = fc.tuple(names, fc.array(step, { maxLength: 8 }));

/** An order that nothing sorts by accident. */
const reversed = (list: readonly string[]) => [...list].reverse();

/** The layouts of an audience after each step, the first build included. */
function* replay([first, steps]: [string[], Step[]]): Generator<{
  selected: readonly string[];
  layout: AudienceLayout;
  did: string;
}> {
  let selected: readonly string[] = first;
  let layout = growLayout('orders', undefined, first, reversed);
  yield { selected, layout, did: 'select' };
  for (const each of steps) {
    if (each.kind === 'select') {
      selected = each.names;
      layout = growLayout('orders', layout, selected, reversed);
    } else if (each.kind === 'rebase') layout = addLineage('orders', layout, selected, reversed);
    else layout = each.kind === 'activate' ? activateNewest(layout) : pruneEarlier(layout);
    yield { selected, layout, did: each.kind };
  }
}
type Step = { kind: 'select'; names: string[] } | { kind: 'rebase' | 'activate' | 'prune' };

/** Consecutive layouts of a history. */
function pairs(
  all: [string[], Step[]],
): { before: AudienceLayout; after: AudienceLayout; did: string; selected: readonly string[] }[] {
  const layouts = [...replay(all)];
  return layouts.slice(1).map(({ layout, did, selected }, index) => ({
    before: layouts[index]?.layout as AudienceLayout,
    after: layout,
    did,
    selected,
  }));
}

describe('a layout', () => {
  it('never moves a permission, whatever is selected, rebased, activated or pruned', () => {
    fc.assert(
      fc.property(history, (all) => {
        for (const { before, after, did } of pairs(all)) {
          before.lineages.forEach((lineage, number) => {
            const grown = after.lineages[number];
            if (did === 'prune' && number < before.active) expect(grown).toEqual([]);
            else expect(grown?.slice(0, lineage.length)).toEqual(lineage);
          });
        }
      }),
      { numRuns },
    );
  });

  it('holds every selected permission once in the lineages from the active one on', () => {
    fc.assert(
      fc.property(history, (all) => {
        for (const { selected, layout } of replay(all)) {
          layout.lineages.forEach((lineage, number) => {
            const held = namesOf(lineage);
            expect(new Set(held).size).toBe(held.length);
            if (number >= layout.active) expect(held).toEqual(expect.arrayContaining([...selected]));
          });
        }
      }),
      { numRuns },
    );
  });

  it('appends what is new as one sorted generation, and nothing where nothing is new', () => {
    fc.assert(
      fc.property(history, (all) => {
        for (const { before, after, did, selected } of pairs(all)) {
          if (did !== 'select') continue;
          before.lineages.forEach((lineage, number) => {
            const held = new Set(namesOf(lineage));
            const added = number < before.active ? [] : selected.filter((each) => !held.has(each));
            const generations = after.lineages[number]?.slice(lineage.length) ?? [];
            expect(generations.map(({ permissions }) => permissions)).toEqual(
              added.length === 0 ? [] : [[...added].sort()],
            );
          });
        }
      }),
      { numRuns },
    );
  });

  it('gives a permission that left and returned its place again', () => {
    fc.assert(
      fc.property(names, names, names, (first, then, other) => {
        const before = growLayout('orders', undefined, first, reversed);
        const away = growLayout('orders', before, other, reversed);
        const back = growLayout('orders', away, [...new Set([...first, ...then])], reversed);
        const place = (layout: AudienceLayout, each: string) =>
          namesOf(layout.lineages[0] ?? []).indexOf(each);
        for (const each of first) expect(place(back, each)).toBe(place(before, each));
      }),
      { numRuns },
    );
  });

  it('changes an id if and only if what it names changes', () => {
    const lineage = fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(lineage, lineage, fc.nat(2), fc.nat(2), (one, other, numberOne, numberOther) => {
        const ids = generationIds('orders', numberOne, one);
        const others = generationIds('orders', numberOther, other);
        ids.forEach((id, index) => {
          const same =
            numberOne === numberOther &&
            JSON.stringify(one.slice(0, index + 1)) === JSON.stringify(other.slice(0, index + 1));
          expect(id === others[index]).toBe(same);
        });
        expect(generationIds('sales', numberOne, one)).not.toEqual(ids);
      }),
      { numRuns },
    );
  });

  it('has the ids that the specification says', () => {
    const generations = [
      ['orders:read', 'ü"\\\u2028'],
      ['\ud800', '__proto__'],
    ];
    const expected = generations.map((_, k) =>
      createHash('sha256')
        .update(JSON.stringify(['claimgen-layout-1', 'orders', 3, ...generations.slice(0, k + 1)]))
        .digest('base64url')
        .slice(0, 6),
    );
    expect(generationIds('orders', 3, generations)).toEqual(expected);
  });

  it('keeps the numbers of lineages through rebase, activation and prune, and appends to the active one and later ones', () => {
    let layout = growLayout('orders', undefined, ['a', 'b'], reversed);
    layout = addLineage('orders', layout, ['a', 'b'], (list) => list);
    layout = growLayout('orders', layout, ['a', 'b', 'c'], reversed);
    expect(layout.lineages.map(namesOf)).toEqual([
      ['b', 'a', 'c'],
      ['a', 'b', 'c'],
    ]);
    layout = growLayout('orders', activateNewest(layout), ['a', 'b', 'c', 'd'], reversed);
    expect(layout.active).toBe(1);
    expect(layout.lineages.map(namesOf)).toEqual([
      ['b', 'a', 'c'],
      ['a', 'b', 'c', 'd'],
    ]);
    layout = addLineage('orders', pruneEarlier(layout), ['d'], reversed);
    expect(layout.active).toBe(1);
    expect(layout.lineages.map(namesOf)).toEqual([[], ['a', 'b', 'c', 'd'], ['d']]);
    expect(layout.lineages[2]?.map(({ id }) => id)).toEqual(generationIds('orders', 2, [['d']]));
  });
});

describe('the lock', () => {
  it('reads what it wrote, whatever the names', () => {
    fc.assert(
      fc.property(fc.array(history, { minLength: 1, maxLength: 2 }), (histories) => {
        const lock = new Map(
          histories.map((all, index) => {
            const audience = index === 0 ? 'orders' : '__proto__';
            const layouts = [...replay(all)].map(({ layout }) => layout);
            const last = layouts[layouts.length - 1] as AudienceLayout;
            // The ids are those of the audience's name.
            return [
              audience,
              {
                active: last.active,
                lineages: last.lineages.map((lineage, number) => {
                  const ids = generationIds(
                    audience,
                    number,
                    lineage.map(({ permissions }) => permissions),
                  );
                  return lineage.map(({ permissions }, place) => ({ id: ids[place] as string, permissions }));
                }),
              },
            ] as const;
          }),
        );
        fc.pre([...lock.values()].every(({ lineages }) => startDifferently(lineages)));
        const text = formatLock(lock);
        expect(readLock('claimgen.lock.json', text)).toEqual(lock);
        expect(formatLock(readLock('claimgen.lock.json', text))).toBe(text);
      }),
      { numRuns },
    );
  });

  it('has one permission a line, so that git shows what a build added', () => {
    const layout = growLayout(
      'orders',
      growLayout('orders', undefined, ['b', 'a'], reversed),
      ['a', 'b', 'c'],
      reversed,
    );
    expect(formatLock(new Map([['orders', layout]]))).toMatchInlineSnapshot(`
      "{
        "lockfileVersion": 1,
        "audiences": {
          "orders": {
            "active": 0,
            "lineages": [
              [
                {
                  "id": "EIgim1",
                  "permissions": [
                    "a",
                    "b"
                  ]
                },
                {
                  "id": "aU4f1K",
                  "permissions": [
                    "c"
                  ]
                }
              ]
            ]
          }
        }
      }
      "
    `);
  });
});

/** Lineages that begin alike can't be told apart, and are refused; their numbers make it all but impossible. */
function startDifferently(lineages: AudienceLayout['lineages']): boolean {
  const first = lineages.flatMap((lineage) => lineage[0]?.id ?? []);
  return new Set(first).size === first.length;
}
