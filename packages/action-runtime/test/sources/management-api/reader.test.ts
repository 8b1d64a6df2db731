import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeBody } from '../../../src/encode-body.ts';
import { placesOf } from '../../../src/held-places.ts';
import type { PostLoginEvent } from '../../../src/post-login.ts';
import { SourceFailure } from '../../../src/source-failure.ts';
import { createReader } from '../../../src/sources/management-api/reader.ts';
import type { AudienceTable, ManagementApiSource } from '../../../src/tables.ts';
import { audienceOf, loginOf, ORDERS, type Recorded, recordApi } from '../../recorded-login.ts';
import {
  answerAsTenant,
  DOMAIN,
  fixRandom,
  grant,
  permissions,
  SECRETS,
  silence,
  TOKEN_REQUEST,
} from './tenant-fetch.ts';

const BILLING = 'https://billing.acme.example';
/** Four places of the API itself, one of another API, and one that has left the selection. */
const APIS: NonNullable<AudienceTable['apis']> = [
  [ORDERS, '', [0, 4]],
  [BILLING, 'billing/', [4, 1]],
];
const USER = 'auth0|5f7c/8ec7?x=1';

const read = createReader((text) => createHash('sha256').update(text).digest('base64url'));

interface Reading {
  readonly recorded?: Recorded;
  readonly source?: Partial<ManagementApiSource>;
  readonly table?: Partial<AudienceTable>;
  readonly event?: PostLoginEvent;
  readonly held?: Uint8Array;
}

async function placesFor({
  recorded = recordApi(),
  source,
  table = { apis: APIS },
  event,
  held = new Uint8Array(6),
}: Reading = {}): Promise<number[]> {
  const asked: ManagementApiSource = {
    kind: 'managementApi',
    domain: DOMAIN,
    clientIdSecret: 'ID',
    clientSecretSecret: 'SECRET',
    deadlineMs: 5_000,
    maxRequests: 6,
    cacheSeconds: 60,
    organizations: 'tenant-wide',
    onError: 'deny',
    onErrorRefresh: 'deny',
    ...source,
  };
  const login = { user: { user_id: USER }, secrets: SECRETS, ...event };
  await read(asked, loginOf(login, { api: recorded.api, audience: audienceOf(table) }), held);
  return placesOf(held);
}

/** The request for a page of permissions. */
function pageRequest(identifier: string, from?: string): string {
  const url = `https://${DOMAIN}/api/v2/users/auth0%7C5f7c%2F8ec7%3Fx%3D1/effective-permissions`;
  const query = `resource_server_identifier=${encodeURIComponent(identifier)}&take=50`;
  return `GET ${url}?${query}${from === undefined ? '' : `&from=${from}`}`;
}

function askedFor(url: URL): string {
  return [url.searchParams.get('resource_server_identifier'), url.searchParams.get('from') ?? ''].join(' ');
}

/** The entry of the cache that holds what a user holds, or the token. */
function entryOf({ cached }: Recorded, kind: 'user' | 'token') {
  return [...cached].find(([key]) => key.startsWith(`claimgen:${kind}:`));
}

describe('permissions from the Management API', () => {
  it('are asked for API by API, page by page, with the token', async () => {
    const pages: Record<string, Response> = {
      [`${ORDERS} `]: permissions(['read', 'unheard-of'], 'a&b'),
      [`${ORDERS} a&b`]: permissions(['audit']),
      [`${BILLING} `]: permissions(['read'], ''),
    };
    const sent = answerAsTenant({
      page: (_nth, url) => pages[askedFor(url)] ?? new Response('', { status: 404 }),
    });
    expect(await placesFor()).toEqual([0, 3, 4]);
    expect(sent.requests).toEqual([
      TOKEN_REQUEST,
      pageRequest(ORDERS),
      pageRequest(ORDERS, 'a%26b'),
      pageRequest(BILLING),
    ]);
    expect(sent.authorizations).toEqual(Array(3).fill('Bearer token-1'));
  });

  it('count for the API that they were returned for', async () => {
    answerAsTenant({
      page: (_nth, url) => permissions(askedFor(url) === `${ORDERS} ` ? ['billing/read'] : []),
    });
    expect(await placesFor()).toEqual([]);
  });

  it('of another API than the one asked for do not count', async () => {
    const page = { permissions: [{ permission_name: 'read', resource_server_identifier: BILLING }] };
    answerAsTenant({ page: () => Response.json(page) });
    expect(await placesFor({ table: { apis: [[ORDERS, '', [0, 4]]] } })).toEqual([]);
  });

  it('are none where the table has no APIs', async () => {
    const sent = answerAsTenant();
    expect(await placesFor({ table: {} })).toEqual([]);
    expect(sent.requests).toEqual([TOKEN_REQUEST]);
  });

  it.each([{}, { user: {} }, { user: { user_id: '' } }, { user: { user_id: 7 } }])(
    'are not asked for without the id of a user: %j',
    async (event) => {
      const sent = answerAsTenant();
      const login = { user: undefined, ...event } as unknown as PostLoginEvent;
      await expect(placesFor({ event: login })).rejects.toThrow(new SourceFailure('the user has no id'));
      expect(sent.requests).toEqual([]);
    },
  );

  it('are not asked for without the secrets', async () => {
    const sent = answerAsTenant();
    await expect(placesFor({ event: { secrets: {} } })).rejects.toThrow('the secret ID is not set');
    expect(sent.requests).toEqual([]);
  });
});

