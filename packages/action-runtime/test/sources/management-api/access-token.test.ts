import { describe, expect, it } from 'vitest';
import type { PostLoginEvent } from '../../../src/post-login.ts';
import { SourceFailure } from '../../../src/source-failure.ts';
import { type AccessToken, accessToken, secret } from '../../../src/sources/management-api/access-token.ts';
import { Requests } from '../../../src/sources/management-api/requests.ts';
import type { ManagementApiSource } from '../../../src/tables.ts';
import { type Recorded, recordApi } from '../../recorded-login.ts';
import { answerAsTenant, DOMAIN, grant, SECRETS, TOKEN_REQUEST } from './tenant-fetch.ts';

const source: ManagementApiSource = {
  kind: 'managementApi',
  domain: DOMAIN,
  clientIdSecret: 'ID',
  clientSecretSecret: 'SECRET',
  deadlineMs: 100,
  maxRequests: 2,
  cacheSeconds: 60,
  organizations: 'refuse',
  onError: 'deny',
  onErrorRefresh: 'deny',
};

function tokenWith(
  { api }: Recorded = recordApi(),
  event: PostLoginEvent = { secrets: SECRETS },
): Promise<AccessToken> {
  const requests = new Requests(1, Date.now() + 60_000, new AbortController().signal);
  return accessToken(source, event, api.cache, requests, 'key');
}

describe("the Action's token", () => {
  it('is granted for its credentials, and kept until a minute before its end', async () => {
    const sent = answerAsTenant({ token: () => grant('granted', { expires_in: 3_600 }) });
    const recorded = recordApi();
    expect(await tokenWith(recorded)).toEqual({ value: 'granted', cached: false, kept: true });
    expect(sent.requests).toEqual([TOKEN_REQUEST]);
    expect(sent.credentials).toEqual([
      [
        'application/json',
        {
          grant_type: 'client_credentials',
          client_id: 'client-1',
          client_secret: 'do-not-tell',
          audience: `https://${DOMAIN}/api/v2/`,
        },
      ],
    ]);
    expect([...recorded.cached]).toEqual([['key', { value: 'granted', ttl: 3_540_000 }]]);
  });

  it('is taken from the cache without a request', async () => {
    const sent = answerAsTenant();
    const recorded = recordApi();
    recorded.api.cache.set('key', 'found');
    expect(await tokenWith(recorded)).toEqual({ value: 'found', cached: true, kept: true });
    expect(sent.requests).toEqual([]);
  });

  it.each([
    [61, 1_000],
    [60, undefined],
    [30, undefined],
    ['3600', undefined],
    [undefined, undefined],
  ])('that lasts %j seconds is kept for %j ms', async (seconds, ttl) => {
    answerAsTenant({ token: () => grant('granted', { expires_in: seconds }) });
    const recorded = recordApi();
    expect(await tokenWith(recorded)).toEqual({ value: 'granted', cached: false, kept: ttl !== undefined });
    expect([...recorded.cached.values()].map((entry) => entry.ttl)).toEqual(ttl === undefined ? [] : [ttl]);
  });

  it('that the cache refuses is not kept', async () => {
    answerAsTenant();
    expect(await tokenWith(recordApi({ cacheSet: 'error' }))).toMatchObject({
      value: 'token-1',
      kept: false,
    });
  });

  it.each(['a', 'Az09_.~+/-', 'abc=', 'abc=='])('may be %s', async (value) => {
    answerAsTenant({ token: () => grant(value) });
    expect(await tokenWith()).toMatchObject({ value });
  });

  it.each([
    '',
    '=',
    'ab=c',
    '=abc',
    'a b',
    ' abc',
    'abc ',
    'a\r\nb: c',
    'abc\n',
    'ä',
    7,
    null,
    ['abc'],
    undefined,
  ])('can not be %j', async (access_token) => {
    answerAsTenant({ token: () => Response.json({ access_token, expires_in: 3_600 }) });
    const recorded = recordApi();
    await expect(tokenWith(recorded)).rejects.toThrow(
      new SourceFailure('the token endpoint answered without a token'),
    );
    expect(recorded.cached.size).toBe(0);
  });

  it.each([null, 7, 'granted'])('is not in an answer that is %j', async (answer) => {
    answerAsTenant({ token: () => Response.json(answer) });
    await expect(tokenWith()).rejects.toThrow(
      new SourceFailure('the token endpoint answered without a token'),
    );
  });

  it.each([
    [403, 'the token endpoint answered 403'],
    [500, 'the token endpoint answered 500'],
  ])('is not granted with %i', async (status, message) => {
    answerAsTenant({ token: () => new Response('no', { status }) });
    await expect(tokenWith()).rejects.toThrow(message);
  });

  it.each(['ID', 'SECRET'])('is not asked for without the secret %s', async (name) => {
    const sent = answerAsTenant();
    const { [name]: _, ...secrets } = SECRETS;
    await expect(tokenWith(recordApi(), { secrets })).rejects.toThrow(`the secret ${name} is not set`);
    expect(sent.requests).toEqual([]);
  });
});

describe('a secret', () => {
  it('is the value of that name', () => {
    expect(secret({ secrets: SECRETS }, 'SECRET')).toBe('do-not-tell');
  });

  it.each<[string, object]>([
    ['there are none', {}],
    ['there are others', { secrets: { OTHER: 'a' } }],
    ['it is empty', { secrets: { ID: '' } }],
    ['it is no string', { secrets: { ID: 7 } }],
    ['it is inherited', { secrets: Object.create({ ID: 'a' }) }],
  ])('is not set where %s', (_title, event) => {
    expect(() => secret(event, 'ID')).toThrow(new SourceFailure('the secret ID is not set'));
  });
});
