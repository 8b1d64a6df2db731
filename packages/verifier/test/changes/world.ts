/**
 * A world in which permissions change: an issuer with logins in flight, publishers whose clocks are off, a log that is lost,
 * feeds that are cut, verifiers that restart, clients that refresh once. Time is simulated, in ms; the table, the judgement
 * and the state of the feed are the real ones. What nobody in it may know, the truth, is what answers are held against.
 */

import type { StalePolicy } from '../../src/changes/policy.ts';
import type { ChangeRecord } from '../../src/changes/record.ts';
import type { WrittenAsOf } from '../../src/claim/as-of.ts';
import type { Design } from './design.ts';
import { random, writtenAt } from './properties.ts';

const ORDERS = ['a', 'b', 'c', 'd'] as const;
/** The audience `portal` takes two of them, under a prefix. */
const PORTAL = ['orders/a', 'orders/b'] as const;
const NAMES: Readonly<Record<string, readonly string[]>> = { orders: ORDERS, portal: PORTAL };
const LIFETIME = 150_000;
const TOLERANCE = 5000;
const MAX_STALENESS = 15_000;
const MAX_AGE = 30_000;
const END = 200_000;
/** Until here things change and break; afterwards everything has to become right. */
const QUIET = 110_000;

interface Token {
  readonly sub: string;
  readonly org: string | undefined;
  readonly aud: string;
  readonly held: ReadonlySet<string>;
  /** Seconds. */
  readonly iat: number;
  readonly written: WrittenAsOf | undefined;
  /** Simulated time. */
  readonly read: number;
}

interface Fact {
  readonly from: number;
  readonly held: ReadonlySet<string>;
  readonly blocked: boolean;
  /** The change that made it so. */
  readonly change: number;
}

interface Verifier {
  readonly aud: string;
  readonly clock: number;
  table: InstanceType<Design['ChangeTable']>;
  feed: InstanceType<Design['FeedState']>;
  judges: Map<Token, InstanceType<Design['Judge']>>;
  readonly cuts: readonly (readonly [number, number])[];
  /** When it last read everything that was in the log. */
  read: number;
}

type Answer =
  | { readonly status: 200 | 403 | 503 }
  | { readonly status: 401; readonly stale: boolean; readonly wait: number };

