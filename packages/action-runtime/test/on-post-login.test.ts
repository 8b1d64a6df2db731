import { describe, expect, it } from 'vitest';
import { setCapped } from '../src/capped-claim.ts';
import type { Parts, Reader } from '../src/login.ts';
import { grantedPlaces, onPostLogin } from '../src/on-post-login.ts';
import type { PostLoginEvent } from '../src/post-login.ts';
import { SourceFailure } from '../src/source-failure.ts';
import { readEvent } from '../src/sources/event.ts';
import { readRoles } from '../src/sources/roles.ts';
import type { AudienceTable, EventSource, ManagementApiSource, RolesSource } from '../src/tables.ts';
import { audienceOf, loginOf, ORDERS, PARTS, readLog, recordApi } from './recorded-login.ts';

const roles: RolesSource = {
  kind: 'roles',
  unknownRoles: 'ignore',
  groups: false,
  organizations: 'ask',
  onError: 'deny',
  onErrorRefresh: 'deny',
};
const list: EventSource = {
  kind: 'event',
  path: ['user', 'app_metadata', 'permissions'],
  organizations: 'refuse',
  onError: 'deny',
  onErrorRefresh: 'deny',
};
const managementApi: ManagementApiSource = {
  kind: 'managementApi',
  domain: 'acme.eu.auth0.com',
  clientIdSecret: 'ID',
  clientSecretSecret: 'SECRET',
  deadlineMs: 100,
  maxRequests: 2,
  cacheSeconds: 0,
  organizations: 'tenant-wide',
  onError: 'deny',
  onErrorRefresh: 'deny',
};
const parts: Parts = { ...PARTS, readers: { roles: readRoles, event: readEvent } };
const DENIED = ['deny', 'Your permissions could not be determined.'];

/** An event with these roles and this list. */
function eventWith(names: readonly string[], permissions: unknown, more: object = {}): PostLoginEvent {
  const user: object = { app_metadata: { permissions } };
  return { resource_server: { identifier: ORDERS }, authorization: { roles: names }, user, ...more };
}

/** Parts in which the Management API's reader holds a place, and then fails with this. */
function failingWith(error: unknown): Parts {
  const read: Reader<ManagementApiSource> = (_source, _login, held) => {
    held[3] = 1;
    throw error;
  };
  return { ...parts, readers: { ...parts.readers, managementApi: read } };
}

async function login(
  event: PostLoginEvent,
  more: Partial<AudienceTable>,
  own: Parts = parts,
): Promise<unknown[]> {
  const { api, done } = recordApi();
  await onPostLogin(new Map([[ORDERS, audienceOf(more)]]), event, api, own);
  return done;
}

describe('a login', () => {
  it('to another API, or to none, is left as it is', async () => {
    const log = readLog();
    for (const resource_server of [{ identifier: 'https://billing.acme.example' }, {}, undefined]) {
      const event = { ...(resource_server && { resource_server }), authorization: { roles: ['Clerk'] } };
      expect(await login(event, { sources: [roles], strip: ['read'] })).toEqual([]);
    }
    expect(log).toEqual([]);
  });

  it('gets what all sources say together', async () => {
    const log = readLog();
    const done = await login(eventWith(['Clerk'], ['audit', 'read']), { sources: [roles, list] });
    expect(done).toEqual([['claim', 'pz', ['audit', 'read']]]);
    expect(log).toEqual([]);
  });

  it('without a source gets a claim without permissions', async () => {
    expect(await login(eventWith(['Clerk'], []), {})).toEqual([['claim', 'pz', []]]);
  });

  it('loses the scopes that the table strips', async () => {
    expect(await login(eventWith([], []), { strip: ['read', 'write'] })).toEqual([
      ['removeScope', 'read'],
      ['removeScope', 'write'],
      ['claim', 'pz', []],
    ]);
  });

  it.each([
    ['deny', DENIED],
    ['omit', ['claim', 'pz', []]],
  ] as const)('that the parts answer with %s gets that', async (decision, expected) => {
    const own = { ...parts, places: async () => decision };
    expect(await login(eventWith(['Clerk'], []), { sources: [roles] }, own)).toEqual([expected]);
  });

  it.each([
    ['deny', DENIED],
    ['omit', ['claim', 'pz', []]],
  ] as const)('at which Auth0 itself throws gets what onError: %s says', async (onError, expected) => {
    const log = readLog();
    const { api, done } = recordApi();
    const accessToken = {
      ...api.accessToken,
      removeScope: () => {
        throw new RangeError('refused: auth0|1');
      },
    };
    const audience = audienceOf({ onError, strip: ['read'], sources: [roles] });
    await onPostLogin(
      new Map([[ORDERS, audience]]),
      eventWith(['Clerk'], []),
      { ...api, accessToken },
      parts,
    );
    expect(done).toEqual([expected]);
    expect(log).toEqual(['claimgen: orders: failed with RangeError']);
  });
});

