// What an application sees of `claimgen dev`: OpenID Connect as Auth0 has it, over HTTP.
import { networkInterfaces } from 'node:os';
import { createKeySet, createVerifier } from '@claimgen/verifier';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Application, CALLBACK, read, type Tokens } from './application.ts';
import { billing, devProject, FIXTURES, orders, startDevProcess } from './dev-process.ts';

async function application(more: object = {}): Promise<Application> {
  const { issuer } = await startDevProcess(devProject(more));
  return new Application(issuer);
}

const clerk = { login_hint: 'auth0|clerk', audience: orders };

describe('discovery', () => {
  it('names the endpoints that Auth0 has, and an issuer that is this machine', async () => {
    const app = await application();
    const response = await app.fetch('.well-known/openid-configuration');
    expect(response.headers.get('x-claimgen-dev')).toBe('loopback only; not for production');
    expect(app.issuer).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect(await response.json()).toMatchObject({
      issuer: app.issuer,
      authorization_endpoint: `${app.issuer}authorize`,
      token_endpoint: `${app.issuer}oauth/token`,
      userinfo_endpoint: `${app.issuer}userinfo`,
      jwks_uri: `${app.issuer}.well-known/jwks.json`,
      revocation_endpoint: `${app.issuer}oauth/revoke`,
      end_session_endpoint: `${app.issuer}oidc/logout`,
      response_types_supported: ['code'],
    });
  });

  it('listens on loopback and on no other address', async () => {
    const { port } = new URL((await application()).issuer);
    const foreign = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address?.internal === false && address.family === 'IPv4')
      .map((address) => address?.address);
    // The second one is this machine as well, for whoever listens on every address.
    for (const host of [...foreign, '127.0.0.2'])
      await expect(fetch(`http://${host}:${port}/`), host).rejects.toThrow('fetch failed');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  it('answers nobody who asks for another host, as a page does whose name was pointed here', async () => {
    const app = await application();
    const { port } = new URL(app.issuer);
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request({ port, path: '/', headers: { host: `evil.example:${port}` } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(421);
  });

  it('lets pages of this machine read answers, and no others', async () => {
    const app = await application();
    const preflight = (origin: string) =>
      app.fetch('oauth/token', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'auth0-client',
        },
      });
    const own = await preflight('http://localhost:5173');
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'http://localhost:5173',
    ]);
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).not.toBe(
      'http://localhost:5173',
    );
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'web', refresh_token: 'x' });
    const foreign = await app.fetch('oauth/token', {
      method: 'POST',
      body,
      headers: { origin: 'https://evil.example' },
    });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a login', () => {
  it('shows a page with the users, and ends at the application with the one that is picked', async () => {
    const app = await application();
    const page = (await app.authorize({ audience: orders })) as Response;
    const text = await page.text();
    expect(text).toContain('The shop wants to log somebody in for https://orders.example');
    expect(text).toContain('value="auth0|clerk"');
    const action = /action="([^"]+)"/.exec(text)?.[1] ?? '';
    const end = await app.follow(action, {
      method: 'POST',
      body: new URLSearchParams({ user: 'auth0|clerk' }),
    });
    expect((end as URL).searchParams.get('state')).toBe('state');
    expect((end as URL).searchParams.get('code')).not.toBeNull();
  });

  it('gives tokens that a verifier of the build accepts, with the permissions of the roles', async () => {
    const folder = devProject();
    const { issuer } = await startDevProcess(folder);
    expect(await folder.claimgen('build')).toMatchObject({ exitCode: 0 });
    const layout = JSON.parse(folder.read('claimgen/verifier/orders.json'));
    const { access_token } = await new Application(issuer).login(clerk);
    const verifier = createVerifier({ issuer, layout });
    const access = await verifier.verify(access_token);
    expect([access.permissions.has('orders:read'), access.permissions.has('orders:write')]).toEqual([
      true,
      false,
    ]);
    const other = createVerifier({
      issuer: 'https://acme.eu.auth0.com/',
      layout,
      jwks: createKeySet(`${issuer}.well-known/jwks.json`),
    });
    await expect(other.verify(access_token)).rejects.toMatchObject({ code: 'issuer_refused' });
  });

  it('puts the profile into the ID token, and answers it at /userinfo', async () => {
    const app = await application();
    const { id_token, access_token } = await app.login({ ...clerk, nonce: 'n' });
    expect(read(id_token).payload).toMatchObject({
      sub: 'auth0|clerk',
      name: 'Clara',
      nonce: 'n',
      aud: 'web',
    });
    const keys = createRemoteJWKSet(new URL(`${app.issuer}.well-known/jwks.json`));
    await jwtVerify(id_token ?? '', keys, { issuer: app.issuer, audience: 'web' });
    const info = await app.fetch('userinfo', { headers: { authorization: `Bearer ${access_token}` } });
    expect(await info.json()).toMatchObject({ sub: 'auth0|clerk', name: 'Clara' });
    const forged = `${access_token.slice(0, -6)}AAAAAA`;
    expect((await app.fetch('userinfo', { headers: { authorization: `Bearer ${forged}` } })).status).toBe(
      401,
    );
  });

  it('without an audience gives an opaque token, which /userinfo accepts', async () => {
    const app = await application();
    const { access_token } = await app.login({ login_hint: 'auth0|clerk' });
    expect(access_token).not.toContain('.');
    const info = await app.fetch('userinfo', { headers: { authorization: `Bearer ${access_token}` } });
    expect(await info.json()).toMatchObject({ sub: 'auth0|clerk', name: 'Clara' });
  });

  it('is for an API whose identifier is no URI, in the profile that the config has for it', async () => {
    const app = await application();
    const { access_token } = await app.login({
      login_hint: 'auth0|accountant',
      audience: billing,
      scope: 'openid',
    });
    const { header, payload } = read(access_token);
    expect(header).toMatchObject({ typ: 'at+jwt', alg: 'RS256' });
    expect(payload).toMatchObject({ aud: [billing, `${app.issuer}userinfo`], client_id: 'web' });
    expect(Object.keys(payload)).toContain('jti');
    const plain = read((await app.login({ ...clerk, login_hint: 'auth0|accountant' })).access_token);
    expect(plain.header).toMatchObject({ typ: 'JWT' });
    expect(plain.payload).toMatchObject({ azp: 'web' });
  });

  it('is refused for an API that there is not', async () => {
    const app = await application();
    const answer = await app.callback({ ...clerk, audience: 'https://nowhere.example' });
    expect(Object.fromEntries(answer)).toMatchObject({
      error: 'access_denied',
      error_description: 'Service not found: https://nowhere.example',
    });
  });

  it('needs PKCE of a public client, and ends at URLs of this machine only', async () => {
    const app = await application();
    const plain = await app.fetch(
      `authorize?${new URLSearchParams({ client_id: 'any', response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' })}`,
    );
    expect(plain.headers.get('location')).toContain('error=invalid_request');
    const away = (await app.authorize({ ...clerk, redirect_uri: 'https://evil.example/' })) as Response;
    expect([away.status, await away.text()]).toEqual([400, expect.stringContaining('invalid_redirect_uri')]);
    const other = (await app.authorize({
      ...clerk,
      client_id: 'server',
      redirect_uri: 'http://localhost:1/',
    })) as Response;
    expect(other.status).toBe(400);
  });

  it('refuses a code that is used twice, or with another verifier', async () => {
    const app = await application();
    const code = (await app.callback(clerk)).get('code') ?? '';
    const exchange = { grant_type: 'authorization_code', client_id: 'web', code, redirect_uri: CALLBACK };
    expect(await app.token({ ...exchange, code_verifier: 'x'.repeat(43) })).toMatchObject({
      error: 'invalid_grant',
    });
    expect(await app.token({ ...exchange, code_verifier: app.verifier })).toMatchObject({
      token_type: 'Bearer',
    });
    expect(await app.token({ ...exchange, code_verifier: app.verifier })).toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('goes on in the same session without a page, and needs one with prompt=none', async () => {
    const app = await application();
    expect(Object.fromEntries(await app.callback({ audience: orders, prompt: 'none' }))).toMatchObject({
      error: 'login_required',
    });
    await app.login(clerk);
    expect((await app.callback({ audience: orders, prompt: 'none' })).get('code')).not.toBeNull();
    const { access_token } = await app.login({ audience: billing });
    expect(read(access_token).payload['sub']).toBe('auth0|clerk');
    const logins = (await (await app.fetch('logins.json')).json()) as { request: { flow: string } }[];
    expect(logins.map(({ request }) => request.flow)).toEqual(['password', 'silent', 'password']);
  });

  it('logs another user in where the request names one, whoever is logged in', async () => {
    const app = await application();
    await app.login(clerk);
    const { access_token } = await app.login({ ...clerk, login_hint: 'auth0|accountant' });
    expect(read(access_token).payload['sub']).toBe('auth0|accountant');
  });

  it('is asked for again, and refreshes end, once the user is no longer in the fixtures', async () => {
    const folder = devProject();
    const process = await startDevProcess(folder);
    const app = new Application(process.issuer);
    const { refresh_token, access_token } = await app.login(clerk);
    folder.write({ 'users.yaml': 'users: [{id: other, roles: [Clerk]}]' });
    await process.printedOnce('Read again: 1 user.');
    const page = (await app.authorize({ audience: orders })) as Response;
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('value="other"')]);
    expect(await app.refresh(refresh_token)).toMatchObject({ error: 'invalid_grant' });
    const info = await app.fetch('userinfo', { headers: { authorization: `Bearer ${access_token}` } });
    expect(info.status).toBe(401);
    const next = await app.login({ audience: orders, login_hint: 'other' });
    expect(read(next.access_token).payload['sub']).toBe('other');
    expect(process.printed()).not.toContain('A request has failed');
  });

  it('is of a member where it is for an organization', async () => {
    const app = await application();
    const page = (await app.authorize({ audience: orders, organization: 'acme' })) as Response;
    const text = await page.text();
    expect(text).toContain('value="auth0|member"');
    expect(text).not.toContain('value="auth0|clerk"');
    const strange = (await app.authorize({ ...clerk, organization: 'acme' })) as Response;
    const refusal = await strange.text();
    expect(refusal).toContain(
      'The fixtures have no user auth0|clerk in the organization acme. Correct login_hint, or add the user to the fixtures.',
    );
    // Others can, by a request that names nobody.
    expect(refusal).not.toContain('No user of the fixtures can log in here.');
    const member = { audience: orders, login_hint: 'auth0|member', organization: 'org_1' };
    expect(read((await app.login(member)).access_token).payload).toMatchObject({ org_id: 'org_1' });
    // Who is logged in is no member of another organization.
    const other = (await app.authorize({ audience: orders, organization: 'org_2' })) as Response;
    expect(await other.text()).toContain('No user of the fixtures can log in here.');
  });

  it('answers a frame of the application by a message', async () => {
    const app = await application();
    await app.login(clerk);
    const page = (await app.authorize({
      audience: orders,
      prompt: 'none',
      response_mode: 'web_message',
    })) as Response;
    expect(await page.text()).toContain("type: 'authorization_response'");
    expect(page.headers.get('x-frame-options')).toBeNull();
  });

  it('refuses a parameter that is there twice', async () => {
    const app = await application();
    const query = new URLSearchParams(app.request(clerk));
    query.append('audience', billing);
    const end = (await app.follow(`authorize?${query}`)) as URL;
    expect(end.searchParams.get('error')).toBe('invalid_request');
    const body = 'grant_type=refresh_token&client_id=web&refresh_token=a&audience=a&audience=b';
    const response = await app.fetch('oauth/token', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'the parameter "audience" is there more than once' },
    ]);
  });
});

