/** What must always hold of table, judgement and feed, as fast-check properties of a design. */
import fc from 'fast-check';
import type { ChangeRecord } from '../../src/changes/record.ts';
import type { WrittenAsOf } from '../../src/claim/as-of.ts';
import type { Design } from './design.ts';
import { answer } from './oracle.ts';

export const NAMES = [
  'orders:read',
  'orders:refund',
  'billing/invoices:read',
  '__proto__',
  'constructor',
] as const;
const LAYOUT: ReadonlySet<string> = new Set(NAMES.slice(0, 4));
const SUBJECTS = ['auth0|1', 'auth0|2', 'm1@clients', '__proto__'];
const ORGANIZATIONS = [undefined, 'org_1', 'org_2'];
const T = 1_790_000_000_000;

const optional = <T>(values: readonly T[]) => fc.constantFrom(undefined, ...values);
const list = fc.oneof(
  { weight: 8, arbitrary: fc.subarray([...NAMES, 'unknown']) },
  { weight: 1, arbitrary: fc.constant('*' as const) },
);
/** Few times, so that records and tokens meet on the boundary. */
const time = fc.integer({ min: 0, max: 12 }).map((step) => T + step * 1000);

export const records: fc.Arbitrary<ChangeRecord> = fc
  .record({
    at: time,
    sub: optional(SUBJECTS),
    org: optional(['org_1', 'org_2']),
    aud: optional(['orders', 'billing']),
    of: optional(['users' as const]),
    lost: list,
    gained: list,
    kind: fc.constantFrom('lost', 'lost', 'gained', 'both', 'out'),
  })
  .map(({ kind, lost, gained, ...rest }) => {
    const scopes = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const said =
      kind === 'out'
        ? { out: true }
        : kind === 'lost'
          ? { lost }
          : kind === 'gained'
            ? { gained }
            : { lost, gained };
    return { v: 1, ...scopes, ...said } as unknown as ChangeRecord;
  });

const tokens = fc.record({
  sub: fc.constantFrom(...SUBJECTS),
  org: fc.constantFrom(...ORGANIZATIONS),
  asOf: fc.integer({ min: 0, max: 40 }).map((step) => T + step * 500),
});

const histories = fc.record({
  records: fc.array(records, { maxLength: 30 }),
  seed: fc.integer(),
  token: tokens,
  guard: fc.constantFrom(1000, 3000),
});

/** Numbers from 0 to 1, told by a seed. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Batches of the records in any order, some of them twice. */
function scramble<T>(values: readonly T[], next: () => number): T[][] {
  const all = values.concat(values.filter(() => next() < 0.2));
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = Math.floor(next() * (i + 1));
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  const batches: T[][] = [];
  for (const value of all) {
    if (batches.length === 0 || next() < 0.4) batches.push([]);
    batches.at(-1)?.push(value);
  }
  return batches;
}

