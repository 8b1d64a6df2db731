// Two tabs of a real browser, a real API, and a permission that changes while both are open.
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../../generator/test/report/browser.ts';
import { type Api, startApi } from './api.ts';

let browser: Browser;
let script: string;
beforeAll(async () => {
  browser = await launchChromium();
  const bundle = await rolldown({
    input: fileURLToPath(new URL('page.js', import.meta.url)),
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    platform: 'browser',
  });
  const { output } = await bundle.generate({ format: 'esm' });
  script = output[0].code;
});
afterAll(() => browser?.close());

async function openTabs(): Promise<{ api: Api; tabs: readonly Page[] }> {
  const api = await startApi(async (request, response) => {
    if (request.url === '/token') return void response.end(await api.issue());
    if (request.url === '/page.js')
      return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    const html =
      '<!doctype html><title>page</title><body></body><script type="module" src="/page.js"></script>';
    return void response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  });
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const tabs: Page[] = [];
  for (let tab = 0; tab < 2; tab++) {
    const page = await context.newPage();
    page.on('pageerror', (error) => {
      throw error;
    });
    await page.goto(`${api.url}/`);
    await page.waitForFunction('globalThis.show !== undefined');
    // The first one has fetched the token that both have.
    expect(await page.evaluate('call(1)')).toEqual([200]);
    tabs.push(page);
  }
  expect(api.issued()).toBe(1);
  return { api, tabs };
}

describe('two tabs', () => {
  it('refresh once for a hundred calls with a token that is stale, and all get the final answer', async () => {
    const { api, tabs } = await openTabs();
    await api.change({ lost: ['orders:refund'] }, 3);
    // Both are refused from here on.
    await expect
      .poll(
        async () =>
          (
            await fetch(`${api.url}/me/permissions?fresh=orders%3Arefund`, {
              headers: {
                authorization: `Bearer ${await tabs[0]?.evaluate("localStorage.getItem('token')")}`,
              },
            })
          ).status,
      )
      .toBe(401);
    const statuses = await Promise.all(tabs.map((tab) => tab.evaluate('call(50)')));
    expect(statuses).toEqual(tabs.map(() => Array(50).fill(403)));
    expect(api.issued()).toBe(2);
    expect(api.requests.filter((url) => url === '/refunds').length).toBe(2 + 200);
  });

  it('take the button away, and show it again, without a reload and with one refresh each time', async () => {
    const { api, tabs } = await openTabs();
    const buttons = () => Promise.all(tabs.map((tab) => tab.locator('#refund').count()));
    for (const tab of tabs) await tab.evaluate('show()');
    await expect.poll(buttons).toEqual([1, 1]);
    await api.change({ lost: ['orders:refund'] }, 2);
    await expect.poll(buttons).toEqual([0, 0]);
    await expect.poll(() => api.issued(), { timeout: 30_000 }).toBe(2);
    await expect.poll(() => api.streams(), { timeout: 30_000 }).toBe(2);
    await api.change({ gained: ['orders:refund'] }, 2);
    await expect.poll(buttons, { timeout: 30_000 }).toEqual([1, 1]);
    expect(api.issued()).toBe(3);
  });
});
