import type { ChangeRecord } from '@claimgen/verifier/changes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Judge } from '../../../verifier/src/changes/judge.ts';
import { ChangeTable } from '../../../verifier/src/changes/table.ts';
import type { Change } from '../../src/publish.ts';
import { changesOfEvent } from '../../src/receivers/cloud-event.ts';
import { changesOfLog } from '../../src/receivers/log-entry.ts';
import { NameIndex } from '../../src/receivers/tenant-names.ts';
import { held, logEntry, makeCall, makeTenant, NAMES, namesOf, ORG, USERS } from './tenant.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 1500);
const NOW = 1_790_000_000_000;
const DATE = new Date(NOW).toISOString();

const SOURCES = [
  { roles: true, managementApi: false, event: [] },
  { roles: false, managementApi: true, event: [] },
  { roles: false, managementApi: false, event: ['user.app_metadata.permissions'] },
  { roles: true, managementApi: false, event: ['user.app_metadata.permissions'] },
  { roles: true, managementApi: true, event: ['user.app_metadata.permissions'] },
  { roles: false, managementApi: false, event: ['organization.metadata.names'] },
  { roles: false, managementApi: false, event: ['client.metadata.names', 'user.app_metadata.permissions'] },
];

function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const LOGINS = USERS.flatMap((sub) =>
  [undefined, ORG].flatMap((org) => ['orders', 'portal'].map((aud) => ({ sub, org, aud }))),
);

/** What of a log entry gets lost or is replaced on its way. */
function spoil(entry: unknown, next: () => number): unknown {
  const places: [owner: Record<string, unknown>, name: string][] = [];
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const name of Object.keys(value)) {
      places.push([value as Record<string, unknown>, name]);
      visit((value as Record<string, unknown>)[name]);
    }
  };
  visit(entry);
  const [owner, name] = places[Math.floor(next() * places.length)] as [Record<string, unknown>, string];
  if (next() < 0.5) delete owner[name];
  else owner[name] = [null, true, '', {}, [], [true]][Math.floor(next() * 6)];
  return entry;
}

function check(
  before: Map<object, Set<string> | undefined>,
  tenant: ReturnType<typeof makeTenant>,
  changes: readonly Change[],
): void {
  for (const login of LOGINS) {
    const { sub, org, aud } = login;
    const was = before.get(login);
    // Nobody has a token of a login that wasn't possible.
    if (was === undefined) continue;
    const is = held(tenant, sub, org, aud);
    const names = new Set(
      NAMES.flatMap(({ as }) => as.filter((name) => name.aud === aud).map(({ name }) => name)),
    );
    const table = new ChangeTable({ audience: aud, names });
    table.apply(
      changes.map((change): ChangeRecord => ({ v: 1, at: NOW, ...change }) as ChangeRecord),
      NOW,
    );
    const judge = new Judge(table, { sub, org, machine: false, asOf: NOW - 3_600_000 }, 20_000);
    if (is === undefined) {
      if (judge.refusal() === undefined) throw new Error(`${sub} in ${org} still passes`);
      continue;
    }
    for (const name of names) {
      if (was.has(name) !== is.has(name) && judge.staleness(name, was.has(name)) === undefined) {
        throw new Error(`${sub} in ${org} is answered by an old token for ${name}`);
      }
    }
  }
}

const cases = fc.record({ seed: fc.integer(), sources: fc.constantFrom(...SOURCES), isSpoilt: fc.boolean() });

