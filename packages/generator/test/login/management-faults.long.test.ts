import { describe, expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import type { LoginResult } from '#simulator/host/login-result';
import { CLAIM, ORDERS, ordersConfig, startAction } from './built-action.ts';
import { body, halfPage, hangUp, page, silence, status, trickle } from './misbehaviours.ts';
import { DOMAIN, type Misbehaviour, SECRETS, scriptApi } from './scripted-api.ts';

const event = loginEvent({ audience: ORDERS, secrets: SECRETS });
const HELD = ['orders:audit', 'orders:read'];

// A login that does not keep its deadline fails at the host's limit: it is then neither allowed nor denied.
const HOST = { timeLimit: 10_000 };

function config(settings: object = {}, entry: object = {}): object {
  return ordersConfig({ source: [{ managementApi: { domain: DOMAIN, ...settings }, ...entry }] });
}

/** One login against an API that misbehaves at some requests: 0 is the token's, 1 the first page's. */
async function login(
  misbehave: (index: number) => Misbehaviour | undefined,
  settings: object = { maxRequests: 6 },
  entry: object = {},
): Promise<LoginResult> {
  const api = await scriptApi({ misbehave });
  const action = startAction(config(settings, entry), undefined, HOST);
  const result = await action.login(event, { origins: api.origins });
  expect(result.log.join('\n')).not.toMatch(
    /secret-do-not-tell|management-token|Nothing for you|orders:[a-z]/,
  );
  return result;
}

/** Short for what only the deadline ends; long enough for a busy machine where an answer comes. */
function deadlineFor(log: RegExp): number {
  return log.source.includes('took longer') ? 400 : 3000;
}

describe('a Management API that fails for good', () => {
  it.each<[string, Misbehaviour, RegExp]>([
    ['never answers', silence, /took longer than 400 ms/],
    ['hangs up', hangUp, /did not answer/],
    ['sends its answer byte by byte', trickle, /took longer than 400 ms/],
    ['breaks off in the middle of an answer', halfPage, /did not answer/],
    ['answers 429 without a header', status(429), /answered 429/],
    ['answers 429 until later than the deadline', status(429, { 'retry-after': '60' }), /answered 429/],
    [
      'answers 429 with a date that is later than the deadline',
      status(429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }),
      /answered 429/,
    ],
    [
      'answers 429 with headers that are none',
      status(429, { 'retry-after': 'soon', 'x-ratelimit-reset': '-' }),
      /429/,
    ],
    ['answers 500', status(500), /answered 500/],
    ['answers 503', status(503), /answered 503/],
    ['answers 403', status(403), /answered 403/],
    ['answers 404', status(404), /answered 404/],
    ['sends the client elsewhere', status(302, { location: 'https://evil.example/' }), /answered 302/],
    ['answers with a page of HTML', body('<html>'), /did not answer with JSON/],
    ['answers with nothing', body(''), /did not answer with JSON/],
    [
      'answers with half of the JSON',
      body('{"permissions":[{"permission_name":"orders:write"}'),
      /with JSON/,
    ],
    ['answers null', page(null), /list of permissions/],
    ['answers with a bare list', page([{ permission_name: 'orders:write' }]), /list of permissions/],
    ['answers with a text', page({ permissions: 'orders:write' }), /list of permissions/],
    ['answers with a list of texts', page({ permissions: ['orders:write'] }), /list of permissions/],
    [
      'answers with a permission without a name',
      page({ permissions: [{ permission_name: 7 }] }),
      /list of perm/,
    ],
    ['answers with a cursor that is none', page({ permissions: [], next: 7 }), /list of permissions/],
    ['always has another page', page({ permissions: [], next: 'more' }), /more than the 6 requests/],
  ])('that %s: the login is denied, in time and within its requests', async (_title, misbehaviour, log) => {
    const result = await login((index) => (index === 0 ? undefined : misbehaviour), {
      deadlineMs: deadlineFor(log),
      maxRequests: 6,
    });
    expect(result).toMatchObject({
      outcome: 'denied',
      denied: 'Your permissions could not be determined.',
    });
    expect(result.requests.length).toBeLessThanOrEqual(6);
    expect(result.log.join('\n')).toMatch(log);
  });

  it('that is down: the login is denied', async () => {
    const api = await scriptApi();
    await api.close();
    const result = await startAction(config({ deadlineMs: 400 }), undefined, HOST).login(event, {
      origins: api.origins,
    });
    expect([result.outcome, result.log]).toEqual([
      'denied',
      ['claimgen: orders: managementApi: the token endpoint did not answer (deny)'],
    ]);
  });

  it.each<[string, Misbehaviour, RegExp]>([
    ['never answers', silence, /took longer/],
    ['answers 401', status(401), /token endpoint answered 401/],
    ['answers 500', status(500), /token endpoint answered 500/],
    ['answers without a token', page({ token_type: 'Bearer' }), /without a token/],
    ['answers null', page(null), /without a token/],
    [
      'answers with a token that would be two headers',
      page({ access_token: 'a\r\nb: c' }),
      /without a token/,
    ],
    ['answers with a page of HTML', body('<html>'), /did not answer with JSON/],
  ])('whose token endpoint %s: the login is denied', async (_title, misbehaviour, log) => {
    const result = await login(() => misbehaviour, { deadlineMs: deadlineFor(log) });
    expect([result.outcome, result.requests.some(({ url }) => url.includes('/api/v2/'))]).toEqual([
      'denied',
      false,
    ]);
    expect(result.log.join('\n')).toMatch(log);
  });

  it('whose credentials are no secrets of the Action: the login is denied without a request', async () => {
    const api = await scriptApi();
    const withoutSecrets = loginEvent({ audience: ORDERS, secrets: { CLAIMGEN_CLIENT_ID: 'only' } });
    const result = await startAction(config()).login(withoutSecrets, { origins: api.origins });
    expect([result.outcome, result.requests, result.log]).toEqual([
      'denied',
      [],
      ['claimgen: orders: managementApi: the secret CLAIMGEN_CLIENT_SECRET is not set (deny)'],
    ]);
  });

  it.each([
    ['what may not be retried', status(403), 2],
    ['what would pass after the deadline', status(429, { 'retry-after': '60' }), 2],
    ['a reset after the deadline', status(429, { 'x-ratelimit-reset': '9999999999' }), 2],
  ])('is not asked again for %s', async (_title, misbehaviour, requests) => {
    const result = await login((index) => (index === 0 ? undefined : misbehaviour), {
      deadlineMs: 400,
      maxRequests: 6,
    });
    expect(result.requests).toHaveLength(requests);
  });
});