describe('what the Action decides', () => {
  const refusing = { action: { name: 'p', source: [{ roles: {}, organizations: 'refuse' }] } };

  it('denies a login with its reason', async () => {
    const app = await application(refusing);
    const answer = await app.callback({ audience: orders, login_hint: 'auth0|member' });
    const [last] = (await (await app.fetch('logins.json')).json()) as { outcome: string; reason?: string }[];
    expect(last).toMatchObject({ outcome: 'denied', reason: expect.stringMatching(/./) });
    expect(Object.fromEntries(answer)).toMatchObject({
      error: 'access_denied',
      error_description: last?.reason,
      state: 'state',
    });
  });

  it('denies a refresh, whose token can be used once the reason is gone', async () => {
    const folder = devProject(refusing);
    const process = await startDevProcess(folder);
    const app = new Application(process.issuer);
    const { refresh_token } = await app.login(clerk);
    const fixtures = folder.read('users.yaml');
    const member = fixtures.replace('name: Clara', 'organization: {id: org_1}');
    folder.write({ 'users.yaml': member });
    await process.printedOnce('Read again');
    expect(await app.refresh(refresh_token)).toMatchObject({ error: 'access_denied' });
    folder.write({ 'users.yaml': fixtures });
    await process.printedOnce(/Read again[\s\S]*Read again/);
    expect((await app.refresh(refresh_token)).error).toBeUndefined();
  });

  it('removes scopes of the API from the token and from the answer', async () => {
    const request = { ...clerk, scope: 'openid orders:read' };
    const kept = await (await application()).login(request);
    expect([kept.scope, read(kept.access_token).payload['scope']]).toEqual([request.scope, request.scope]);
    const app = await application({ action: { name: 'p', scopes: 'strip' } });
    const stripped = await app.login(request);
    expect([stripped.scope, read(stripped.access_token).payload['scope']]).toEqual(['openid', 'openid']);
  });

  it('runs after RBAC has left of the requested scopes those that the user holds', async () => {
    const folder = devProject();
    const catalog = JSON.parse(folder.read('catalog.json'));
    folder.write({
      'catalog.json': JSON.stringify({ ...catalog, apis: [{ identifier: orders, enforcePolicies: true }] }),
    });
    const { issuer } = await startDevProcess(folder);
    const { scope } = await new Application(issuer).login({
      ...clerk,
      scope: 'openid orders:read orders:write',
    });
    expect(scope).toBe('openid orders:read');
  });
});

