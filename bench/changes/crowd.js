// 100,000 simulated users against what a verifier really decides: what a change, and a log that is down, make them do.
import { Judge, retryAfter } from '../../packages/verifier/dist/changes/judge.js';
import { pass } from '../../packages/verifier/dist/changes/policy.js';
import { ChangeTable } from '../../packages/verifier/dist/changes/table.js';
import { number, printTable } from '../size/print.js';

const USERS = 100_000;
/** Seconds between two requests of a user, on average; how many of them ask for the permission that changes. */
const EVERY = 60;
const SHARE = 0.2;
/** Seconds: of tokens, and of the time that is looked at. */
const LIFETIME = 3600;
const LONG = 1800;
const OUTAGE = 900;
const START = 1_800_000_000;
const GUARD = { now: 20_000, written: 1000 };
/** Requests for tokens a second that a tenant answers: Auth0's rate limit policy, Free and Enterprise. */
const PLANS = [
  ['Free', 30],
  ['Enterprise', 100],
];

export function crowd() {
  console.log(
    `\n${number(USERS)} users, a request each ${EVERY} s, ${SHARE * 100} % of them for a permission that a role loses; ${LONG / 60} minutes\n`,
  );
  printTable(
    [
      '',
      'records',
      'refreshes for it',
      'busiest second',
      ...PLANS.map(([plan]) => `within ${plan}`),
      'other 401s',
      'effect after',
    ],
    [ours(), ours({ usersWhoHold: 0.5 }), ...[300, 60].map(shortLifetime), lookUp()],
  );
  console.log(`\nA log that is down for ${OUTAGE / 60} minutes, and tokens of a day\n`);
  printTable(
    ['onStale', 'first 503', '503s', '401s', 'busiest second', 'oldest token that passed in the last minute'],
    ['allow', 'deny', 'refresh'].map(outage),
  );
  console.log(
    '\nA role that is edited every 8 s: calls that get a final answer, by one wait and one refresh\n',
  );
  printTable(
    ['', ''],
    [
      ['guard of 20 s (as-of is `iat`)', `${number(100 * edited(GUARD.now, 1000))} %`],
      [
        'guard of 1 s (`action.asOf`, and the Action reads every source itself)',
        `${number(100 * edited(GUARD.written, 125))} %`,
      ],
    ],
  );
}

/** One record for everyone; or, with a cut-off for each user who holds the role, one for each of them, of everything. */
function ours({ usersWhoHold } = {}) {
  const random = generator();
  const table = new ChangeTable({ audience: 'orders', names: new Set(['orders:read', 'orders:refund']) });
  const holds = (user) => usersWhoHold === undefined || user < USERS * usersWhoHold;
  if (usersWhoHold === undefined)
    table.apply([{ v: 1, at: START * 1000, of: 'users', lost: ['orders:refund'] }], 0);
  else {
    const all = Array.from({ length: USERS * usersWhoHold }, (_, user) => ({
      v: 1,
      at: START * 1000,
      sub: String(user),
      out: true,
    }));
    table.apply(all, 0);
  }
  const perSecond = new Map();
  let others = 0;
  let refreshes = 0;
  for (let user = 0; user < USERS; user += 1) {
    let issued = START - random() * LIFETIME;
    let judge = judgeOf(table, user, issued);
    for (let at = START + random() * EVERY; at < START + LONG; at += -Math.log(1 - random()) * EVERY) {
      const name = random() < SHARE ? 'orders:refund' : 'orders:read';
      const stale = judge.refusal() ?? judge.staleness(name, holds(user));
      if (stale === undefined) continue;
      if (name !== 'orders:refund') others += 1;
      issued = at + retryAfter(stale, at * 1000, { precision: 1000, tolerance: 0 });
      judge = judgeOf(table, user, issued);
      refreshes += 1;
      perSecond.set(Math.floor(issued), (perSecond.get(Math.floor(issued)) ?? 0) + 1);
    }
  }
  const busiest = Math.max(...perSecond.values());
  const name =
    usersWhoHold === undefined
      ? 'a change record for everyone'
      : `a cut-off for each of ${number(USERS * usersWhoHold)} users of the role`;
  return [
    name,
    number(usersWhoHold === undefined ? 1 : USERS * usersWhoHold),
    number(refreshes),
    number(busiest),
    ...PLANS.map(([, limit]) => within(busiest, limit)),
    number(others),
    'the next request',
  ];
}

