// Makes the pictures of the README from the real thing: `npm run pictures`. Needs chromium, git and script(1).
// The example's report page, and what `claimgen check` says of a branch whose tokens pass the budget.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AnsiUp } from 'ansi_up';
import { chromium } from 'playwright-core';

const example = fileURLToPath(new URL('../../examples/acme', import.meta.url));
const claimgen = fileURLToPath(new URL('../../packages/generator/bin/claimgen.js', import.meta.url));
const picture = (name) => fileURLToPath(new URL(name, import.meta.url));
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) throw new Error('install chromium');

const folder = mkdtempSync(join(tmpdir(), 'claimgen-pictures-'));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--headless'] });
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
  await page.goto(pathToFileURL(join(example, 'claimgen/report.html')).href);
  await page.screenshot({ path: picture('report.png') });

  const terminal = await browser.newPage();
  await terminal.setContent(`<style>
body { margin: 0; background: #0d1117 }
pre { margin: 0; padding: 20px; font: 14px/1.4 monospace; color: #e6edf3; width: max-content }
</style><pre>${new AnsiUp().ansi_to_html(failingCheck())}</pre>`);
  await terminal.locator('pre').screenshot({ path: picture('check.png') });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** A branch that gives a role more, and writes an API's permissions as names, as `check` shows it on a terminal. */
function failingCheck() {
  cpSync(example, folder, { recursive: true });
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=acme', '-c', 'user.email=acme@example.com', ...args], {
      cwd: folder,
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'main');
  edit('claimgen.config.yaml', (text) =>
    text.replace('exact: ["reports:*"]', 'encoding: names\n    exact: ["reports:*"]'),
  );
  edit('tenant/roles/Auditor.json', (text) => {
    const role = JSON.parse(text);
    const [first] = role.permissions;
    role.permissions.push({ ...first, permission_name: 'orders:sales-orders:approve-above-limit' });
    return JSON.stringify(role, null, 2);
  });
  spawnSync(process.execPath, [claimgen, 'build', '--allow-over-budget'], { cwd: folder });
  const shown = spawnSync(
    'script',
    ['-qec', `stty cols 88; ${process.execPath} ${claimgen} check --base main`, '/dev/null'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm' },
    },
  ).stdout;
  return `$ claimgen check --base main\n${shown.replaceAll('\r\n', '\n')}`;
}

function edit(path, change) {
  const file = join(folder, path);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
