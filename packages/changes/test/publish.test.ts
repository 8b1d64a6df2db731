import type { ChangeRecord } from '@claimgen/verifier/changes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, type RoleTables } from '../src/difference.ts';
import { openMemoryLog } from '../src/memory-log.ts';
import { prune } from '../src/prune.ts';
import { changedAt, publish } from '../src/publish.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 200);
const NOW = 1_790_000_000_000;
const clock = () => new Date(NOW);
const layout = (name: string, ...permissions: string[]) => ({ name, lineages: [[], [{ permissions }]] });

describe('publish', () => {
  it('fills in the version and the time, by our clock and 5 s or the issuer’s and 1 s', async () => {
    const log = openMemoryLog({ clock });
    await publish(log, { sub: 'a', lost: ['orders:refund'] }, { clock });
    const response = new Response(null, { headers: { date: 'Mon, 21 Sep 2026 14:13:20 GMT' } });
    await publish(
      log,
      [
        { sub: 'b', out: true, at: changedAt(response) },
        { sub: 'c', gained: '*', at: changedAt(new Response()) },
      ],
      { clock },
    );
    expect((await log.snapshot()).records).toEqual([
      { v: 1, at: NOW + 5000, sub: 'a', lost: ['orders:refund'] },
      { v: 1, at: Date.parse('2026-09-21T14:13:21Z'), sub: 'b', out: true },
      { v: 1, at: NOW + 5000, sub: 'c', gained: '*' },
    ]);
  });

  it.each(['5', '3.5', 'soon 1', '2026-09-21', 'tomorrow', ''])('knows no time by the date %j', (date) => {
    expect(changedAt(new Response(null, { headers: { date } }))).toBeUndefined();
  });

  it('refuses names that no layout has, and says so', async () => {
    const log = openMemoryLog();
    const layouts = [layout('orders', 'orders:read'), layout('portal', 'orders/orders:read')];
    await publish(log, { lost: ['orders/orders:read', 'orders:read'] }, { layouts });
    await publish(log, { aud: 'portal', lost: ['orders/orders:read'], gained: '*' }, { layouts });
    for (const [change, words] of [
      [{ aud: 'portal', lost: ['orders:read'] }, /"orders:read"/],
      [{ lost: ['orders:raed'] }, /"orders:raed"/],
      [{ aud: 'other', lost: ['orders:read'] }, /orders, portal/],
      [{ gained: ['__proto__'] }, /__proto__/],
    ] as const) {
      await expect(publish(log, change, { layouts })).rejects.toThrow(words);
    }
    expect((await log.snapshot()).records.length).toBe(2);
  });

  it('refuses what is no change', async () => {
    const log = openMemoryLog();
    for (const bad of [
      {},
      { sub: '' },
      { lost: 'orders:read' },
      { out: false },
      { lost: ['a'], extra: 1 },
      { at: Number.NaN, out: true },
      { at: Math.floor(Date.now() / 1000), out: true },
      { at: 0, lost: '*' },
      { at: -Date.now(), lost: '*' },
      { at: Date.now() + 100_000, out: true },
    ]) {
      await expect(publish(log, bad as never), JSON.stringify(bad)).rejects.toMatchObject({
        name: 'ChangesError',
      });
    }
    expect((await log.snapshot()).records).toEqual([]);
  });

  it('is not changed by what happens to the caller’s objects afterwards', async () => {
    const log = openMemoryLog();
    const lost = ['a'];
    await publish(log, { lost });
    lost[0] = 'b';
    expect((await log.snapshot()).records).toMatchObject([{ lost: ['a'] }]);
  });
});

const names = fc.subarray(['a', 'b', 'c', '__proto__']);
const roles = fc.dictionary(fc.constantFrom('Clerk', 'Boss', 'constructor'), names, {
  noNullPrototype: true,
});
const tables: fc.Arbitrary<RoleTables> = fc
  .dictionary(fc.constantFrom('orders', 'billing'), roles, { noNullPrototype: true })
  .map(
    (value) => new Map(Object.entries(value).map(([aud, table]) => [aud, new Map(Object.entries(table))])),
  );

describe('the difference of two role tables', () => {
  it('names at least what any user loses or gains, whatever roles they have', () => {
    fc.assert(
      fc.property(
        tables,
        tables,
        fc.subarray(['Clerk', 'Boss', 'constructor']),
        fc.constantFrom('orders', 'billing'),
        (before, after, held, aud) => {
          const effective = (table: RoleTables) =>
            new Set(held.flatMap((role) => [...(table.get(aud)?.get(role) ?? [])]));
          const [was, is] = [effective(before), effective(after)];
          const said = difference(before, after).filter((change) => change.aud === aud);
          expect(said.length).toBeLessThanOrEqual(1);
          for (const name of was) if (!is.has(name)) expect(said[0]?.lost).toContain(name);
          for (const name of is) if (!was.has(name)) expect(said[0]?.gained).toContain(name);
        },
      ),
      { numRuns: runs },
    );
  });

  it('is nothing for equal tables, and everything where the old one is unknown', () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(difference(table, table)).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(difference(undefined, new Map())).toEqual([{ of: 'users', lost: '*', gained: '*' }]);
  });
});

describe('what a log forgets', () => {
  it('is what is old, and what was said again later', () => {
    const record = (at: number, sub: string): ChangeRecord => ({ v: 1, at, sub, lost: ['a'] });
    const unreadable = { v: 2, hello: 'world' };
    const pruned = prune(
      [record(1, 'old'), record(10, 'a'), record(20, 'a'), record(15, 'a'), unreadable],
      5,
      0,
    );
    expect(pruned).toEqual({ records: [record(20, 'a'), unreadable], horizon: 1 });
    expect(prune([], 5, 7).horizon).toBe(7);
  });

  it('moves the horizon of a log in memory, and gives its readers a snapshot', async () => {
    const log = openMemoryLog({ retention: 60 });
    const old = Date.now() - 90_000;
    await log.append([{ v: 1, at: old, sub: 'old', lost: ['a'] }]);
    const { epoch } = await log.snapshot();
    await log.append(
      Array.from(
        { length: 1000 },
        (_, i): ChangeRecord => ({ v: 1, at: Date.now(), sub: `u${i}`, lost: ['a'] }),
      ),
    );
    const frame = await log.snapshot();
    expect(frame.horizon).toBe(old);
    expect(frame.records.length).toBe(1000);
    expect(frame.epoch).not.toBe(epoch);
  });
});