/** Every token of every user is renewed all the time. */
function shortLifetime(lifetime) {
  const perSecond = USERS / lifetime;
  return [
    `tokens of ${lifetime} s`,
    '0',
    number(perSecond * LONG),
    number(perSecond),
    ...PLANS.map(([, limit]) => within(perSecond, limit)),
    '0',
    `up to ${lifetime} s`,
  ];
}

function lookUp() {
  return [
    'a look-up for each request',
    '1',
    '0',
    `0, and ${number(USERS / EVERY)} look-ups`,
    ...PLANS.map(() => 'yes'),
    '0',
    'the next request',
  ];
}

function within(perSecond, limit) {
  return perSecond <= limit ? 'yes' : `no: ${number(Math.ceil(perSecond / limit))} times`;
}

/** Each user asks until the log is back; who gets a 401 has a new token at once. */
function outage(policy) {
  const random = generator();
  const gate = { policy, maxAge: 600_000, tolerance: 0 };
  const perSecond = new Map();
  let [first, unavailable, refused, oldest] = [undefined, 0, 0, 0];
  for (let user = 0; user < USERS; user += 1) {
    let issued = -random() * 86_400;
    for (let at = random() * EVERY; at < OUTAGE; at += -Math.log(1 - random()) * EVERY) {
      const feed = { status: at > 30 ? 'stale' : 'live', lag: at * 1000 };
      const ask = () =>
        pass(gate, feed, { sub: `auth0|${user}`, asOf: (START + issued) * 1000 }, (START + at) * 1000);
      let answer = ask();
      if (answer === 'old') {
        refused += 1;
        issued = Math.floor(at);
        perSecond.set(issued, (perSecond.get(issued) ?? 0) + 1);
        answer = ask();
      }
      if (answer === 'unavailable') {
        unavailable += 1;
        first = Math.min(first ?? at, at);
      } else if (at > OUTAGE - 60) oldest = Math.max(oldest, at - issued);
    }
  }
  const busiest = Math.max(0, ...perSecond.values());
  return [
    policy,
    first === undefined ? 'none' : `after ${number(first, 1)} s`,
    number(unavailable),
    number(refused),
    `${number(busiest)} users, ${number((100 * busiest) / USERS, 2)} %`,
    oldest === 0 ? 'none passed' : `${number(oldest)} s`,
  ];
}

/** The share of calls whose token, renewed after Retry-After, is not stale again. */
function edited(guard, precision) {
  const random = generator();
  let [final, calls] = [0, 0];
  for (let call = 0; call < 2000; call += 1) {
    const at = 100 + random() * 400;
    const tableAt = (time) => {
      const table = new ChangeTable({ audience: 'orders', names: new Set(['orders:refund']) });
      for (let edit = 0; edit <= time; edit += 8)
        table.apply([{ v: 1, at: (START + edit) * 1000, of: 'users', lost: ['orders:refund'] }], 0);
      return table;
    };
    const stale = new Judge(tableAt(at), ownerOf(1, 0), guard).staleness('orders:refund', true);
    const issued = at + retryAfter(stale, (START + at) * 1000, { precision, tolerance: 5000 });
    calls += 1;
    const asOf = precision === 1000 ? Math.floor(START + issued) * 1000 : (START + issued) * 1000;
    const next = new Judge(tableAt(issued), { ...ownerOf(1, 0), asOf }, guard);
    if (next.staleness('orders:refund', true) === undefined) final += 1;
  }
  return final / calls;
}

function judgeOf(table, user, issued) {
  return new Judge(table, ownerOf(user, Math.floor(issued) * 1000), GUARD.now);
}

function ownerOf(user, asOf) {
  return { sub: String(user), org: undefined, machine: false, asOf };
}

/** The same users in every run: mulberry32. */
function generator() {
  let state = 17;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