describe('a Management API that fails', () => {
  it.each([
    ['a page', 2],
    ['the first page of the last API', 3],
  ])('at %s leaves nothing held, and nothing kept', async (_title, failing) => {
    const recorded = recordApi();
    const page = (nth: number) =>
      nth === failing
        ? new Response('', { status: 404 })
        : permissions(['read', 'write'], nth === 1 ? 'more' : undefined);
    answerAsTenant({ page });
    const held = new Uint8Array(6);
    await expect(placesFor({ recorded, held })).rejects.toThrow('the Management API answered 404');
    expect(placesOf(held)).toEqual([]);
    expect(entryOf(recorded, 'user')).toBeUndefined();
  });

  it.each([
    ['null', () => Response.json(null), 'the Management API did not answer with a list of permissions'],
    ['HTML', () => new Response('<html>'), 'the Management API did not answer with JSON'],
  ])('by %s in place of a page is a failure', async (_title, page, message) => {
    answerAsTenant({ page });
    await expect(placesFor()).rejects.toThrow(new SourceFailure(message));
  });

  it('for a moment is asked again', async () => {
    fixRandom(0);
    const sent = answerAsTenant({
      page: (nth) => (nth === 1 ? new Response('', { status: 503 }) : permissions(['read'])),
    });
    expect(await placesFor()).toEqual([0, 4]);
    expect(sent.requests).toHaveLength(4);
  });

  it('to end its list is asked no more often than the table says', async () => {
    const sent = answerAsTenant({ page: () => permissions(['read'], 'more') });
    await expect(placesFor({ source: { maxRequests: 4 } })).rejects.toThrow(
      new SourceFailure('the Management API needs more than the 4 requests of a login'),
    );
    expect(sent.requests).toHaveLength(4);
  });

  it('to answer in time is given up', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const sent = answerAsTenant({ page: () => silence() });
    const failure = expect(placesFor({ source: { deadlineMs: 700 } })).rejects.toThrow(
      new SourceFailure('the Management API took longer than 700 ms'),
    );
    await vi.advanceTimersByTimeAsync(700);
    await failure;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent.requests).toHaveLength(2);
  });
});

describe('a token that Auth0 refuses', () => {
  const refusing =
    (...refused: string[]) =>
    (_nth: number, _url: URL, token: string) =>
      refused.includes(token) ? new Response('', { status: 401 }) : permissions(['read']);

  it('is replaced by one more where it came from the cache', async () => {
    const recorded = recordApi();
    const sent = answerAsTenant({ page: refusing('token-1') });
    await expect(placesFor({ recorded })).rejects.toThrow('answered 401');
    sent.requests.length = 0;
    expect(await placesFor({ recorded })).toEqual([0, 4]);
    expect(sent.requests).toEqual([
      pageRequest(ORDERS),
      TOKEN_REQUEST,
      pageRequest(ORDERS),
      pageRequest(BILLING),
    ]);
    expect(entryOf(recorded, 'token')?.[1].value).toBe('token-2');
  });

  it('is a failure where it has just been granted, also in place of one from the cache', async () => {
    const recorded = recordApi();
    const sent = answerAsTenant({ page: refusing('token-1', 'token-2') });
    await expect(placesFor({ recorded })).rejects.toThrow('the Management API answered 401');
    expect(sent.requests).toEqual([TOKEN_REQUEST, pageRequest(ORDERS)]);
    sent.requests.length = 0;
    await expect(placesFor({ recorded })).rejects.toThrow('the Management API answered 401');
    expect(sent.requests).toEqual([pageRequest(ORDERS), TOKEN_REQUEST, pageRequest(ORDERS)]);
  });

  it('in another way than by 401 is not replaced', async () => {
    const recorded = recordApi();
    const sent = answerAsTenant({ page: () => new Response('', { status: 403 }) });
    for (const requests of [2, 3]) {
      await expect(placesFor({ recorded })).rejects.toThrow('the Management API answered 403');
      expect(sent.requests).toHaveLength(requests);
    }
  });

  it('is not looked for in a page that is none', async () => {
    const recorded = recordApi();
    const sent = answerAsTenant({ page: () => new Response('<html>') });
    for (const requests of [2, 3]) {
      await expect(placesFor({ recorded })).rejects.toThrow('did not answer with JSON');
      expect(sent.requests).toHaveLength(requests);
    }
  });
});