function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a}, and not ${b}`);
}

/** F1, F2, F3 and F10: in any order and batches, the answers of all records. */
export function joins({ ChangeTable, Judge }: Design): fc.IRawProperty<unknown> {
  return fc.property(histories, ({ records: all, seed, token: { sub, org, asOf }, guard }) => {
    const next = random(seed);
    const token = { sub, org, asOf, machine: sub.endsWith('@clients') };
    const make = () => new ChangeTable({ audience: 'orders', names: LAYOUT });
    const table = make();
    // This one is asked in between, as the access of a cached token is.
    const cached = new Judge(table, token, guard);
    for (const batch of scramble(all, next)) {
      if (next() < 0.5) cached.staleness(NAMES[0], true);
      table.apply(batch, T);
    }
    for (const judge of [cached, new Judge(table, token, guard)]) {
      for (const name of LAYOUT) {
        for (const held of [true, false]) {
          const said = answer(all, { ...token, aud: 'orders' }, name, held, guard);
          expectSame(judge.refusal() !== undefined, said.out, `the token is refused`);
          expectSame(
            judge.staleness(name, held) !== undefined,
            said.out || said.isVoid,
            `${name}, ${held}, is stale`,
          );
        }
      }
    }
  });
}

/** F4 and F6: a record, a lower or a higher horizon, forgetting: nothing turns an answer into a better one. */
export function onlyGrowsStale({ ChangeTable, Judge }: Design): fc.IRawProperty<unknown> {
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: records.map((record) => ({ record })) },
      { weight: 1, arbitrary: time.map((horizon) => ({ horizon })) },
    ),
    { maxLength: 30 },
  );
  return fc.property(steps, tokens, fc.constantFrom(2, 100), (history, { sub, org, asOf }, limit) => {
    const guard = 3000;
    const token = { sub, org, asOf, machine: sub.endsWith('@clients') };
    const table = new ChangeTable({ audience: 'orders', names: LAYOUT, limit });
    const judge = new Judge(table, token, guard);
    const seen: ChangeRecord[] = [];
    let horizon = 0;
    for (const step of history) {
      if ('record' in step) {
        seen.push(step.record);
        table.apply([step.record], T);
      } else {
        horizon = Math.max(horizon, step.horizon);
        table.raiseHorizon(step.horizon);
      }
      if (table.counts.kept > limit * 2 + 2) throw new Error(`${table.counts.kept} records are kept`);
      for (const name of LAYOUT) {
        for (const held of [true, false]) {
          const said = answer(seen, { ...token, aud: 'orders' }, name, held, guard, horizon);
          const stale = judge.staleness(name, held) !== undefined;
          if (said.out && judge.refusal() === undefined) throw new Error('a refused token passes');
          if ((said.out || said.isVoid) && !stale) throw new Error(`${name}, ${held}, is answered`);
          // With room for all, also never more than was said.
          if (limit === 100) expectSame(stale, said.out || said.isVoid, `${name}, ${held}, is stale`);
        }
      }
    }
  });
}

/** What an Action writes of a time: the last odd or even unit of 1/16 s. */
export function writtenAt(at: number, isReadByAction: boolean): WrittenAsOf {
  const unit = Math.floor(at / 62.5);
  return { at: (unit - (unit % 2 === (isReadByAction ? 1 : 0) ? 0 : 1)) * 62.5, isReadByAction };
}

/** F5: after the Retry-After of an answer, a token read then has the final answer. */
export function retriesOnce({ ChangeTable, Judge, asOfToken, retryAfter }: Design): fc.IRawProperty<unknown> {
  return fc.property(
    histories,
    fc.record({
      written: fc.constantFrom(undefined, 'action', 'event'),
      fraction: fc.integer({ min: 0, max: 999 }),
      late: fc.integer({ min: 0, max: 2000 }),
      skew: fc.integer({ min: -5000, max: 5000 }),
      horizon: fc.option(time),
    }),
    ({ records: all, token: { sub, org, asOf } }, { written, fraction, late, skew, horizon }) => {
      const scope = { sub, org, machine: sub.endsWith('@clients') };
      const table = new ChangeTable({ audience: 'orders', names: LAYOUT });
      table.apply(all, T);
      if (horizon !== null) table.raiseHorizon(horizon);
      const tokenOf = (at: number) =>
        asOfToken(at / 1000, written === undefined ? undefined : writtenAt(at, written === 'action'));
      const { at: first, guard, precision } = tokenOf(asOf);
      const judge = new Judge(table, { ...scope, asOf: first }, guard);
      // The issuer's clock; ours is off by the tolerance at most.
      const asked = asOf + 1000 + fraction;
      for (const name of LAYOUT) {
        for (const held of [true, false]) {
          const stale = judge.staleness(name, held);
          if (stale === undefined) continue;
          const wait = retryAfter(stale, asked + skew, { precision, tolerance: 5000 });
          if (!Number.isSafeInteger(wait) || wait < 0) throw new Error(`Retry-After: ${wait}`);
          const read = asked + wait * 1000 + late;
          const fresh = tokenOf(read);
          const refreshed = new Judge(table, { ...scope, asOf: fresh.at }, fresh.guard);
          for (const now of [true, false]) {
            if (refreshed.staleness(name, now) !== undefined)
              throw new Error(`${name} is stale again after ${wait} s`);
          }
        }
      }
    },
  );
}

type Step =
  | { readonly do: 'append'; readonly record: ChangeRecord }
  | { readonly do: 'read' | 'cut' | 'repeat' | 'lose' | 'epoch' | 'beat'; readonly part: number };

/** F8 and F9: with cuts, repeats, lost frames and new epochs, what was read is all, or the feed is not live. */
export function follows({ ChangeTable, FeedState, Judge }: Design): fc.IRawProperty<unknown> {
  const steps: fc.Arbitrary<Step[]> = fc.array(
    fc.oneof(
      records.map((record): Step => ({ do: 'append', record })),
      fc.record({
        do: fc.constantFrom(
          'read' as const,
          'read' as const,
          'cut' as const,
          'repeat' as const,
          'lose' as const,
          'epoch' as const,
          'beat' as const,
        ),
        part: fc.nat(3),
      }),
    ),
    { maxLength: 40 },
  );
  return fc.property(
    steps,
    tokens,
    fc.integer({ min: -100, max: 100 }),
    (history, { sub, org, asOf }, wallStep) => {
      const maxStaleness = 30_000;
      const token = { sub, org, asOf, machine: sub.endsWith('@clients') };
      const table = new ChangeTable({ audience: 'orders', names: LAYOUT });
      const state = new FeedState(table, maxStaleness);
      const log: ChangeRecord[] = [];
      /** How much of the log was appended at which time. */
      const appended: { at: number; length: number }[] = [];
      let epoch = 0;
      let monotonic = 0;
      /** What a connection has sent last, which need not have arrived. */
      let sent: { epoch: string; to: string } | undefined;
      let last: object | undefined;
      const frames: object[] = [];
      const now = () => T + monotonic;
      const frame = (from: string, part: ChangeRecord[], to: string) => ({
        epoch: `e${epoch}`,
        from,
        to,
        horizon: 0,
        now: to === '' ? 0 : now(),
        records: part,
      });
      const receive = (value: object) => {
        last = value;
        // Our wall clock may step back or forth; nothing may depend on it.
        const received = state.receive(value, monotonic, T + monotonic + wallStep * 1000);
        if (received !== 'read') sent = undefined;
      };
      const send = () => {
        const position = sent ?? state.position;
        frames.length = 0;
        if (position === undefined || position.epoch !== `e${epoch}`) {
          const half = Math.floor(log.length / 2);
          frames.push(frame('', log.slice(0, half), ''), frame('', log.slice(half), String(log.length)));
        } else frames.push(frame(position.to, log.slice(Number(position.to)), String(log.length)));
        sent = { epoch: `e${epoch}`, to: String(log.length) };
      };
      for (const step of history) {
        monotonic += 1 + (step.do === 'append' ? 0 : step.part * 11_000);
        if (step.do === 'append') {
          log.push(step.record);
          appended.push({ at: monotonic, length: log.length });
        } else if (step.do === 'epoch') epoch += 1;
        else if (step.do === 'cut') sent = undefined;
        else if (step.do === 'repeat') {
          if (last !== undefined) receive(last);
        } else if (step.do !== 'beat') {
          send();
          // Of a snapshot in two parts the second may be lost, and any frame on its way.
          const arriving =
            step.do === 'lose' ? frames.slice(0, Math.min(step.part % 2, frames.length - 1)) : frames;
          for (const value of [...arriving]) receive(value);
        }
        if (state.status(monotonic) !== 'live') continue;
        const due = log.slice(
          0,
          appended.filter(({ at }) => at <= monotonic - maxStaleness).at(-1)?.length ?? 0,
        );
        const judge = new Judge(table, token, 1000);
        for (const name of LAYOUT) {
          const said = answer(due, { ...token, aud: 'orders' }, name, true, 1000);
          if (said.out && judge.refusal() === undefined) throw new Error('live, and a refused token passes');
          if (said.isVoid && judge.staleness(name, true) === undefined)
            throw new Error(`live, and ${name} is a false yes`);
        }
      }
    },
  );
}

/** F12 for readers: a record with any part replaced says as much as before, or more. */
export function widens({ ChangeTable, Judge }: Design): fc.IRawProperty<unknown> {
  const spoiled = fc.record({
    record: records,
    field: fc.constantFrom('v', 'lost', 'gained', 'sub', 'org', 'aud', 'of', 'later'),
    value: fc.constantFrom(7, null, { a: 1 }, ['x', 3], 2),
  });
  return fc.property(spoiled, tokens, ({ record, field, value }, { sub, org, asOf }) => {
    // A field that was not there may only add.
    if (!(field in record) && !['v', 'later'].includes(field)) return;
    const token = { sub, org, asOf, machine: sub.endsWith('@clients') };
    const table = new ChangeTable({ audience: 'orders', names: LAYOUT });
    table.apply([{ ...record, [field]: value }], T);
    const judge = new Judge(table, token, 1000);
    for (const name of LAYOUT) {
      for (const held of [true, false]) {
        const said = answer([record], { ...token, aud: 'orders' }, name, held, 1000);
        if (said.out && judge.refusal() === undefined) throw new Error('a refused token passes');
        if (said.isVoid && judge.staleness(name, held) === undefined) throw new Error(`${name} is answered`);
      }
    }
  });
}

/** F11: to verifiers of any two generations or lineages, which have different names, a record says the same of those that both have. */
export function meansTheSame({ ChangeTable, Judge }: Design): fc.IRawProperty<unknown> {
  const layouts = fc.tuple(fc.subarray([...NAMES, 'unknown']), fc.subarray([...NAMES, 'unknown']));
  return fc.property(histories, layouts, ({ records: all, token: { sub, org, asOf }, guard }, names) => {
    const token = { sub, org, asOf, machine: sub.endsWith('@clients') };
    const [one, other] = names.map((layout) => {
      const table = new ChangeTable({ audience: 'orders', names: new Set(layout) });
      table.apply(all, T);
      return new Judge(table, token, guard);
    }) as [InstanceType<Design['Judge']>, InstanceType<Design['Judge']>];
    expectSame(one.refusal() !== undefined, other.refusal() !== undefined, 'the token is refused');
    for (const name of names[0]) {
      if (!names[1].includes(name)) continue;
      for (const held of [true, false])
        expectSame(
          one.staleness(name, held) !== undefined,
          other.staleness(name, held) !== undefined,
          `${name}, ${held}, is stale`,
        );
    }
  });
}

export const PROPERTIES = { meansTheSame, joins, onlyGrowsStale, retriesOnce, follows, widens } as const;