describe('what a receiver makes of calls of the Management API', () => {
  it('F16: names at least what changed, for every user, organization and audience, also where a part of it is missing', () => {
    fc.assert(
      fc.property(cases, ({ seed, sources, isSpoilt }) => {
        const next = random(seed);
        const tenant = makeTenant(sources, next);
        const index = new NameIndex(namesOf(tenant));
        // What the tenant is told of roles, unlike the receiver, goes on: the catalog is of an earlier day.
        const earlier = next() < 0.5 ? 1 + Math.floor(next() * 3) : 0;
        for (let i = 0; i < (sources.roles ? 0 : earlier); i += 1) makeCall(tenant, next);
        const before = new Map<object, Set<string> | undefined>(
          LOGINS.map((login) => [login, held(tenant, login.sub, login.org, login.aud)]),
        );
        const call = makeCall(tenant, next);
        const entry = JSON.parse(JSON.stringify(logEntry(call, DATE)));
        const seen = isSpoilt ? JSON.parse(JSON.stringify(spoil(entry, next))) : entry;
        // A path, method, type or status of somebody else's is another call; that is not what widening is about.
        const same = (value: unknown) =>
          JSON.stringify([
            (value as { data?: { details?: { request?: { path?: unknown; method?: unknown } } } }).data
              ?.details?.request?.path,
          ]);
        const request = (seen as { data?: { type?: unknown; details?: { request?: { method?: unknown } } } })
          .data;
        if (typeof request?.type === 'string' && request.type !== 'sapi') return;
        if (
          isSpoilt &&
          same(seen) !== same(logEntry(call, DATE)) &&
          typeof JSON.parse(same(seen))[0] === 'string' &&
          JSON.parse(same(seen))[0] !== ''
        )
          return;
        const method = request?.details?.request?.method;
        if (typeof method === 'string' && method !== '' && method !== call.method) return;
        const changes = changesOfLog(seen, index, NOW);
        try {
          check(before, tenant, changes);
        } catch (error) {
          throw new Error(`${error}: ${JSON.stringify(seen)} gave ${JSON.stringify(changes)}`);
        }
      }),
      { numRuns: runs },
    );
  });

  it('is exact where everything is known', () => {
    const tenant = makeTenant(SOURCES[0] as (typeof SOURCES)[number], random(1));
    tenant.roles.set('rol_clerk', { name: 'Role rol_clerk', permissions: new Set([1]) });
    const index = new NameIndex(namesOf(tenant));
    const of = (method: string, path: string, body?: unknown) =>
      changesOfLog(logEntry({ method, path, body }, DATE), index, NOW).map(
        ({ at: _, by: __, ...change }) => change,
      );
    expect(of('delete', '/api/v2/users/auth0%7C1/roles', { roles: ['rol_clerk'] })).toEqual([
      { sub: 'auth0|1', aud: 'orders', lost: ['orders:refund'] },
      { sub: 'auth0|1', aud: 'portal', lost: ['orders/orders:refund'] },
    ]);
    expect(
      of('post', `/api/v2/organizations/${ORG}/members/auth0%7C1/roles`, { roles: ['rol_clerk'] }),
    ).toEqual([
      { sub: 'auth0|1', org: ORG, aud: 'orders', gained: ['orders:refund'] },
      { sub: 'auth0|1', org: ORG, aud: 'portal', gained: ['orders/orders:refund'] },
    ]);
    expect(of('patch', '/api/v2/users/auth0%7C1', { blocked: true })).toEqual([
      { sub: 'auth0|1', out: true },
    ]);
    expect(of('patch', '/api/v2/users/auth0%7C1', { nickname: 'x' })).toEqual([]);
    expect(of('delete', `/api/v2/organizations/${ORG}`)).toEqual([{ org: ORG, out: true }]);
    // The role table takes effect when the Action is deployed.
    expect(of('delete', '/api/v2/roles/rol_clerk/permissions', { permissions: [{}] })).toEqual([]);
    expect(of('post', '/api/v2/users', { email: 'x' })).toEqual([]);
    expect(of('patch', '/api/v2/tenants/settings', { a: 1 })).toEqual([]);
    expect(of('post', '/api/v2/actions/actions/x/deploy')).toEqual([{ of: 'users', lost: '*', gained: '*' }]);
  });

  it('heeds the metadata of organizations and clients where the Actions read them, and only there', () => {
    const of = (event: readonly string[], method: string, path: string, body?: unknown) => {
      const sources = { roles: false, managementApi: false, event };
      const index = new NameIndex(namesOf(makeTenant(sources, random(1))));
      return changesOfLog(logEntry({ method, path, body }, DATE), index, NOW).map(
        ({ at: _, by: __, ...change }) => change,
      );
    };
    const [org, client] = [['organization.metadata.names'], ['client.metadata.names']];
    const all = { of: 'users', lost: '*', gained: '*' };
    const organization = `/api/v2/organizations/${ORG}`;
    expect(of(org, 'patch', organization, { metadata: {} })).toEqual([{ org: ORG, ...all }]);
    expect(of(org, 'patch', organization)).toEqual([{ org: ORG, ...all }]);
    expect(of(org, 'patch', organization, { display_name: 'Acme' })).toEqual([]);
    expect(of(client, 'patch', organization, { metadata: {} })).toEqual([]);
    expect(of(client, 'patch', '/api/v2/clients/c1', { client_metadata: {} })).toEqual([all]);
    expect(of(client, 'patch', '/api/v2/clients/c1', { name: 'Shop' })).toEqual([]);
    expect(of(org, 'patch', '/api/v2/clients/c1', { client_metadata: {} })).toEqual([]);
    expect(of(client, 'post', '/api/v2/clients', { client_metadata: {} })).toEqual([]);
    expect(of(client, 'post', '/api/v2/clients/c1/rotate-secret')).toEqual([]);
    const index = new NameIndex(
      namesOf(makeTenant({ roles: false, managementApi: false, event: org }, random(1))),
    );
    const updated = { type: 'organization.updated', data: { object: { id: ORG, name: 'acme' } } };
    expect(changesOfEvent(updated, index, NOW)).toMatchObject([{ org: ORG, ...all }]);
  });

  it('heeds the event of a user who has lost all of the metadata that the Actions read: it is not in it', () => {
    const of = (event: readonly string[], object: object) => {
      const index = new NameIndex(
        namesOf(makeTenant({ roles: true, managementApi: false, event }, random(1))),
      );
      return changesOfEvent({ type: 'user.updated', data: { object } }, index, NOW);
    };
    const user = { user_id: 'auth0|1', name: 'Ada' };
    expect(of(['user.app_metadata.permissions'], user)).toMatchObject([
      { sub: 'auth0|1', lost: '*', gained: '*' },
    ]);
    expect(of(['organization.metadata.names'], user)).toEqual([]);
  });

  it('refuses the tokens of a machine that is deleted, and no others', () => {
    const index = new NameIndex(namesOf(makeTenant(SOURCES[0] as (typeof SOURCES)[number], random(1))));
    const of = (method: string, path: string) =>
      changesOfLog(logEntry({ method, path }, DATE), index, NOW).map(
        ({ at: _, by: __, ...change }) => change,
      );
    expect(of('delete', '/api/v2/clients/c1')).toEqual([{ sub: 'c1@clients', out: true }]);
    expect(of('delete', '/api/v2/clients/c1/credentials/cred_1')).toEqual([]);
    const grant = `/api/v2/organizations/${ORG}/client-grants`;
    expect(of('delete', `${grant}/cgr_1`)).toEqual([{ org: ORG, lost: '*' }]);
    expect(of('post', grant)).toEqual([]);
  });

  it.each(['sui', 'fui'])(
    'heeds the end of an import of users (%s), which goes on after it was asked for',
    (type) => {
      const index = new NameIndex(namesOf(makeTenant(SOURCES[0] as (typeof SOURCES)[number], random(1))));
      const at = NOW + 600_000;
      const entry = { log_id: '1', data: { type, date: new Date(at).toISOString() } };
      expect(changesOfLog(entry, index, at)).toMatchObject([
        { lost: '*', gained: '*', at },
        { out: true, at },
      ]);
    },
  );

  it('has the issuer’s time, and ours where there is none or it is ahead', () => {
    const index = new NameIndex(namesOf(makeTenant(SOURCES[0] as (typeof SOURCES)[number], random(1))));
    const call = { method: 'patch', path: '/api/v2/users/a', body: { blocked: true } };
    const at = (date: unknown) => changesOfLog(logEntry(call, date as string), index, NOW)[0]?.at;
    expect(at('2026-09-21T13:33:20.123Z')).toBe(
      1_790_000_000_123 - 1_790_000_000_123 + Date.parse('2026-09-21T13:33:20.123Z'),
    );
    expect(at('2023-05-15 17:41:31.451000000')).toBe(NOW + 5000);
    expect(at(undefined)).toBe(NOW + 5000);
    expect(at('1970-01-01T00:00:00.000Z')).toBe(NOW + 5000);
    expect(at('2099-01-01T00:00:00.000Z')).toBe(NOW + 55_000);
  });
});