describe('an Action that lacks a part', () => {
  const event = eventWith(['Clerk'], ['audit']);
  const cap = { bytes: 1_000, onOverflow: 'deny' } as const;

  it.each<[string, Parts, Partial<AudienceTable>]>([
    ['the encoder', { ...parts, encoders: {} }, {}],
    ['what measures the claim', parts, { cap }],
    ['the readers', { ...parts, readers: {} }, {}],
  ])('grants nothing: %s', async (_title, own, more) => {
    const log = readLog();
    expect(await login(event, { sources: [roles, list], ...more }, own)).toEqual([['claim', 'pz', []]]);
    expect(log).toEqual([]);
  });
});

describe('a claim with a cap', () => {
  const own: Parts = { ...parts, setCapped };

  it.each([
    ['that fits is set', 8, ['claim', 'pz', ['read']]],
    ['that is larger is not', 7, ['deny', 'Your permissions do not fit into an access token.']],
  ] as const)('%s', async (_title, bytes, expected) => {
    readLog();
    const more = { sources: [roles], cap: { bytes, onOverflow: 'deny' } } as const;
    expect(await login(eventWith(['Clerk'], []), more, own)).toEqual([expected]);
  });

  it('is not measured where no set of permissions is too large', async () => {
    const refuse: Parts = { ...own, setCapped: () => undefined };
    const done = await login(eventWith(['Clerk'], []), { sources: [roles] }, refuse);
    expect(done).toEqual([['claim', 'pz', ['read']]]);
  });
});

describe('a source that fails', () => {
  const broken = { ...list, onError: 'omit', onErrorRefresh: 'continue' } as const;

  it('adds none of what it had read, where it continues; the sources after it count', async () => {
    const log = readLog();
    const sources = [{ ...managementApi, onError: 'continue' } as const, roles];
    const own = failingWith(new SourceFailure('the second page is missing'));
    expect(await login(eventWith(['Clerk'], []), { sources }, own)).toEqual([['claim', 'pz', ['read']]]);
    expect(log).toEqual(['claimgen: orders: managementApi: the second page is missing (continue)']);
  });

  it.each([
    ['deny', DENIED],
    ['omit', ['claim', 'pz', []]],
  ] as const)(
    'for good leaves the login what onError: %s says, with no more sources read',
    async (onError, expected) => {
      const log = readLog();
      const sources = [roles, { ...list, onError }, { ...managementApi, onError: 'deny' } as const];
      const own = failingWith(new SourceFailure('not read'));
      expect(await login(eventWith(['Clerk'], 'read'), { sources }, own)).toEqual([expected]);
      expect(log).toEqual([
        `claimgen: orders: event.user.app_metadata.permissions: not a list of strings (${onError})`,
      ]);
    },
  );

  it.each([
    ['the exchange of a refresh token', { transaction: { protocol: 'oauth2-refresh-token' } }, [0]],
    ['another flow', { transaction: { protocol: 'oidc-basic-profile' } }, 'omit'],
    ['an unknown flow', { transaction: {} }, 'omit'],
    ['no transaction', {}, 'omit'],
  ])('is decided by what the source says of %s', async (_title, more, expected) => {
    readLog();
    const login = loginOf(eventWith(['Clerk'], 7, more), {
      audience: audienceOf({ sources: [broken, roles] }),
      parts,
    });
    expect(await grantedPlaces(login)).toEqual(expected);
  });

  it('with a decision of its own is not decided by onError', async () => {
    const log = readLog();
    const sources = [{ ...roles, unknownRoles: 'deny', onError: 'continue' } as const];
    expect(await login(eventWith(['Boss'], []), { sources })).toEqual([DENIED]);
    expect(log).toEqual([
      'claimgen: orders: roles: 1 of 1 roles unknown since the last claimgen build (deny)',
    ]);
  });

  it.each([
    ['an error', new TypeError('Bearer secret'), 'failed with TypeError'],
    [
      'an error with a decision',
      Object.assign(new Error('secret'), { decision: 'deny' }),
      'failed with Error',
    ],
    ['a string', 'Bearer secret', 'failed'],
    ['null', null, 'failed'],
    ['nothing', undefined, 'failed'],
  ])(
    'with %s is decided by onError, and its message stays out of the log',
    async (_title, error, message) => {
      const log = readLog();
      const sources = [{ ...managementApi, onError: 'omit' } as const];
      const done = await login(eventWith([], []), { sources, onError: 'deny' }, failingWith(error));
      expect(done).toEqual([['claim', 'pz', []]]);
      expect(log).toEqual([`claimgen: orders: managementApi: ${message} (omit)`]);
    },
  );
});

describe('a source at a login to an organization', () => {
  const event = eventWith([], ['audit'], { organization: { id: 'org_1' } });

  it('is refused where the table says so', async () => {
    const log = readLog();
    expect(await login(event, { sources: [list] })).toEqual([DENIED]);
    expect(log).toEqual([
      'claimgen: orders: event.user.app_metadata.permissions: refused at a login to an organization (deny)',
    ]);
  });

  it('counts where it holds in every organization', async () => {
    const sources = [{ ...list, organizations: 'tenant-wide' } as const];
    expect(await login(event, { sources })).toEqual([['claim', 'pz', ['audit']]]);
  });
});