/** Plays one history. Throws where an answer is wrong. */
export function play(design: Design, seed: number): void {
  const { ChangeTable, FeedState, Judge, asOfToken, pass, retryAfter } = design;
  const next = random(seed);
  const chance = (share: number) => next() < share;
  const between = (from: number, to: number) => from + next() * (to - from);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  const start = 1_790_000_000_000 + Math.floor(next() * 1000);

  // What is the same in the whole of a history.
  const isSlow = chance(0.3);
  /** The share of tokens whose claim has an as-of: while the Action is deployed it is some of them. */
  const dated = pick([0, 0.5, 1, 1]);
  const isReadByAction = !isSlow && chance(0.7);
  const guard = dated === 1 && isReadByAction ? 1000 : 20_000;
  const skew = chance(0.5) ? 5000 : 50;
  const policy: StalePolicy = pick(['deny', 'deny', 'refresh', 'allow']);
  const gate = { policy, maxAge: MAX_AGE, tolerance: TOLERANCE };
  const isLost = chance(0.1);
  /** With room for two users a horizon moves at each verifier by itself: what one answers says nothing of another. */
  const limit = chance(0.1) ? 2 : 1000;
  const retention = chance(0.15) ? 25_000 : LIFETIME + TOLERANCE + guard + 6000;

  // Events in time.
  const queue: { at: number; run: (now: number) => void }[] = [];
  const later = (at: number, run: (now: number) => void) => {
    let place = queue.length;
    while (place > 0 && (queue[place - 1] as { at: number }).at > at) place -= 1;
    queue.splice(place, 0, { at, run });
  };

  // The truth.
  const roles = new Map<string, Set<string>>(
    ['r1', 'r2', 'r3'].map((role) => [role, new Set(ORDERS.filter(() => chance(0.5)))]),
  );
  const users = ['u1', 'u2', 'u3', 'm1@clients'].map((sub) => ({
    sub,
    roles: new Map<string | undefined, Set<string>>(
      [undefined, 'o'].map((org) => [org, new Set([...roles.keys()].filter(() => chance(0.4)))]),
    ),
    grants: new Set<string>(ORDERS.filter(() => chance(0.5))),
    blocked: false,
  }));
  type User = (typeof users)[number];
  const isMachine = ({ sub }: { sub: string }) => sub.endsWith('@clients');
  const holds = (user: User, org: string | undefined): Set<string> =>
    isMachine(user)
      ? new Set(user.grants)
      : new Set([...(user.roles.get(org) ?? [])].flatMap((role) => [...(roles.get(role) ?? [])]));
  const inAudience = (names: Iterable<string>, aud: string) =>
    [...names]
      .map((name) => (aud === 'orders' ? name : `orders/${name}`))
      .filter((name) => NAMES[aud]?.includes(name));
  const facts = new Map<string, Fact[]>();
  const factsOf = (sub: string, org: string | undefined) => {
    const key = `${sub} ${org}`;
    const list = facts.get(key) ?? [];
    facts.set(key, list);
    return list;
  };
  const note = (now: number, change: number) => {
    for (const user of users)
      for (const org of [undefined, 'o'])
        factsOf(user.sub, org).push({ from: now, held: holds(user, org), blocked: user.blocked, change });
  };
  note(Number.NEGATIVE_INFINITY, -1);
  /** The change that took a name from a user, or blocked them, for good. */
  const lostBy = (
    sub: string,
    org: string | undefined,
    isSo: (fact: Fact) => boolean,
    now: number,
  ): Fact | undefined => {
    let cause: Fact | undefined;
    let was = false;
    for (const fact of factsOf(sub, org)) {
      if (fact.from > now) break;
      if (was && !isSo(fact)) cause = fact;
      was = isSo(fact);
      if (was) cause = undefined;
    }
    return cause;
  };

  // The log.
  const log = {
    epoch: 0,
    entries: [] as { place: number; record: ChangeRecord }[],
    place: 0,
    horizon: 0,
    changed: 0,
  };
  const durable = new Map<number, number>();
  const append = (now: number, records: readonly ChangeRecord[], change: number) => {
    for (const record of records) {
      for (let times = chance(0.1) ? 2 : 1; times > 0; times -= 1) {
        log.place += 1;
        log.entries.push({ place: log.place, record });
      }
    }
    log.changed = now;
    durable.set(change, now);
  };
  const forget = (now: number) => {
    const oldest = start + now - retention;
    const kept = log.entries.filter(({ record }) => record.at >= oldest);
    for (const { record } of log.entries)
      if (record.at < oldest) log.horizon = Math.max(log.horizon, record.at);
    log.entries = kept;
  };

  // Changes, and who publishes them.
  const publisherClock = between(-skew, skew);
  let changes = 0;
  const publish = (now: number, change: number, said: Omit<ChangeRecord, 'v' | 'at' | 'aud'>) => {
    const byEvent = chance(0.3);
    const ours = start + now + between(1, 60) + publisherClock + 5000;
    const issuers = Math.floor((start + now) / 1000) * 1000 + 1000;
    const at = byEvent ? start + now + between(0, 30) : chance(0.5) ? ours : issuers;
    const records = said.out
      ? [{ v: 1 as const, at, ...said }]
      : Object.keys(NAMES).map((aud): ChangeRecord => {
          const spell = (names: readonly string[] | '*' | undefined) =>
            names === '*' ? names : inAudience(names ?? [], aud);
          return { v: 1, at, aud, ...said, lost: spell(said.lost), gained: spell(said.gained) };
        });
    const delay = byEvent ? between(500, 20_000) : between(5, 200);
    later(now + delay, (then) => append(then, records, change));
    if (chance(0.1)) later(now + delay + between(0, 3000), (then) => append(then, records, change));
  };
  const widen = (names: readonly string[]): readonly string[] | '*' => (chance(0.1) ? '*' : names);
  const change = (now: number) => {
    const number = changes;
    changes += 1;
    const user = pick(users);
    const org = pick([undefined, 'o']);
    const kind = next();
    let said: Omit<ChangeRecord, 'v' | 'at' | 'aud'> | undefined;
    if (isMachine(user) || kind < 0.5) {
      const set = isMachine(user) ? user.grants : (user.roles.get(org) as Set<string>);
      const changed: string = isMachine(user) ? pick(ORDERS) : pick(['r1', 'r2', 'r3']);
      const names = isMachine(user) ? [changed] : [...(roles.get(changed) ?? [])];
      const had = set.delete(changed);
      if (!had) set.add(changed);
      said = {
        sub: user.sub,
        ...(org !== undefined && !isMachine(user) && { org }),
        ...(had ? { lost: widen(names) } : { gained: widen(names) }),
      };
    } else if (kind < 0.75) {
      const role = roles.get(pick(['r1', 'r2', 'r3'])) as Set<string>;
      const name = pick(ORDERS);
      const had = role.delete(name);
      if (!had) role.add(name);
      said = { of: 'users', ...(had ? { lost: widen([name]) } : { gained: widen([name]) }) };
    } else {
      user.blocked = !user.blocked;
      said = user.blocked ? { sub: user.sub, out: true } : undefined;
    }
    note(now, number);
    if (said !== undefined) publish(now, number, said);
  };

  // The issuer: what is read at one time is issued at another.
  const login = (
    now: number,
    user: User,
    org: string | undefined,
    aud: string,
    done: (now: number, token: Token | undefined) => void,
  ) => {
    const loaded = now + between(20, 100);
    const acted = loaded + (isSlow ? between(0, 12_000) : between(10, 300));
    const hasAsOf = chance(dated);
    const issued =
      acted +
      (hasAsOf && chance(0.1) ? between(5000, 40_000) : chance(0.2) ? between(500, 3500) : between(20, 400));
    later(loaded, (read) => {
      if (user.blocked) return later(read + 10, (then) => done(then, undefined));
      const held = new Set(inAudience(holds(user, org), aud));
      // Within the guard before the token, or before what is written into it.
      const written = hasAsOf ? writtenAt(start + acted, isReadByAction) : undefined;
      later(issued, (then) =>
        done(then, { sub: user.sub, org, aud, held, iat: Math.floor((start + then) / 1000), written, read }),
      );
    });
  };

  // The verifiers.
  const reset = (verifier: Verifier) => {
    verifier.table = new ChangeTable({
      audience: verifier.aud,
      names: new Set(NAMES[verifier.aud]),
      limit,
    });
    verifier.feed = new FeedState(verifier.table, MAX_STALENESS);
    verifier.judges = new Map();
    verifier.read = Number.NEGATIVE_INFINITY;
  };
  const verifiers = ['orders', 'portal', 'orders'].map((aud): Verifier => {
    const cuts = Array.from({ length: pick([0, 0, 1, 2]) }, () => {
      const from = between(0, QUIET);
      return [from, Math.min(QUIET + 10_000, from + pick([1000, 8000, 40_000]))] as const;
    });
    const verifier = { aud, clock: between(-skew, skew), cuts } as unknown as Verifier;
    reset(verifier);
    return verifier;
  });
  const isCut = ({ cuts }: Verifier, now: number) => cuts.some(([from, to]) => now >= from && now < to);
  const poll = (verifier: Verifier, now: number) => {
    if (isCut(verifier, now)) return;
    forget(now);
    const { feed } = verifier;
    const epoch = String(log.epoch);
    const isKnown = feed.position?.epoch === epoch && !chance(0.02);
    const from = isKnown ? Number(feed.position?.to) : 0;
    let records = log.entries.filter(({ place }) => place > from).map(({ record }) => record);
    if (chance(0.3)) records = records.reverse();
    feed.receive(
      {
        epoch,
        from: isKnown ? String(from) : '',
        to: String(log.place),
        horizon: log.horizon,
        now: Math.floor(start + now + 1),
        records,
      },
      now,
      start + now + verifier.clock,
    );
    verifier.read = now;
  };
  const ask = (verifier: Verifier, token: Token, name: string, now: number): Answer => {
    const wall = start + now + verifier.clock;
    if (!(wall < token.iat * 1000 + LIFETIME + TOLERANCE)) return { status: 401, stale: false, wait: 0 };
    const { at: asOf, guard: own, precision } = asOfToken(token.iat, token.written);
    const scope = { sub: token.sub, org: token.org, machine: isMachine(token), asOf };
    const feed = { status: verifier.feed.status(now), lag: verifier.feed.lag(now) };
    const passed = pass(gate, feed, scope, wall);
    if (passed === 'unavailable') return { status: 503 };
    if (passed === 'old') return { status: 401, stale: true, wait: 0 };
    const cached = verifier.judges.get(token) ?? new Judge(verifier.table, scope, own);
    if (chance(0.7)) verifier.judges.set(token, cached);
    const held = token.held.has(name);
    const stale = cached.staleness(name, held);
    const fresh = new Judge(verifier.table, scope, own).staleness(name, held);
    if (JSON.stringify(stale) !== JSON.stringify(fresh)) throw new Error('the cache answers something else');
    if (stale === undefined) return { status: held ? 200 : 403 };
    return {
      status: 401,
      stale: true,
      wait: retryAfter(stale, wall, { precision, tolerance: TOLERANCE }) * 1000,
    };
  };

  /** What nobody may be told: a yes, or to pass at all, once the change is known to the verifier or should be. */
  const check = (verifier: Verifier, token: Token, name: string, now: number, { status }: Answer) => {
    if (status === 401 || status === 503) return;
    const isDue = (fact: Fact | undefined) => {
      const known = fact === undefined ? undefined : durable.get(fact.change);
      if (known === undefined) return false;
      if (verifier.read >= known) return true;
      if (policy === 'deny') return now > known + MAX_STALENESS;
      return policy === 'refresh' && now > known + MAX_STALENESS + MAX_AGE + guard + 2 * TOLERANCE + 12_000;
    };
    const original = inAudience(ORDERS, token.aud);
    if (!original.includes(name)) throw new Error('a name that nobody has');
    const plain = name.replace('orders/', '');
    if (status === 200 && isDue(lostBy(token.sub, token.org, ({ held }) => held.has(plain), now))) {
      throw new Error(`${token.sub} is told yes for ${name} at ${now}, token read at ${token.read}`);
    }
    const unblocked = ({ blocked }: Fact) => !blocked;
    if (isDue(lostBy(token.sub, token.org, unblocked, now)))
      throw new Error(`${token.sub} is blocked and passes at ${now}`);
  };

  // The clients.
  const slots = users.flatMap((user) =>
    (isMachine(user) ? [undefined] : [undefined, 'o']).flatMap((org) =>
      Object.keys(NAMES).map((aud) => ({ user, org, aud, token: undefined as Token | undefined })),
    ),
  );
  type Slot = (typeof slots)[number];
  /** Whether anything happened between two times that may make the second token stale, too. */
  const isDisturbed = (from: number, to: number) =>
    log.changed > from - 1000 ||
    verifiers.some(({ cuts }) => cuts.some(([a, b]) => b > from - 2000 && a < to + 1000)) ||
    (isLost && from < QUIET + 30_000);
  const call = (
    slot: Slot,
    now: number,
    name: string,
    done?: (now: number, answer: Answer | undefined) => void,
    refreshed?: { at: number; wait: number; wasStale: boolean },
  ): void => {
    const { token } = slot;
    const refresh = (at: number, wait: number, wasStale: boolean) =>
      later(at + wait, (then) =>
        login(then, slot.user, slot.org, slot.aud, (issued, fresh) => {
          slot.token = fresh;
          if (fresh === undefined) done?.(issued, undefined);
          else call(slot, issued + 1, name, done, { at, wait, wasStale });
        }),
      );
    if (token === undefined || start + now > token.iat * 1000 + LIFETIME - 7000) {
      if (refreshed === undefined) refresh(now, 0, false);
      else done?.(now, undefined);
      return;
    }
    const verifier = pick(verifiers.filter(({ aud }) => aud === slot.aud));
    const answer = ask(verifier, token, name, now);
    check(verifier, token, name, now, answer);
    if (answer.status === 401 && answer.stale) {
      if (!refreshed?.wasStale) {
        refresh(now, Math.min(answer.wait, 60_000), true);
        return;
      }
      // One wait and one refresh lead to a final answer, unless something happened since.
      const isFinal =
        refreshed.wait < 60_000 &&
        !isDisturbed(refreshed.at, now) &&
        policy !== 'refresh' &&
        // While the Action that writes it is deployed, the next token may be of the other kind.
        dated !== 0.5 &&
        retention > 30_000 &&
        limit > 2;
      if (isFinal)
        throw new Error(`${slot.user.sub} is stale again at ${now} after waiting ${refreshed.wait} ms`);
    }
    done?.(now, answer);
  };
  const anyName = ({ aud }: Slot): string => pick(NAMES[aud] as readonly string[]);

  // The history.
  for (const slot of slots)
    if (chance(0.5))
      later(between(0, 2000), (now) =>
        login(now, slot.user, slot.org, slot.aud, (_, token) => (slot.token = token)),
      );
  for (let i = 0; i < 3 + Math.floor(next() * 8); i += 1) later(between(3000, QUIET - 10_000), change);
  for (const verifier of verifiers) {
    for (let at = between(0, 1000); at < END; at += 1000) later(at, (now) => poll(verifier, now));
    if (chance(0.3)) later(between(20_000, QUIET), () => reset(verifier));
  }
  if (chance(0.2)) later(between(10_000, QUIET), () => (log.epoch += 1));
  if (isLost) {
    later(between(20_000, QUIET - 20_000), (now) => {
      log.epoch += 1;
      log.entries = [];
      log.horizon = start + now + publisherClock + 5000;
    });
  }
  for (let i = 0; i < 60; i += 1)
    later(between(2500, QUIET + 20_000), (now) => {
      const slot = pick(slots);
      call(slot, now, anyName(slot));
    });
  // In the end everybody has a final answer, and it is the truth.
  for (const slot of slots) {
    const name = anyName(slot);
    later(between(END - 45_000, END - 40_000), (now) =>
      call(slot, now, name, (then, answer) => {
        if (slot.user.blocked || answer === undefined) return;
        const truth = new Set(inAudience(holds(slot.user, slot.org), slot.aud)).has(name);
        if (answer.status === 200 && !truth && policy !== 'allow')
          throw new Error(`yes for ${name} long after, at ${then}`);
        if (answer.status === 403 && truth) throw new Error(`no for ${name} long after, at ${then}`);
        if (answer.status === 503) throw new Error(`unavailable long after, at ${then}`);
      }),
    );
  }
  for (let event = queue.shift(); event !== undefined && event.at <= END; event = queue.shift())
    event.run(event.at);
}
