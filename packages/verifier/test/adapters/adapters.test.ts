import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { VerifierError } from '../../src/errors.ts';
import { createKeySet } from '../../src/keys/create-key-set.ts';
import { createVerifier } from '../../src/verifier.ts';
import { CLAIM, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';
import { fail, KeyServer, serve } from '../support/key-server.ts';
import type { RunningServer } from './servers.ts';
import { servers } from './servers.ts';

const key = rsaKey('main');
const token = makeToken(key);
const subject = 'auth0|5f7c8ec7c33c6c004bbafe82';
const challenge = (error: string): RegExp =>
  new RegExp(`^Bearer error="${error}", error_description="[ -!#-\\[\\]-~]+"`);

describe.each(servers)('%s', (_name, start) => {
  const keyServer = new KeyServer(serve(keySet(key)));
  let server: RunningServer;
  let logged: VerifierError[] = [];

  beforeAll(async () => {
    const jwks = createKeySet(await keyServer.listen(), { failureCooldown: 0.05 });
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks, clock: () => new Date(NOW * 1000) });
    server = await start(verifier, (error) => logged.push(error));
  });
  beforeEach(() => {
    logged = [];
  });
  afterAll(async () => {
    await server.close();
    await keyServer.close();
  });

  const get = (path: string, authorization?: string): Promise<Response> =>
    fetch(server.url + path, { headers: authorization === undefined ? {} : { authorization } });

  test('a key set that can not be had is a 503 with Retry-After and without a challenge', async () => {
    keyServer.behaviour = fail(500);
    const response = await get('/me', `Bearer ${token}`);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('www-authenticate')).toBeNull();
    keyServer.behaviour = serve(keySet(key));
    await new Promise((resolve) => setTimeout(resolve, 60));
  });

  test('a good token passes, again and again, with typed access', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer ']) {
      const response = await get('/me', `${scheme} ${token}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ subject, read: true, write: false });
    }
    expect(logged).toEqual([]);
  });

  test('what needs no token gets along without', async () => {
    expect((await get('/open')).status).toBe(200);
  });

  test.each([undefined, '', 'Basic dXNlcjpwYXNz', 'DPoP x', 'Bearertoken', token, `DPoP ${token}`])(
    'no bearer token (%j) is a 401 without an error code',
    async (authorization) => {
      const response = await get('/me', authorization);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual({ error: 'unauthorized', reason: 'missing' });
    },
  );

  test('a token is looked for in the Authorization header alone', async () => {
    const response = await fetch(`${server.url}/me?access_token=${token}`, {
      headers: {
        cookie: `access_token=${token}`,
        'x-access-token': token,
        'proxy-authorization': `Bearer ${token}`,
      },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  test.each([
    'Bearer',
    `Bearer ${token} ${token}`,
    `Bearer ${token}, Bearer ${token}`,
    'Bearer a b',
    'Bearer ,',
  ])('a malformed header is a 400', async (authorization) => {
    const response = await get('/me', authorization);
    expect(response.status).toBe(400);
    expect(response.headers.get('www-authenticate')).toMatch(challenge('invalid_request'));
    expect(logged).toMatchObject([{ code: 'request_malformed' }]);
  });

  test.each([
    ['expired', makeToken(key, { claims: { exp: NOW - 60 } }), 'token_expired', 'expired'],
    [
      'for another API',
      makeToken(key, { claims: { aud: 'https://billing.acme.example' } }),
      'audience_refused',
      'invalid',
    ],
    [
      'of an unknown layout',
      makeToken(key, { claims: { [CLAIM]: 'AAAAAA.A' } }),
      'layout_unknown',
      'invalid',
    ],
    ['of three letters', 'a.b.c', 'token_malformed', 'invalid'],
    ['with a wrong signature', `${token.slice(0, -8)}AAAAAAAA`, 'signature_invalid', 'invalid'],
  ])('a token %s is a 401 that says whether a fresh one would do', async (_title, bad, code, reason) => {
    const response = await get('/me', `Bearer ${bad}`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(challenge('invalid_token'));
    expect(response.headers.get('www-authenticate')).toMatch(new RegExp(`, reason="${reason}"$`));
    expect(await response.json()).toEqual({ error: 'unauthorized', reason });
    expect(logged).toMatchObject([{ code }]);
  });

  test('a missing permission is a 403 that names the scope to the client and the reason to the log alone', async () => {
    const response = await get('/orders', `Bearer ${token}`);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(challenge('insufficient_scope'));
    expect(response.headers.get('www-authenticate')).toMatch(/, scope="orders:write"$/);
    expect(await response.json()).toEqual({ error: 'insufficient_scope' });
    expect(logged).toMatchObject([{ code: 'insufficient_scope', cause: { reason: 'not_granted' } }]);
  });

  test('a permission that is there passes', async () => {
    const granted = makeToken(key, { claims: { [CLAIM]: ['orders:write'] } });
    expect((await get('/orders', `Bearer ${granted}`)).status).toBe(200);
  });
});

test('each adapter is a file of 100 lines at most, its comments left out', () => {
  const folder = new URL('../../src/adapters/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const lengths = files.map(
    (file) => readFileSync(new URL(file, folder), 'utf8').match(/^(?!\s*(?:\/?\*|\/\/)).*\n/gm)?.length ?? 0,
  );
  // Express 4 and 5 have the same one, and API Gateway's is not a server.
  expect(lengths).toHaveLength(servers.length - 1 + 1);
  expect(Math.min(...lengths)).toBeGreaterThan(20);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(100);
});
