// examples/web as it is started, in a browser: page, API and tenant, and a role that changes while two tabs are open.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../../packages/generator/test/report/browser.ts';

const example = fileURLToPath(new URL('../../examples/web', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'claimgen-test-'));
const fixtures = join(folder, 'users.yaml');
const users = readFileSync(join(example, 'users.yaml'), 'utf8');

let browser: Browser;
let running: ChildProcess;
let printed = '';
let issuer: string;
let app: string;

beforeAll(async () => {
  writeFileSync(fixtures, users);
  running = spawn(process.execPath, ['start.js', '--port', '0', '--fixtures', fixtures], { cwd: example });
  const isUp = new Promise<void>((resolve, reject) => {
    for (const stream of [running.stdout, running.stderr])
      stream?.on('data', (text) => {
        printed += text;
        if (/Open .*\n/.test(printed)) resolve();
      });
    running.on('exit', () => reject(new Error(`npm start has ended: ${printed}`)));
  });
  browser = await launchChromium();
  await isUp;
  issuer = /Issuer +(\S+)/.exec(printed)?.[1] ?? '';
  app = /Open (\S+)/.exec(printed)?.[1] ?? '';
});
afterAll(async () => {
  await browser?.close();
  running.kill();
  if (running.exitCode === null) await once(running, 'exit');
  rmSync(folder, { recursive: true });
  // The tenant ends with it.
  await expect(fetch(issuer)).rejects.toThrow();
});

/** A browser of its own, at the page, logged in by the tenant's page. */
async function logIn(user: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(app);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${issuer}u/login/*`);
  await page.click(`button[value="${user}"]`);
  await page.getByText('Ladder').waitFor();
  return { context, page };
}

/** What the API answers to the token that the page has, with no help of the page. */
function status(page: Page, method: string, path: string): Promise<number> {
  const token = `Object.values(localStorage).map((text) => JSON.parse(text).body?.access_token).find((token) => token)`;
  const init = `{ method: '${method}', headers: { authorization: 'Bearer ' + ${token} } }`;
  return page.evaluate(`fetch('${path}', ${init}).then(({ status }) => status)`);
}

/** How often tokens were refreshed. */
async function refreshes(): Promise<number> {
  const logins = (await (await fetch(`${issuer}logins.json`)).json()) as { request: { flow: string } }[];
  return logins.filter(({ request }) => request.flow === 'refresh').length;
}

const refunds = (page: Page): Promise<number> => page.getByRole('button', { name: 'Refund' }).count();

describe('the example of a frontend', () => {
  it('has the generated files that claimgen would write now, and type-checks', async () => {
    const cli = fileURLToPath(new URL('../../packages/generator/bin/claimgen.js', import.meta.url));
    const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
    for (const args of [
      [cli, 'check'],
      [tsc, '-p', 'tsconfig.json'],
    ]) {
      const child = spawn(process.execPath, args, { cwd: example, stdio: 'inherit' });
      expect(await once(child, 'exit')).toEqual([0, null]);
    }
  });

  it('shows no button to who lacks the permission, and the API refuses the call with 403', async () => {
    const { page } = await logIn('auth0|clara');
    expect(await refunds(page)).toBe(0);
    expect(await status(page, 'GET', '/api/orders')).toBe(200);
    expect(await status(page, 'POST', '/api/orders/1/refund')).toBe(403);
  });

  it('refunds for who has it, and logs out', async () => {
    const { page } = await logIn('auth0|mia');
    await page.getByRole('button', { name: 'Refund' }).first().click();
    await page.getByText('Ladder (refunded)').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${issuer}u/login/*`);
  });

  it('takes the button away and gives it back in two tabs, without a reload and with one refresh each time', async () => {
    const { context, page } = await logIn('auth0|mia');
    const other = await context.newPage();
    await other.goto(app);
    const tabs = [page, other];
    for (const tab of tabs) {
      await tab.getByRole('button', { name: 'Refund' }).first().waitFor();
      await tab.evaluate('globalThis.isLoadedOnce = true');
    }
    const shown = () => Promise.all(tabs.map(async (tab) => (await refunds(tab)) > 0));
    const before = await refreshes();

    writeFileSync(fixtures, users.replace('[Manager]', '[Clerk]'));
    await expect.poll(shown, { timeout: 30_000 }).toEqual([false, false]);
    // Until it is refreshed the token is stale; after that it says no.
    await expect
      .poll(() => status(page, 'POST', '/api/orders/2/refund'), { timeout: 30_000, interval: 200 })
      .toBe(403);
    expect(await refreshes()).toBe(before + 1);

    writeFileSync(fixtures, users);
    await expect.poll(shown, { timeout: 30_000 }).toEqual([true, true]);
    expect(await status(page, 'POST', '/api/orders/2/refund')).toBe(200);
    expect(await refreshes()).toBe(before + 2);
    expect(await Promise.all(tabs.map((tab) => tab.evaluate('globalThis.isLoadedOnce')))).toEqual([
      true,
      true,
    ]);
  });
});
