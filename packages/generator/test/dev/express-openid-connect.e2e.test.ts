// A web application that logs in on its server, with Auth0's express-openid-connect as it is, in a browser.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createVerifier } from '@claimgen/verifier';
import express from 'express';
import oidc from 'express-openid-connect';
import { expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../report/browser.ts';
import { devProject, FIXTURES, orders, startDevProcess } from './dev-process.ts';

it('express-openid-connect logs in with a code and a secret, refreshes, and logs out', async () => {
  const fixtures = FIXTURES.replace('callbacks: [http://localhost:3000/callback]', 'name: The server');
  const folder = devProject({}, { 'users.yaml': fixtures });
  expect(await folder.claimgen('build')).toMatchObject({ exitCode: 0 });
  const { issuer } = await startDevProcess(folder);
  const layout = JSON.parse(folder.read('claimgen/verifier/orders.json'));
  const verifier = createVerifier({ issuer, layout });

  const app = express();
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const baseURL = `http://localhost:${(server.address() as AddressInfo).port}`;
  app.use(
    oidc.auth({
      issuerBaseURL: issuer.slice(0, -1),
      baseURL,
      clientID: 'server',
      clientSecret: 's3cret',
      secret: 'a secret of the cookies, of 32 characters or more',
      authRequired: false,
      idpLogout: true,
      authorizationParams: {
        response_type: 'code',
        audience: orders,
        scope: 'openid profile email offline_access',
      },
    }),
  );
  app.get('/', async ({ oidc: { user, accessToken } }, response) => {
    if (accessToken === undefined) return void response.send('nobody');
    const { permissions } = await verifier.verify(accessToken.access_token);
    response.send(`${user?.['name']} may ${[...permissions]}`);
  });
  app.get('/refresh', async ({ oidc: { accessToken } }, response) => {
    await accessToken?.refresh();
    response.redirect('/');
  });

  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const text = (path: string) => page.goto(`${baseURL}${path}`).then(() => page.innerText('body'));
  expect(await text('/')).toBe('nobody');
  await page.goto(`${baseURL}/login`);
  await page.click('button[value="auth0|clerk"]');
  await page.waitForURL(`${baseURL}/`);
  expect(await text('/')).toBe('Clara may orders:read');
  expect(await text('/refresh')).toBe('Clara may orders:read');
  const logins = (await (await fetch(`${issuer}logins.json`)).json()) as { request: { flow: string } }[];
  expect(logins.map(({ request }) => request.flow)).toEqual(['refresh', 'password']);
  expect(await text('/logout')).toBe('nobody');
  await page.goto(`${baseURL}/login`);
  expect(page.url()).toContain(`${issuer}u/login/`);
});
