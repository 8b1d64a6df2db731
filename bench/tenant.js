// What it takes to pull a tenant at Auth0's limits, at the two requests a second of the free plan, on a clock that runs faster:
// node bench/tenant.js [how many of each: APIs, scopes of an API, roles, permissions of a role] [speed]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const size = Number(process.argv[2] ?? 1_000);
const speed = Number(process.argv[3] ?? 100);
const start = Date.now();
const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
const script = (name) => new URL(`tenant/${name}.js`, import.meta.url).pathname;

const run = (name, args) =>
  spawn(process.execPath, [script(name), ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });

const standIn = run('stand-in', [start, speed, size]);
try {
  const [origin] = await once(standIn.stdout, 'data');
  const file = join(folder, 'catalog.json');
  const pull = run('pull', [String(origin).trim(), start, speed, file]);
  let output = '';
  pull.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(pull, 'close');
  const result = JSON.parse(output);
  console.log(
    `${size} APIs of ${size} scopes, ${size} roles of ${size} permissions, pages of 50, 2 requests/s`,
  );
  console.log(`told before:      ${result.told}`);
  console.log(
    `took:             ${result.took}, ${result.rate.toFixed(2)} requests/s (${result.refused} of ${result.answers} refused with 429)`,
  );
  console.log(
    `paused for limit: ${result.paused}; the rest is this machine's own time, ${speed} times as long on that clock`,
  );
  console.log(`memory:           ${Math.round(result.megabytes)} MB at most`);
  console.log(`permissions read: ${result.permissions.toLocaleString('en-US')} of ${result.roles} roles`);
  console.log(`catalog.json:     ${Math.round(statSync(file).size / 1e6)} MB`);
  console.log(`on this machine:  ${result.realSeconds.toFixed(0)} s (a clock ${speed} times as fast)`);
} finally {
  standIn.kill();
  rmSync(folder, { recursive: true });
}
