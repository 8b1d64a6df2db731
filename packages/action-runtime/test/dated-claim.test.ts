import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeAsOf } from '../src/as-of.ts';
import { datedPlaces, encodeDated } from '../src/dated-claim.ts';
import { encodeBody } from '../src/encode-body.ts';
import type { Parts } from '../src/login.ts';
import { grantedPlaces, onPostLogin } from '../src/on-post-login.ts';
import type { PostLoginEvent } from '../src/post-login.ts';
import { createReader } from '../src/sources/management-api/reader.ts';
import { readRoles } from '../src/sources/roles.ts';
import type { AudienceTable, ManagementApiSource, RolesSource } from '../src/tables.ts';
import { audienceOf, loginOf, ORDERS, PARTS, type Recorded, recordApi } from './recorded-login.ts';
import { answerAsTenant, DOMAIN, permissions, SECRETS } from './sources/management-api/tenant-fetch.ts';

const NOW = Date.parse('2026-11-26T12:00:00.500Z');
const failing = { onError: 'deny', onErrorRefresh: 'deny' } as const;
const roles: RolesSource = {
  kind: 'roles',
  unknownRoles: 'ignore',
  groups: true,
  organizations: 'ask',
  ...failing,
};
const managementApi: ManagementApiSource = {
  kind: 'managementApi',
  domain: DOMAIN,
  clientIdSecret: 'ID',
  clientSecretSecret: 'SECRET',
  deadlineMs: 5_000,
  maxRequests: 6,
  cacheSeconds: 5,
  organizations: 'tenant-wide',
  ...failing,
};
const parts: Parts = {
  ...PARTS,
  places: datedPlaces(grantedPlaces),
  readers: {
    roles: readRoles,
    managementApi: createReader((text) => createHash('sha256').update(text).digest('base64url')),
  },
  encoders: { bitset: encodeDated },
};
const EVENT: PostLoginEvent = {
  resource_server: { identifier: ORDERS },
  user: { user_id: 'auth0|1' },
  secrets: SECRETS,
};
const TABLE: Partial<AudienceTable> = {
  encoding: 'bitset',
  asOf: 'action',
  apis: [[ORDERS, '', [0, 4]]],
  sources: [managementApi],
};

/** What the clock of the machine says until the test is over. */
function setClock(at: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: at });
  onTestFinished(() => void vi.useRealTimers());
}

async function login(recorded: Recorded, more: Partial<AudienceTable> = {}): Promise<unknown> {
  const audience = audienceOf({ ...TABLE, ...more });
  await onPostLogin(new Map([[ORDERS, audience]]), EVENT, recorded.api, parts);
  return recorded.done.at(-1);
}

const claimOf = (places: readonly number[], at: number, isOdd = true) => [
  'claim',
  'pz',
  `AAAAAA.${encodeBody(places)}.${encodeAsOf(at, isOdd)}`,
];

describe('a claim with an as-of', () => {
  it('has the time at which the login began to read, however long that took', async () => {
    setClock(NOW);
    answerAsTenant({
      page: () => {
        setClock(NOW + 5_000);
        return permissions(['read', 'audit']);
      },
    });
    expect(await login(recordApi())).toEqual(claimOf([0, 3], NOW));
  });

  it('says that Auth0 read some of it, before the Action', async () => {
    setClock(NOW);
    answerAsTenant();
    expect(await login(recordApi(), { asOf: 'event' })).toEqual(claimOf([], NOW, false));
  });

  it('has the time of the login whose permissions were kept', async () => {
    const recorded = recordApi();
    setClock(NOW);
    const sent = answerAsTenant({ page: () => permissions(['read']) });
    await login(recorded);
    setClock(NOW + 4_000);
    expect(await login(recorded)).toEqual(claimOf([0], NOW));
    expect(sent.authorizations).toHaveLength(1);
  });

  it('does not rest on what an Action without as-of kept', async () => {
    const recorded = recordApi();
    setClock(NOW);
    answerAsTenant({ page: (nth) => permissions([nth === 1 ? 'read' : 'audit']) });
    const audience = audienceOf(TABLE);
    const plain = { ...parts, places: grantedPlaces };
    await onPostLogin(new Map([[ORDERS, audience]]), EVENT, recorded.api, plain);
    expect(await login(recorded)).toEqual(claimOf([3], NOW));
  });

  it('rests on roles that the Action asks for', async () => {
    setClock(NOW);
    const recorded = recordApi({ roles: async () => ({ roles: [{ name: 'Clerk', type: 'tenant' }] }) });
    expect(await login(recorded, { sources: [roles] })).toEqual(claimOf([0], NOW));
  });

  it.each(['deny', 'omit'] as const)('is not there where the sources say %s', async (decision) => {
    expect(await datedPlaces(async () => decision)(loginOf(EVENT))).toBe(decision);
  });

  it.each([
    ['action', 'AAAAAA.Ag.AAAAAB'],
    ['event', 'AAAAAA.Ag.AAAAAA'],
  ] as const)('counts as old as can be without a time, read by the %s', (asOf, expected) => {
    expect(encodeDated(audienceOf({ asOf }).table, [0])).toBe(expected);
  });

  it('is one of the tables that want it: others have none', async () => {
    setClock(NOW);
    answerAsTenant({ page: () => permissions(['read']) });
    const { asOf: _, ...plain } = audienceOf(TABLE).table;
    const recorded = recordApi();
    await onPostLogin(new Map([[ORDERS, audienceOf(plain)]]), EVENT, recorded.api, parts);
    expect(recorded.done).toEqual([['claim', 'pz', `AAAAAA.${encodeBody([0])}`]]);
  });
});
