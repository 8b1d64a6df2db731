// What deploys changed and the log does not say, for random histories of Actions and random records of them.
import { difference } from '@claimgen/changes';
import type { ActionVersion } from '@claimgen/tenant';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoleTables } from '../../src/change-commands/role-tables.ts';
import { type Deploys, unpublished } from '../../src/change-commands/unpublished.ts';

type Table = Readonly<Record<string, readonly string[]>>;

/** Code is its table as JSON here: audience, role, names. What is no JSON can't be read. */
function tablesOf(codes: readonly string[]): RoleTables | undefined {
  const tables = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const code of codes) {
    if (!code.startsWith('{')) return undefined;
    const [[audience, roles]] = Object.entries(JSON.parse(code)) as [[string, Table]];
    tables.set(audience, new Map(Object.entries(roles)));
  }
  return tables;
}

function version(number: number, code: string, deployedAt: number | undefined): ActionVersion {
  return {
    ...{ id: `v${number}`, number, code, deployedAt, status: 'built' },
    ...{ runtime: 'node22', dependencies: [], secretNames: [] },
  };
}

const SETTLE = 60;
const nothing = { horizon: 0, records: [] };
const deploysOf = (more: Partial<Deploys>): Deploys => ({
  histories: [],
  tablesOf,
  remembered: nothing,
  difference,
  since: 0,
  settle: SETTLE,
  ...more,
});
const code = (audience: string, names: readonly string[]): string =>
  JSON.stringify({ [audience]: { Clerk: names } });

describe('unpublished', () => {
  const [one, two] = [version(1, code('a', ['x', 'y']), 1_000), version(2, code('a', ['x', 'z']), 2_000)];

  it('is what each deploy changed that no record says', () => {
    expect(unpublished(deploysOf({ histories: [[one, two]] }))).toEqual([
      { aud: 'a', of: 'users', lost: [], gained: ['x', 'y'] },
      { aud: 'a', of: 'users', lost: ['y'], gained: ['z'] },
    ]);
    const records = [
      { v: 1, at: 1_500, gained: ['x', 'y'] },
      { v: 1, at: 2_500, aud: 'a', lost: ['y'] },
    ];
    expect(unpublished(deploysOf({ histories: [[two, one]], remembered: { horizon: 0, records } }))).toEqual([
      { aud: 'a', of: 'users', lost: [], gained: ['z'] },
    ]);
  });

  it.each([
    ['of one user', { sub: 'auth0|1' }],
    ['of an organization', { org: 'org_1' }],
    ['of another audience', { aud: 'b' }],
    ['of before the deploy has settled', { at: 2_000 + SETTLE - 1 }],
  ])('is not covered by a record %s', (_, more) => {
    const records = [{ v: 1, at: 9_000, lost: '*', gained: '*', ...more }];
    const found = unpublished(
      deploysOf({ histories: [[one, two]], since: 1_500, remembered: { horizon: 0, records } }),
    );
    expect(found).toEqual([{ aud: 'a', of: 'users', lost: ['y'], gained: ['z'] }]);
  });

  it('is nothing where no token is left from before, and everything where nobody knows', () => {
    expect(unpublished(deploysOf({ histories: [[one, two]], since: 2_000 }))).toEqual([]);
    const forgotten = { horizon: 2_000, records: [] };
    expect(unpublished(deploysOf({ histories: [[one, two]], remembered: forgotten }))).toEqual([]);
    const all = [{ of: 'users', lost: '*', gained: '*' }];
    // Auth0 keeps 50 versions: what ran before the first of them is not known.
    expect(unpublished(deploysOf({ histories: [[two]] }))).toEqual(all);
    expect(
      unpublished(deploysOf({ histories: [[one, version(2, 'by hand', 2_000)]], since: 1_500 })),
    ).toEqual(all);
    expect(
      unpublished(deploysOf({ histories: [[one, version(2, two.code, undefined)]], since: 9e9 })),
    ).toHaveLength(1);
    expect(
      unpublished(deploysOf({ histories: [[one, { ...two, status: 'failed' }]], since: 1_500 })),
    ).toEqual([]);
  });

  it('leaves nothing once it is published, and names every change of the time that is looked at', () => {
    const names = fc.subarray(['p', 'q', 'r', 's']);
    const action = (audience: string) =>
      fc
        .array(
          fc.record({
            names: fc.oneof(names, fc.constant(undefined)),
            wait: fc.integer({ min: 1, max: 500 }),
          }),
          {
            maxLength: 6,
          },
        )
        .map((deploys) => {
          let at = 0;
          return deploys.map((deploy, index) => {
            at += deploy.wait;
            return version(
              index + 1,
              deploy.names === undefined ? 'unreadable' : code(audience, deploy.names),
              at,
            );
          });
        });
    const record = fc.record(
      {
        v: fc.constant(1 as const),
        at: fc.integer({ min: 0, max: 4_000 }),
        aud: fc.constantFrom('a', 'b'),
        sub: fc.constant('auth0|1'),
        lost: fc.oneof(names, fc.constant('*' as const)),
        gained: fc.oneof(names, fc.constant('*' as const)),
      },
      { requiredKeys: ['v', 'at', 'lost', 'gained'] },
    );
    fc.assert(
      fc.property(
        action('a'),
        action('b'),
        fc.array(record, { maxLength: 4 }),
        fc.integer({ min: 0, max: 2_000 }),
        (a, b, records, since) => {
          const deploys = deploysOf({ histories: [a, b], remembered: { horizon: 0, records }, since });
          const now = 9_000;
          const published = [
            ...records,
            ...unpublished(deploys).map((change) => ({ ...change, v: 1 as const, at: now })),
          ];
          expect(unpublished({ ...deploys, remembered: { horizon: 0, records: published } })).toEqual([]);
          // Told independently: each audience's names, deploy by deploy.
          for (const [audience, history] of [
            ['a', a],
            ['b', b],
          ] as const) {
            history.forEach(({ code: is, deployedAt = 0 }, index) => {
              const was = history[index - 1]?.code ?? code(audience, []);
              if (deployedAt <= since || !is.startsWith('{') || !was.startsWith('{')) return;
              const [before, after] = [was, is].map(
                (text) => new Set<string>(JSON.parse(text)[audience].Clerk),
              );
              for (const name of ['p', 'q', 'r', 's']) {
                if (before?.has(name) === after?.has(name)) continue;
                const list = before?.has(name) ? 'lost' : 'gained';
                const said = published.some(
                  (record) =>
                    record.at >= deployedAt + SETTLE &&
                    record.sub === undefined &&
                    (record.aud ?? audience) === audience &&
                    (record[list] === '*' || record[list]?.includes(name)),
                );
                expect(said, `${list} ${name} of ${audience} at ${deployedAt}`).toBe(true);
              }
            });
          }
        },
      ),
      { numRuns: Number(process.env['CLAIMGEN_RUNS'] ?? 300) },
    );
  });
});