describe('the token endpoint', () => {
  it('reads JSON, and credentials in the header', async () => {
    const app = await application();
    const post = async (body: unknown, headers: Record<string, string> = {}): Promise<[number, Tokens]> => {
      const response = await app.fetch('oauth/token', {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      });
      return [response.status, (await response.json()) as Tokens];
    };
    const request = { grant_type: 'client_credentials', audience: orders };
    const [status, { access_token, scope }] = await post({
      ...request,
      client_id: 'machine',
      client_secret: 's3cret',
    });
    expect([status, scope]).toEqual([200, 'orders:read orders:write']);
    expect(read(access_token).payload).toMatchObject({
      sub: 'machine@clients',
      gty: 'client-credentials',
      azp: 'machine',
      aud: orders,
      scope: 'orders:read orders:write',
    });
    const basic = `Basic ${Buffer.from('machine:s3cret').toString('base64')}`;
    expect(await post({ ...request, scope: 'orders:read' }, { authorization: basic })).toMatchObject([
      200,
      { scope: 'orders:read' },
    ]);
    for (const body of ['', '[]', '{', 'null', '7', '{"grant_type":7}'])
      expect(await post(body)).toMatchObject([400, { error: 'invalid_request' }]);
    expect(await post('x'.repeat(60_000))).toMatchObject([400, { error: 'invalid_request' }]);
  });

  it('gives machines what they are granted, and says what is missing', async () => {
    const app = await application();
    const ask = (more: Readonly<Record<string, string>>) =>
      app.token({ grant_type: 'client_credentials', client_id: 'machine', client_secret: 's3cret', ...more });
    expect(await ask({})).toMatchObject({ error: 'access_denied', error_description: /No audience/ });
    expect(await ask({ audience: billing })).toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining('add it to "grants"'),
    });
    expect(await ask({ audience: 'x' })).toMatchObject({ error_description: 'Service not found: x' });
    expect(await ask({ audience: orders, client_secret: 'wrong' })).toMatchObject({
      error: 'invalid_client',
    });
    expect(await ask({ audience: orders, client_id: 'unknown' })).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringContaining('declare it in the fixtures'),
    });
  });
});

