// How long `claimgen build` takes, and how much memory, by the size of the catalog: `node bench/build.js [permissions …]`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@claimgen/generator';
import { ACTIONS } from './size/actions.js';

const SIZES = [1000, 14_000, 100_000];

if (process.argv[2] === '--child') await build(process.argv[3]);
else for (const size of process.argv.length > 2 ? process.argv.slice(2).map(Number) : SIZES) measure(size);

/** A process of its own for each size, so that its peak memory is its own. */
function measure(size) {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
  writeFileSync(join(folder, 'catalog.json'), JSON.stringify(catalog(size)));
  writeFileSync(
    join(folder, 'claimgen.config.json'),
    JSON.stringify({
      catalog: 'catalog.json',
      claim: 'https://acme.example/permissions',
      action: { name: 'permissions', source: ['roles'] },
      audiences: { api: { audience: 'https://api.acme.example', globs: ['*'] } },
    }),
  );
  const { stdout, stderr, status } = spawnSync(process.execPath, [process.argv[1], '--child', folder], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(stderr);
  const { seconds, megabytes, exitCode, action, line } = JSON.parse(stdout);
  console.log(
    `${size.toLocaleString('en-US').padStart(8)} permissions: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB; ` +
      `exit ${exitCode}, Action ${action.toLocaleString('en-US')} bytes, largest line ${line.toLocaleString('en-US')} bytes`,
  );
}

async function build(folder) {
  let printed = '';
  const start = performance.now();
  const exitCode = await run({
    args: ['build', '--json', '--allow-over-budget'],
    cwd: folder,
    version: '0',
    readStdin: async () => '',
    out: (text) => {
      printed += text;
    },
    error: (text) => process.stderr.write(text),
  });
  const seconds = (performance.now() - start) / 1000;
  const report = JSON.parse(printed);
  console.log(
    JSON.stringify({
      seconds,
      megabytes: process.resourceUsage().maxRSS / 1024,
      exitCode,
      action: report.actions[0].bytes,
      line: report.audiences[0].proof.line,
    }),
  );
}

/** Resources with actions, and roles that hold some resources whole and some of their actions. */
function catalog(size) {
  const permissions = Array.from(
    { length: size },
    (_, index) => `department-${index % 40}/resource-${Math.floor(index / 10)}:${ACTIONS[index % 10]}`,
  );
  const roles = {};
  let state = 42;
  const next = (bound) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * bound);
  };
  for (let role = 0; role < 300; role++) {
    const start = next(size);
    const length = Math.min(size - start, 1 + next(Math.max(10, size / 50)));
    const step = 1 + next(3);
    roles[`role ${role}`] = permissions.slice(start, start + length).filter((_, index) => index % step === 0);
  }
  return { permissions, roles };
}
