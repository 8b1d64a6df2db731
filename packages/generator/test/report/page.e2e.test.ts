import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeClaim } from '@claimgen/action-runtime';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { launchChromium } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const HOSTILE = [
  'orders:</script><script>document.title="owned"</script>',
  'orders:<!--<script>',
  'orders:<img/src=x/onerror=document.title="owned">',
  `orders:"'&amp;\`{{verdict}}`,
  'orders:\u202eevil',
];

function configOf(budget: object = {}): string {
  return JSON.stringify({
    catalog: 'catalog.json',
    claim: 'https://acme.example/permissions',
    budget,
    audiences: {
      orders: {
        audience: 'https://orders.example',
        prefixes: ['orders:'],
        globs: ['reports:*', '!reports:9*'],
      },
      reports: { audience: 'https://reports.example', globs: ['reports:*'], encoding: 'names' },
    },
  });
}

const CATALOG = {
  permissions: [
    ...HOSTILE,
    ...Array.from({ length: 120 }, (_, index) => `orders:${index}`),
    ...Array.from({ length: 120 }, (_, index) => `reports:${index}`),
  ],
  roles: {
    Clerk: ['orders:1', 'orders:2', 'reports:1'],
    '</script><script>document.title="owned"</script>': HOSTILE,
    ...Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`Team ${index}`, ['orders:7', `orders:${index}`]]),
    ),
  },
};

const builds = new Map<string, ReadonlyMap<string, string | undefined>>();

/** A folder with what a build writes; each input is built once. */
async function built(budget: object = {}, catalog: object = CATALOG) {
  const files = { 'catalog.json': JSON.stringify(catalog), 'claimgen.config.json': configOf(budget) };
  const key = JSON.stringify(files);
  const known = builds.get(key);
  if (known !== undefined) {
    const folder = projectFolder({});
    folder.write(Object.fromEntries(known));
    return folder;
  }
  const folder = projectFolder(files);
  const { exitCode, error } = await folder.claimgen('build --allow-over-budget');
  expect([exitCode, error]).toEqual([0, '']);
  builds.set(key, folder.snapshot());
  return folder;
}

/** Opens a report; what the page complains of or asks the network for ends up in `complaints`. */
async function open(path: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  const url = pathToFileURL(join(path, 'claimgen/report.html')).href;
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(request.url());
  });
  await page.goto(url);
  await page.locator('#histogram-1 canvas').waitFor({ state: 'attached' });
  return { page, complaints };
}

async function violations(page: Page): Promise<string[]> {
  // The page's own policy lets no other script in: the debugger may.
  await page.evaluate(axe);
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('report.html', () => {
  it('is one file that asks the network for nothing, and the same for the same input', async () => {
    const folder = await built();
    const html = folder.read('claimgen/report.html');
    expect(html).not.toMatch(/\s(?:src|href)="(?!#)/);
    await folder.claimgen('build');
    expect(folder.read('claimgen/report.html')).toBe(html);
    const { complaints } = await open(folder.path);
    expect(complaints).toEqual([]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1200, 360]) {
      it(`has no violations of accessibility rules, ${colorScheme}, ${width} pixels wide`, async () => {
        const folder = await built({ bytes: 700, target: ['nginx', 'uwsgi'], roles: 2 });
        const { page } = await open(folder.path, { colorScheme, viewport: { width, height: 800 } });
        await page.locator('#token').fill('a.b.c');
        for (const summary of await page.locator('summary').all()) await summary.click();
        expect(await violations(page)).toEqual([]);
        // Nothing makes the page itself scroll sideways.
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      });
    }
  }

  it('lets foreign text arrive as text alone', async () => {
    const folder = await built();
    const { page, complaints } = await open(folder.path);
    for (const name of HOSTILE) {
      await page.locator('#search-0').fill(name);
      const cell = page.locator('#results-0 tbody td').first();
      expect(await cell.textContent()).toBe(name);
    }
    expect(await page.title()).toBe('claimgen report');
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('finds permissions by a part of the name and by the role that grants them', async () => {
    const { page } = await open((await built()).path);
    await page.locator('#search-0').fill('ORDERS:11');
    await expect.poll(() => page.locator('#found-0').textContent()).toContain('11 of 234 permissions');
    await page.locator('#search-0').fill('clerk');
    await expect.poll(() => page.locator('#results-0 tbody tr').count()).toBe(3);
    expect(await page.locator('#found-0').textContent()).toContain('roles found: Clerk');
    // A part of the name will do.
    await page.locator('#search-0').fill('ler');
    await expect.poll(() => page.locator('#results-0 tbody tr').count()).toBe(3);
    await page.locator('#search-0').fill('orders:7');
    const row = page.locator('#results-0 tbody tr').first();
    expect(await row.locator('summary').textContent()).toBe('20 roles');
    expect(await row.locator('td').nth(1).textContent()).toBe('prefix orders:');
    await page.locator('#search-0').fill('nothing like it');
    await expect.poll(() => page.locator('#found-0').textContent()).toContain('0 of 234 permissions');
  });

  it('is used with the keyboard alone', async () => {
    const { page } = await open((await built()).path);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
    await page.keyboard.press('Enter');
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.id')) === 'search-0') break;
    }
    await page.keyboard.type('orders:1');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('results-0');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Show more');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#results-0 tbody tr').count()).toBe(31);
  });

  it('shows what is over in words, not in color alone', async () => {
    const { page } = await open((await built({ bytes: 700, target: ['nginx', 'uwsgi'] })).path);
    const hops = page.locator('section').first().locator('table').first();
    expect(await hops.locator('tbody tr').count()).toBe(3);
    expect(await hops.textContent()).toMatch(/over by [\d,]+/);
    expect(await page.locator('header').textContent()).toContain('Over the budget.');
    expect(await page.locator('svg.bar').first().getAttribute('aria-label')).toMatch(
      /orders: [\d,]+ of 700 bytes, [\d,]+ over it/,
    );
  });

  it('says the same without scripts', async () => {
    const folder = await built();
    const context = await browser.newContext({ javaScriptEnabled: false });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder.path, 'claimgen/report.html')).href);
    expect(await page.locator('#search-0').isVisible()).toBe(false);
    expect(await page.locator('#token').isVisible()).toBe(false);
    expect(await page.getByRole('heading', { name: 'orders', exact: true }).isVisible()).toBe(true);
    expect(await page.getByText('Every part of the largest token').first().isVisible()).toBe(true);
  });
});