describe('permissions that were kept', () => {
  it('are granted without a request for cacheSeconds', async () => {
    const recorded = recordApi();
    const sent = answerAsTenant({ page: () => permissions(['read']) });
    expect(await placesFor({ recorded })).toEqual([0, 4]);
    sent.requests.length = 0;
    expect(await placesFor({ recorded })).toEqual([0, 4]);
    expect(sent.requests).toEqual([]);
    expect(entryOf(recorded, 'user')?.[1]).toEqual({ value: encodeBody([0, 4]), ttl: 60_000 });
  });

  it('are neither read nor written where the table says so; the token is', async () => {
    const recorded = recordApi();
    const sent = answerAsTenant({ page: () => permissions(['read']) });
    await placesFor({ recorded });
    recorded.cached.set(entryOf(recorded, 'user')?.[0] ?? '', { value: encodeBody([1]), ttl: 1 });
    expect(await placesFor({ recorded, source: { cacheSeconds: 0 } })).toEqual([0, 4]);
    expect(sent.requests).toHaveLength(5);
    const other = recordApi();
    await placesFor({ recorded: other, source: { cacheSeconds: 0 } });
    expect([entryOf(other, 'user'), entryOf(other, 'token')?.[1].value]).toEqual([undefined, 'token-2']);
  });

  it('leave the room in the cache to the token', async () => {
    const recorded = recordApi();
    answerAsTenant({ token: () => grant('short', { expires_in: 30 }) });
    await placesFor({ recorded });
    expect(recorded.cached.size).toBe(0);
  });

  it('are not granted at places whose permission has left since', async () => {
    const recorded = recordApi();
    const sent = answerAsTenant();
    await placesFor({ recorded });
    sent.requests.length = 0;
    recorded.cached.set(entryOf(recorded, 'user')?.[0] ?? '', { value: encodeBody([0, 4, 5]), ttl: 1 });
    expect(await placesFor({ recorded })).toEqual([0, 4]);
    expect(sent.requests).toEqual([]);
  });

  it('of a table without APIs grant nothing', async () => {
    const recorded = recordApi();
    answerAsTenant();
    await placesFor({ recorded, table: {} });
    recorded.cached.set(entryOf(recorded, 'user')?.[0] ?? '', { value: encodeBody([0, 4]), ttl: 1 });
    expect(await placesFor({ recorded, table: {} })).toEqual([]);
  });

  const logins: readonly [string, Reading][] = [
    ['another user', { event: { user: { user_id: 'auth0|other' } } }],
    ['an organization', { event: { organization: { id: 'org_1' } } }],
    ['another organization', { event: { organization: { id: 'org_2' } } }],
    ['another audience', { table: { apis: APIS, audience: BILLING } }],
    ['another lineage', { table: { apis: APIS, ids: ['BBBBBB'] } }],
    [
      'another API behind the prefix',
      {
        table: {
          apis: [
            [ORDERS, '', [0, 4]],
            ['https://pay.example', 'billing/', [4, 1]],
          ],
        },
      },
    ],
  ];

  it('are told apart by user, organization, audience, lineage and APIs', async () => {
    const recorded = recordApi();
    const sent = answerAsTenant();
    await placesFor({ recorded });
    for (const [title, login] of logins) {
      sent.requests.length = 0;
      await placesFor({ recorded, ...login });
      expect([title, sent.requests.length]).toEqual([title, 2]);
    }
    expect(recorded.cached.size).toBe(logins.length + 2);
  });
});

describe('the token that was kept', () => {
  it('is told apart by domain and client', async () => {
    const recorded = recordApi();
    const sent = answerAsTenant();
    const source = { cacheSeconds: 0 };
    await placesFor({ recorded, source });
    await placesFor({ recorded, source, event: { secrets: { ...SECRETS, ID: 'client-2' } } });
    await placesFor({ recorded, source, event: { organization: { id: 'org_1' } } });
    expect(sent.credentials).toHaveLength(2);
    expect(recorded.cached.size).toBe(2);
    const elsewhere = placesFor({ recorded, source: { ...source, domain: 'other.eu.auth0.com' } });
    await expect(elsewhere).rejects.toThrow('the token endpoint answered without a token');
  });

  it('has a hashed key of at most 64 bytes, as what users hold has', async () => {
    const recorded = recordApi();
    answerAsTenant();
    await placesFor({ recorded });
    for (const kind of ['token', 'user'] as const) {
      expect(entryOf(recorded, kind)?.[0]).toMatch(/^claimgen:(token|user):[\w-]{43}$/);
    }
  });
});
