// The whole way in a browser: Auth0's own SDK as it is, the page to pick a user, an API with the verifier of the build.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createVerifier } from '@claimgen/verifier';
import { authenticate } from '@claimgen/verifier/node';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../report/browser.ts';
import { devProject, orders, startDevProcess } from './dev-process.ts';

const sdk = readFileSync(
  createRequire(import.meta.url).resolve('@auth0/auth0-spa-js/dist/auth0-spa-js.production.esm.js'),
);

/** A single-page application: two buttons, and its client for the test to ask. */
function application(issuer: string, api: string, options: object): string {
  return `<!DOCTYPE html>
<button id="login">Log in</button> <button id="logout">Log out</button> <output></output>
<script type="module">
  import { Auth0Client } from '/sdk.js';
  const client = new Auth0Client({
    domain: ${JSON.stringify(issuer.slice(0, -1))},
    clientId: 'web',
    authorizationParams: {
      redirect_uri: location.origin + '/',
      audience: ${JSON.stringify(orders)},
      scope: 'openid profile email offline_access',
    },
    ...${JSON.stringify(options)},
  });
  // What the test asks of the page.
  window.call = async (method) => {
    const token = await client.getTokenSilently();
    const response = await fetch(${JSON.stringify(api)}, { method, headers: { authorization: 'Bearer ' + token } });
    return response.status;
  };
  window.refresh = () => client.getTokenSilently({ cacheMode: 'off' }).catch(({ message }) => message);
  window.refreshToken = () =>
    Object.values(localStorage)
      .map((text) => JSON.parse(text).body?.refresh_token)
      .find((token) => token !== undefined);
  window.exchange = async (token) => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'web', refresh_token: token });
    const response = await fetch(${JSON.stringify(`${issuer}oauth/token`)}, { method: 'POST', body });
    return [response.status, (await response.json()).error];
  };
  if (location.search.includes('code=')) {
    await client.handleRedirectCallback();
    history.replaceState({}, '', '/');
  }
  login.onclick = () => client.loginWithRedirect();
  logout.onclick = () => client.logout({ logoutParams: { returnTo: location.origin + '/' } });
  document.querySelector('output').value = (await client.getUser())?.sub ?? 'nobody';
</script>`;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}

interface World {
  readonly issuer: string;
  readonly app: string;
  readonly context: BrowserContext;
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Issuer, API and application, each a server of its own. */
async function world(
  options: object = { useRefreshTokens: true, cacheLocation: 'localstorage' },
): Promise<World> {
  const folder = devProject();
  const { issuer } = await startDevProcess(folder);
  expect(await folder.claimgen('build')).toMatchObject({ exitCode: 0 });
  const layout = JSON.parse(folder.read('claimgen/verifier/orders.json'));
  const verifier = createVerifier({ issuer, layout });
  const read = authenticate(verifier, (_, response) => response.end('read'), { requires: 'orders:read' });
  const write = authenticate(verifier, (_, response) => response.end('written'), {
    requires: 'orders:write',
  });
  const api = await serve((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization');
    if (request.method === 'OPTIONS') response.end();
    else if (request.method === 'GET') read(request, response);
    else write(request, response);
  });
  const app = await serve((request, response) => {
    const isSdk = request.url === '/sdk.js';
    response.setHeader('content-type', isSdk ? 'text/javascript' : 'text/html');
    response.end(isSdk ? sdk : application(issuer, api, options));
  });
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  return { issuer, app, context };
}

/** Who the application says is logged in. */
async function shown(page: Page): Promise<string> {
  const output = page.locator('output');
  await output.filter({ hasText: /./ }).waitFor();
  return output.innerText();
}

async function openApp({ app, context }: World): Promise<Page> {
  const page = await context.newPage();
  await page.goto(app);
  await shown(page);
  return page;
}

async function logIn(page: Page, { app, issuer }: World): Promise<void> {
  await page.click('#login');
  await page.waitForURL(`${issuer}u/login/*`);
  await page.click('button[value="auth0|clerk"]');
  await page.waitForURL(app);
  expect(await shown(page)).toBe('auth0|clerk');
}

/** The token that a renewal gives, or the message of its error. */
const refresh = (page: Page): Promise<string> => page.evaluate('refresh()');
const refreshTokenOf = (page: Page): Promise<string> => page.evaluate('refreshToken()');
/** The status that the API answers. */
const call = (page: Page, method: string): Promise<number> => page.evaluate(`call('${method}')`);

describe('a single-page application with auth0-spa-js', () => {
  it('logs in through the page, reads with its permission, and may not write without', async () => {
    const here = await world();
    const page = await openApp(here);
    expect(await shown(page)).toBe('nobody');
    await logIn(page, here);
    expect([await call(page, 'GET'), await call(page, 'POST')]).toEqual([200, 403]);
  });

  it('refreshes its tokens, and a refresh token that is used again ends them all', async () => {
    const here = await world();
    const page = await openApp(here);
    await logIn(page, here);
    const used = await refreshTokenOf(page);
    expect(await refresh(page)).toMatch(/^eyJ/);
    expect(await refreshTokenOf(page)).not.toBe(used);
    expect(await call(page, 'GET')).toBe(200);
    const again = await page.evaluate(`exchange('${used}')`);
    expect(again).toEqual([400, 'invalid_grant']);
    expect(await refresh(page)).not.toMatch(/^eyJ/);
  });

  it('logs out, and must pick a user at the next login', async () => {
    const here = await world();
    const page = await openApp(here);
    await logIn(page, here);
    await page.click('#logout');
    await page.waitForURL(here.app);
    expect(await shown(page)).toBe('nobody');
    await logIn(page, here);
  });

  it('is logged in in a second tab without the page, and both refresh in turn', async () => {
    const here = await world();
    const first = await openApp(here);
    await logIn(first, here);
    const second = await here.context.newPage();
    await second.goto(here.app);
    expect(await shown(second)).toBe('auth0|clerk');
    // One after the other: a browser's tabs learn of each other's storage with a delay, and a token that has been used ends them all.
    for (const [tab, other] of [
      [first, second],
      [second, first],
      [first, second],
    ] as const) {
      expect(await refresh(tab)).toMatch(/^eyJ/);
      const token = await refreshTokenOf(tab);
      await expect.poll(() => refreshTokenOf(other), { timeout: 30_000 }).toBe(token);
    }
    expect(await Promise.all([call(first, 'GET'), call(second, 'GET')])).toEqual([200, 200]);
  });

  it('renews its token in a frame where it keeps no refresh token', async () => {
    const here = await world({});
    const page = await openApp(here);
    await logIn(page, here);
    // The memory of the page is gone; the session with the issuer is not.
    await page.reload();
    await shown(page);
    expect(await refresh(page)).toMatch(/^eyJ/);
    expect([await call(page, 'GET'), await call(page, 'POST')]).toEqual([200, 403]);
  });

  it('shows what became of the login on the page of logins, without an error in the console', async () => {
    const here = await world();
    const page = await openApp(here);
    await logIn(page, here);
    const logins = await here.context.newPage();
    const errors: string[] = [];
    logins.on('console', (message) => errors.push(message.text()));
    logins.on('pageerror', (error) => errors.push(error.message));
    await logins.goto(here.issuer);
    await logins.click('summary');
    const text = await logins.innerText('details');
    expect(text).toContain('orders:read');
    expect(text).toContain('"user_id": "auth0|clerk"');
    expect(errors.filter((error) => !error.includes('favicon'))).toEqual([]);
  });
});