describe('the token inspector', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  async function inspected(token: string, audience?: string): Promise<string> {
    const folder = await built();
    const { page, complaints } = await open(folder.path);
    if (audience !== undefined) await page.locator('#token-audience').selectOption({ label: audience });
    await page.locator('#token').fill(token);
    const text = (await page.locator('#token-content').textContent()) ?? '';
    expect(complaints).toEqual([]);
    return text;
  }

  it('reads the claim with the layout of the API in aud', async () => {
    const folder = await built();
    const layout = JSON.parse(folder.read('claimgen/verifier/orders.json'));
    const names: string[] = layout.lineages[0][0].permissions;
    const table = {
      encoding: 'bitset' as const,
      names,
      ids: [layout.lineages[0][0].id],
      ends: [names.length],
    };
    const held = ['orders:1', 'orders:7', HOSTILE[0] as string];
    const places = held.map((name) => names.indexOf(name)).sort((a, b) => a - b);
    const payload = {
      aud: ['https://orders.example', 'x'],
      [layout.claim]: encodeClaim(table, places),
      é: '<b>',
    };
    const token = `${part({ alg: 'RS256' })}.${part(payload)}.${'s'.repeat(342)}`;
    const text = await inspected(`Bearer ${token}\n`);
    const line = `Authorization: Bearer ${token}\r\n`.length;
    expect(text).toContain(`The line has ${line.toLocaleString('en-US')} bytes, within the budget of 8,192.`);
    expect(text).toContain('3 permissions for orders, by a layout that is current');
    for (const name of held) expect(text).toContain(name);
    expect(text).toContain('"é": "<b>"');
  });

  it('reads the names encoding, and a claim of the API that is chosen', async () => {
    const payload = { aud: 'other', 'https://acme.example/permissions': ['reports:1', 'reports:2'] };
    const token = `${part({ alg: 'RS256' })}.${part(payload)}.s`;
    expect(await inspected(token)).toContain('for no API of this report');
    expect(await inspected(token, 'reports')).toContain('2 permissions for reports');
  });

  it.each([
    ['a.b', 'three parts'],
    ['a.b.c.d.e', 'encrypted'],
    ['a.b.c', 'header is not JSON'],
    [`${Buffer.from('[]').toString('base64url')}.e30.s`, 'header is not a JSON object'],
    [
      `e30.${Buffer.from('{"aud":"https://orders.example","https://acme.example/permissions":"AAAAAA.A"}').toString('base64url')}.s`,
      'layout_unknown',
    ],
  ])('says what is wrong with %s', async (token, message) => {
    expect(await inspected(token)).toContain(message);
  });
});

describe('a report of 14,000 permissions and 1,000 roles', () => {
  it('stays usable', async () => {
    const permissions = Array.from(
      { length: 14_000 },
      (_, index) => `orders:service${index % 140}:resource${index}`,
    );
    const roles = Object.fromEntries(
      Array.from({ length: 1000 }, (_, role) => [
        `Role ${role}`,
        permissions.filter((_, index) => index % 140 === role % 140 && index % (2 + (role % 5)) === 0),
      ]),
    );
    const catalog = {
      permissions: [...permissions, 'reports:1', 'reports:9'],
      roles: { ...roles, Reader: ['reports:1'] },
    };
    const folder = await built({}, catalog);
    expect(folder.read('claimgen/report.html').length).toBeLessThan(6_000_000);
    const { page, complaints } = await open(folder.path);
    // What a person would wait for: the rows of a page, not those of a catalog.
    expect(await page.locator('tr').count()).toBeLessThan(400);
    await page.locator('#search-0').fill('resource13999');
    await expect.poll(() => page.locator('#results-0 tbody tr').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});
