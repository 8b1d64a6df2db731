import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ask,
  basic,
  form,
  jsonRequest,
  makeCache,
  SECRET,
  type TestCache,
  USUAL,
  until,
} from './support/cache.ts';
import { claimsOf, json, startIssuer, type TestIssuer } from './support/issuer.ts';

let issuer: TestIssuer;
let cache: TestCache;

beforeEach(async () => {
  issuer = await startIssuer();
  cache = makeCache(issuer.url);
});
afterEach(async () => {
  await cache.close();
  await issuer.close();
});

describe('a token cache', () => {
  it("gives the issuer's own token, and gives it again", async () => {
    const [first, second] = [await ask(cache), await ask(cache)];
    expect(first.status).toBe(200);
    expect(await claimsOf(first.access_token)).toMatchObject({
      sub: 'vendor@clients',
      aud: 'https://orders.acme.example',
    });
    expect(second.access_token).toBe(first.access_token);
    expect(issuer.grants).toBe(1);
    expect(cache.events.filter(({ type }) => type === 'grant')).toEqual([
      { type: 'grant', clientId: 'vendor' },
    ]);
  });

  it('answers as RFC 6749 says, and lets no other cache keep it', async () => {
    const { headers, expires_in } = await ask(cache);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('pragma')).toBe('no-cache');
    expect(headers.get('content-type')).toBe('application/json');
    expect(expires_in).toBeGreaterThan(86_390);
  });

  it('says in expires_in what is left of the token', async () => {
    await ask(cache);
    cache.pass(3600);
    const { expires_in } = await ask(cache);
    expect(expires_in).toBeGreaterThan(86_400 - 3600 - 10);
    expect(expires_in).toBeLessThanOrEqual(86_400 - 3600);
  });

  it.each([
    [
      'parameters in another order',
      () => form(new URLSearchParams([...new URLSearchParams(USUAL)].reverse()).toString()),
    ],
    ['a JSON body', () => jsonRequest(USUAL)],
    ['a JSON body in another order', () => jsonRequest(Object.fromEntries(Object.entries(USUAL).reverse()))],
    [
      'a type with a charset',
      () => form({}, { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=utf-8' }),
    ],
    ['a parameter without a value', () => form({ scope: '' })],
    ['other headers', () => form({}, { 'user-agent': 'vendor/2', accept: '*/*' })],
  ])('takes %s for the same request', async (_, request) => {
    const { access_token } = await ask(cache);
    expect((await ask(cache, request())).access_token).toBe(access_token);
    expect(issuer.grants).toBe(1);
  });

  it.each([
    ['another audience', { audience: 'https://invoices.acme.example' }],
    ['a scope', { scope: 'orders:read' }],
    ['an organization', { organization: 'org_1' }],
    ['a parameter that it does not know', { ext_tenant: 'a' }],
    ['another case of the audience', { audience: 'https://orders.acme.example/' }],
    ['scopes in another order', { scope: 'b a' }],
    ['the client of another secret', { client_id: 'other', client_secret: 'other-secret-9876543210' }],
  ] as [string, Record<string, string>][])('takes %s for another token', async (_, parameters) => {
    await ask(cache);
    await ask(cache, form({ scope: 'a b' }));
    const before = issuer.grants;
    const { access_token, status } = await ask(cache, form(parameters));
    expect(status).toBe(200);
    expect(issuer.grants).toBe(before + 1);
    expect(await claimsOf(access_token)).toMatchObject({
      aud: parameters['audience'] ?? USUAL.audience,
      sub: `${parameters['client_id'] ?? 'vendor'}@clients`,
    });
  });

  it('takes another way of authenticating for another token, and authenticates in the same way itself', async () => {
    await ask(cache);
    const body = 'grant_type=client_credentials&audience=https%3A%2F%2Forders.acme.example';
    expect((await ask(cache, form(body, basic('vendor', SECRET)))).status).toBe(200);
    expect(issuer.grants).toBe(2);
    expect(issuer.asked[1]?.headers.authorization).toMatch(/^Basic /);
    await ask(cache, form(`${body}&client_id=vendor`, basic('vendor', SECRET)));
    expect(issuer.grants).toBe(2);
  });

  it('form-decodes id and secret of the header', async () => {
    issuer.secrets.set('a b:ü', 'p%+ss/=:&');
    const body = 'grant_type=client_credentials&audience=x';
    const { status, access_token } = await ask(cache, form(body, basic('a b:ü', 'p%+ss/=:&')));
    expect(status).toBe(200);
    expect(await claimsOf(access_token)).toMatchObject({ sub: 'a b:ü@clients' });
  });

  it('hands every parameter to the issuer', async () => {
    await ask(cache, form({ organization: 'org_1', scope: 'a b', ext: 'ü&=' }));
    expect(issuer.asked[0]?.parameters).toEqual({
      ...USUAL,
      organization: 'org_1',
      scope: 'a b',
      ext: 'ü&=',
    });
  });

  it('gives services their own token, as clients get it', async () => {
    const own = makeCache(issuer.url, { client: { id: 'vendor', secret: SECRET } });
    const wanted = { audience: USUAL.audience, scope: 'orders:read', organization: 'org_1' };
    const token = await own.getToken(wanted);
    expect(await claimsOf(token.accessToken)).toMatchObject({ aud: USUAL.audience, scope: 'orders:read' });
    expect(token).toMatchObject({ scope: 'orders:read' });
    expect(token.expiresIn).toBeGreaterThan(86_000);
    const { access_token } = await ask(own, form({ scope: 'orders:read', organization: 'org_1' }));
    expect(access_token).toBe(token.accessToken);
    expect(issuer.grants).toBe(1);
    await expect(cache.getToken(wanted)).rejects.toThrow('getToken needs the option client');
  });

  it('rejects getToken with what an answer would say', async () => {
    const own = makeCache(issuer.url, { client: { id: 'vendor', secret: 'wrong' } });
    await expect(own.getToken({ audience: 'x' })).rejects.toMatchObject({ code: 'refused', status: 401 });
  });
});

describe('a request that is none', () => {
  const refused: [string, () => Request, number, string][] = [
    ['GET', () => new Request('http://proxy/oauth/token'), 405, 'POST'],
    [
      'parameters in the URL',
      () => new Request('http://proxy/oauth/token?client_id=a', form()),
      400,
      'in the URL',
    ],
    [
      'another type',
      () => form('<a/>', { 'content-type': 'text/xml' }),
      400,
      'must be application/x-www-form',
    ],
    [
      'two types',
      () => form({}, { 'content-type': 'application/json, application/x-www-form-urlencoded' }),
      400,
      'must be application/x-www-form',
    ],
    ['JSON that is none', () => jsonRequest('{'), 400, 'not JSON'],
    ['a JSON array', () => jsonRequest([]), 400, 'JSON object'],
    ['a number in JSON', () => jsonRequest({ ...USUAL, scope: 1 }), 400, 'strings'],
    ['a parameter twice', () => form(`${new URLSearchParams(USUAL)}&audience=x`), 400, 'more than once'],
    [
      'a parameter twice with the same value',
      () => form(`${new URLSearchParams(USUAL)}&client_id=vendor`),
      400,
      'more than once',
    ],
    [
      'an empty parameter and one of its name',
      () => form(`${new URLSearchParams(USUAL)}&audience=`),
      400,
      'more than once',
    ],
    [
      'a member twice',
      () => jsonRequest(`${JSON.stringify(USUAL).slice(0, -1)},"audience":"x"}`),
      400,
      'more than once',
    ],
    [
      'a member twice, once with an escape',
      () => jsonRequest(`${JSON.stringify(USUAL).slice(0, -1)},"\\u0061udience":"x"}`),
      400,
      'more than once',
    ],
    ['no grant_type', () => form('client_id=a&client_secret=b'), 400, 'grant_type is missing'],
    ['another grant', () => form({ grant_type: 'refresh_token' }), 400, 'client_credentials'],
    ['no client', () => form('grant_type=client_credentials'), 400, 'client_id is missing'],
    ['two ways of authenticating', () => form({}, basic('vendor', SECRET)), 400, 'more than one way'],
    [
      'two clients',
      () => form('grant_type=client_credentials&client_id=x', basic('vendor', SECRET)),
      400,
      'Authorization header',
    ],
    [
      'a Bearer token',
      () => form('grant_type=client_credentials', { authorization: 'Bearer x' }),
      400,
      'must be Basic',
    ],
    [
      'a header without a secret',
      () => form('grant_type=client_credentials', { authorization: `Basic ${btoa('a')}` }),
      400,
      'must be Basic',
    ],
    [
      'a header with an empty secret',
      () => form('grant_type=client_credentials', { authorization: `Basic ${btoa('a:')}` }),
      400,
      'no secret',
    ],
    [
      'a header that is not form-encoded',
      () => form('grant_type=client_credentials', { authorization: `Basic ${btoa('a:%zz')}` }),
      400,
      'form-encoded',
    ],
    ['a compressed body', () => form({}, { 'content-encoding': 'gzip' }), 400, 'compressed'],
    ['a long body', () => form({ scope: 'x'.repeat(16_384) }), 413, '16384 bytes'],
    [
      'bytes that are no UTF-8',
      () =>
        new Request('http://proxy/', {
          ...form(),
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: new Uint8Array([0xff]),
        }),
      400,
      'UTF-8',
    ],
    [
      'an assertion that is no JWT',
      () =>
        form({
          client_secret: '',
          client_assertion: 'x',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        }),
      400,
      'must be a JWT',
    ],
    [
      'an assertion type without an assertion',
      () => form({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }),
      400,
      'client_assertion is missing',
    ],
    [
      'an assertion of another type',
      () => form({ client_secret: '', client_assertion: 'x' }),
      400,
      'client_assertion_type',
    ],
  ];
  it.each(refused)('is refused: %s', async (_, request, status, words) => {
    const answer = await ask(cache, request());
    expect(answer.status).toBe(status);
    expect(answer.error).toMatch(/^(?:invalid_request|unsupported_grant_type)$/);
    expect(answer.error_description).toContain(words);
    expect(issuer.asked).toEqual([]);
  });

  it('is told that another grant is not supported', async () => {
    const { status, error } = await ask(cache, form({ grant_type: 'authorization_code' }));
    expect([status, error]).toEqual([400, 'unsupported_grant_type']);
  });
});

describe('a refusal of the issuer', () => {
  it('counts 5 s for exactly these credentials', async () => {
    const wrong = () => ask(cache, form({ client_secret: 'wrong' }));
    const first = await wrong();
    expect([first.status, first.error]).toEqual([401, 'access_denied']);
    expect((await wrong()).status).toBe(401);
    expect(issuer.asked).toHaveLength(1);
    expect((await ask(cache)).status).toBe(200);
    expect((await ask(cache, form({ client_secret: 'also wrong' }))).status).toBe(401);
    expect(issuer.asked).toHaveLength(3);
    cache.pass(5);
    await wrong();
    expect(issuer.asked).toHaveLength(4);
  });

  it('tells a client that used the header how to authenticate', async () => {
    const answer = await ask(cache, form('grant_type=client_credentials', basic('vendor', 'wrong')));
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect((await ask(cache, form({ client_secret: 'wrong' }))).headers.get('www-authenticate')).toBeNull();
  });

  it('of other kinds is asked for again, and of its body only what the standard knows is told', async () => {
    issuer.fault = (response) =>
      json(response, 400, {
        error: 'invalid_scope',
        error_description: 'no',
        stack: 'at /srv',
        error_uri: 'https://x',
      });
    const response = await cache.handle(form());
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'invalid_scope',
      error_description: 'no',
      error_uri: 'https://x',
    });
    await ask(cache);
    expect(issuer.asked).toHaveLength(2);
  });
});