describe('refresh tokens', () => {
  it('are given for offline_access without a consent page, and not without', async () => {
    const app = await application();
    expect((await app.login(clerk)).refresh_token).toEqual(expect.any(String));
    expect((await app.login({ ...clerk, scope: 'openid' })).refresh_token).toBeUndefined();
  });

  it('rotate, and one that is used again ends its whole family', async () => {
    const app = await application();
    const first = await app.login(clerk);
    const second = await app.refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(read(second.access_token).payload).toMatchObject({ sub: 'auth0|clerk', gty: 'refresh_token' });
    const third = await app.refresh(second.refresh_token);
    expect(await app.refresh(first.refresh_token)).toMatchObject({ error: 'invalid_grant' });
    expect(await app.refresh(third.refresh_token)).toMatchObject({ error: 'invalid_grant' });
    // Another login is another family.
    expect((await app.refresh((await app.login(clerk)).refresh_token)).error).toBeUndefined();
  });

  it('can be used again for the leeway of the client, and only the previous one', async () => {
    const fixtures = FIXTURES.replace('name: The shop', 'leeway: 60');
    const { issuer } = await startDevProcess(devProject({}, { 'users.yaml': fixtures }));
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const app = new Application(issuer);
    const first = (await app.login(clerk)).refresh_token;
    const second = await app.refresh(first);
    vi.setSystemTime(Date.now() + 59_000);
    const again = await app.refresh(first);
    expect([second.error, again.error]).toEqual([undefined, undefined]);
    // Both that came of it are good, and the first one is no longer the previous one.
    expect((await app.refresh(again.refresh_token)).error).toBeUndefined();
    expect((await app.refresh(second.refresh_token)).error).toBeUndefined();
    expect(await app.refresh(first)).toMatchObject({ error: 'invalid_grant' });
    expect(await app.refresh(second.refresh_token)).toMatchObject({ error: 'invalid_grant' });
    // What was used again is not good for longer.
    const other = (await app.login(clerk)).refresh_token;
    await app.refresh(other);
    vi.setSystemTime(Date.now() + 40_000);
    expect((await app.refresh(other)).error).toBeUndefined();
    vi.setSystemTime(Date.now() + 21_000);
    expect(await app.refresh(other)).toMatchObject({ error: 'invalid_grant' });
  });

  it('are used once where many ask at the same time', async () => {
    const app = await application();
    const { refresh_token } = await app.login(clerk);
    const answers = await Promise.all(Array.from({ length: 8 }, () => app.refresh(refresh_token)));
    expect(answers.filter(({ error }) => error === undefined)).toHaveLength(1);
  });

  it('give fewer scopes, and never more than the login', async () => {
    const app = await application();
    const { refresh_token } = await app.login({ ...clerk, scope: 'openid offline_access' });
    const fewer = await app.refresh(refresh_token, { scope: 'openid profile' });
    expect([fewer.scope, read(fewer.access_token).payload['scope']]).toEqual(['openid', 'openid']);
  });

  it('are exchanged for another API where the client may', async () => {
    const app = await application();
    const { refresh_token } = await app.login({ ...clerk, login_hint: 'auth0|accountant' });
    const other = await app.refresh(refresh_token, { audience: billing });
    expect(read(other.access_token).payload['aud']).toContain(billing);
    const back = await app.refresh(other.refresh_token);
    expect(read(back.access_token).payload['aud']).toContain(orders);
    expect(await app.refresh(back.refresh_token, { audience: 'x' })).toMatchObject({
      error: 'access_denied',
    });
    const strange = await app.login({ ...clerk, client_id: 'any' });
    expect(await app.refresh(strange.refresh_token, { client_id: 'any', audience: billing })).toMatchObject({
      error: 'invalid_target',
    });
  });

  it('end when they are revoked', async () => {
    const app = await application();
    const { refresh_token } = await app.login(clerk);
    const revoked = await app.fetch('oauth/revoke', {
      method: 'POST',
      body: JSON.stringify({ client_id: 'web', token: refresh_token }),
      headers: { 'content-type': 'application/json' },
    });
    expect(revoked.status).toBe(200);
    expect(await app.refresh(refresh_token)).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('logout', () => {
  it.each([
    ['v2/logout?client_id=web&returnTo=', 'http://localhost:3000/'],
    ['oidc/logout?client_id=web&state=s&post_logout_redirect_uri=', 'http://localhost:3000/?state=s'],
  ])('at %s ends the session and leads back', async (path, end) => {
    const app = await application();
    await app.login(clerk);
    const left = await app.follow(`${path}${encodeURIComponent('http://localhost:3000/')}`);
    expect(String(left)).toBe(end);
    expect((await app.callback({ audience: orders, prompt: 'none' })).get('error')).toBe('login_required');
    expect(((await app.follow(`${path}https://evil.example/`)) as Response).status).toBe(400);
  });
});