describe('a Management API that fails for a moment', () => {
  const settings = { deadlineMs: 5_000, maxRequests: 6 };
  it.each<[string, Misbehaviour]>([
    ['429 with Retry-After in seconds', status(429, { 'retry-after': '1' })],
    ['429 without a header', status(429)],
    ['429 with a reset that is past', status(429, { 'x-ratelimit-reset': '1' })],
    ['500', status(500)],
    ['502', status(502)],
    ['503 with Retry-After', status(503, { 'retry-after': '0' })],
    ['nothing at all', hangUp],
    ['half an answer', halfPage],
  ])('by %s is asked again', async (_title, misbehaviour) => {
    for (const failing of [0, 1]) {
      const result = await login((index) => (index === failing ? misbehaviour : undefined), settings);
      expect([result.outcome, result.accessTokenClaims[CLAIM], result.requests.length]).toEqual([
        'allowed',
        HELD,
        3,
      ]);
    }
  });

  it('is not asked again before the reset that it names', async () => {
    const reset = Math.ceil(Date.now() / 1_000) + 1;
    let repeated = 0;
    const result = await login((index) => {
      if (index === 2) repeated = Date.now();
      return index === 1 ? status(429, { 'x-ratelimit-reset': String(reset) }) : undefined;
    }, settings);
    expect(result.accessTokenClaims[CLAIM]).toEqual(HELD);
    expect(repeated).toBeGreaterThanOrEqual(reset * 1_000);
  });

  it('or is slow, but within the deadline, is waited for', async () => {
    const result = await login(() => (_response, ordinary) => void setTimeout(ordinary, 100), settings);
    expect(result.accessTokenClaims[CLAIM]).toEqual(HELD);
  });

  it('by an expired token in the cache gets a new token, once', async () => {
    const api = await scriptApi();
    const action = startAction(config({ cacheSeconds: 0 }));
    await action.login(event, { origins: api.origins });
    api.expireTokens();
    const result = await action.login(event, { origins: api.origins });
    expect(result.accessTokenClaims[CLAIM]).toEqual(HELD);
    expect(result.requests.map(({ status }) => status)).toEqual([401, 200, 200]);
    expect((await action.login(event, { origins: api.origins })).requests).toHaveLength(1);
  });

  it('by a token that is refused at once fails', async () => {
    const result = await login((index) => (index === 0 ? undefined : status(401)));
    expect([result.outcome, result.requests.length]).toEqual(['denied', 2]);
  });
});

describe('a list that is cut short', () => {
  const names = Array.from({ length: 130 }, (_, index) => `orders:p${index}`);
  const catalog = { permissions: names.map((name) => ({ name, audience: ORDERS })), roles: {} };
  it.each([
    ['deny', 'denied', undefined],
    ['omit', 'allowed', []],
    ['continue', 'allowed', []],
  ])('is a failure, not a shorter list: %s', async (onError, outcome, claim) => {
    const api = await scriptApi({
      held: { [ORDERS]: names },
      misbehave: (index) => (index === 3 ? halfPage : index > 3 ? status(500) : undefined),
    });
    const settings = config({ deadlineMs: 500, maxRequests: 6 }, { onError });
    const result = await startAction(settings, catalog, HOST).login(event, { origins: api.origins });
    expect([result.outcome, result.accessTokenClaims[CLAIM]]).toEqual([outcome, claim]);
    expect(result.cacheWrites.filter(({ key }) => key.includes(':user:'))).toEqual([]);
  });
});