describe('429 of the issuer', () => {
  const quota = { 'auth0-client-quota-limit': 'b=per_hour;q=10;r=0;t=600', 'x-ratelimit-limit': '10' };

  it('is handed on with what it says of quotas, and holds until then', async () => {
    issuer.fault = (response) =>
      json(response, 429, { error: 'too_many_requests' }, { 'retry-after': '30', ...quota });
    const first = await ask(cache);
    expect([first.status, first.error]).toEqual([429, 'too_many_requests']);
    expect(Object.fromEntries(first.headers)).toMatchObject({ 'retry-after': '30', ...quota });
    cache.pass(10);
    const second = await ask(cache);
    expect(Number(second.headers.get('retry-after'))).toBeLessThanOrEqual(20);
    expect(issuer.asked).toHaveLength(1);
    issuer.fault = undefined;
    cache.pass(20);
    expect((await ask(cache)).status).toBe(200);
  });

  it('is read in each of its forms', async () => {
    const at = Math.ceil(Date.now() / 1000) + 50;
    for (const headers of [
      { 'x-ratelimit-reset': String(at) },
      { 'retry-after': new Date(at * 1000).toUTCString() },
      // In no form that there is.
      { 'retry-after': '3.5', 'x-ratelimit-reset': String(at) },
    ] as Record<string, string>[]) {
      issuer.fault = (response) => json(response, 429, {}, headers);
      const seconds = Number((await ask(makeCache(issuer.url))).headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(40);
      expect(seconds).toBeLessThanOrEqual(51);
    }
    issuer.fault = (response) => json(response, 429, {});
    expect((await ask(makeCache(issuer.url))).headers.get('retry-after')).toBe('1');
  });

  it('leaves the cached token in use while it is valid', async () => {
    const { access_token } = await ask(cache);
    issuer.fault = (response) => json(response, 429, {}, { 'retry-after': '30' });
    cache.pass(86_400 - 300);
    expect((await ask(cache)).access_token).toBe(access_token);
    await until(() => issuer.asked.length === 2);
    // Nor is the issuer asked at every request.
    for (let i = 0; i < 20; i += 1) expect((await ask(cache)).access_token).toBe(access_token);
    expect(issuer.asked).toHaveLength(2);
    // Even with seconds left.
    cache.pass(295);
    expect((await ask(cache)).access_token).toBe(access_token);
    cache.pass(6);
    expect((await ask(cache)).status).toBe(429);
  });
});

describe('an issuer that fails', () => {
  it.each([
    ['is down', () => void issuer.close()],
    [
      'breaks off',
      () => {
        issuer.fault = (response) => response.destroy();
      },
    ],
    [
      'answers 500',
      () => {
        issuer.fault = (response) => json(response, 500, {});
      },
    ],
    [
      'answers with a page',
      () => {
        issuer.fault = (response) => response.end('<html>');
      },
    ],
    [
      'answers without a token',
      () => {
        issuer.fault = (response) => json(response, 200, { expires_in: 60 });
      },
    ],
    [
      'answers with null',
      () => {
        issuer.fault = (response) => response.end('null');
      },
    ],
    [
      'answers with too much',
      () => {
        issuer.fault = (response) => response.end('x'.repeat(300_000));
      },
    ],
  ])('that %s is 503 with Retry-After, and is asked again', async (_, fail) => {
    fail();
    const answer = await ask(cache);
    expect([answer.status, answer.error]).toEqual([503, 'temporarily_unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    issuer.fault = undefined;
    if (issuer.asked.length > 0) expect((await ask(cache)).status).toBe(200);
  });

  it('that is slow is waited for until the deadline, by all together', async () => {
    const hasty = makeCache(issuer.url, { timeout: 100 });
    issuer.delay = 400;
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(hasty)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(issuer.asked).toHaveLength(1);
  });

  it('that is down leaves cached tokens in use until they expire', async () => {
    const { access_token } = await ask(cache);
    await issuer.close();
    cache.pass(86_400 - 30);
    expect((await ask(cache)).access_token).toBe(access_token);
    cache.pass(25);
    expect((await ask(cache)).access_token).toBe(access_token);
    cache.pass(5);
    expect((await ask(cache)).status).toBe(503);
  });
});
