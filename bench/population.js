// Measures `claimgen population` on modelled users: time and the largest memory of the whole process.
//
//   CLAIMGEN_DATA=<folder of npsp.json> node bench/population.js [users] [catalog.json]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [users = '1000000', named] = process.argv.slice(2);
const data = process.env.CLAIMGEN_DATA;
if (named === undefined && data === undefined) {
  console.error('Set CLAIMGEN_DATA to the folder of npsp.json, or name a catalog.');
  process.exit(2);
}
const catalog = resolve(named ?? join(data, 'npsp.json'));
const bin = join(fileURLToPath(import.meta.resolve('@claimgen/generator')), '../bin.js');

const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
try {
  writeFileSync(
    join(folder, 'claimgen.config.json'),
    JSON.stringify({
      catalog,
      claim: 'https://bench.example/permissions',
      action: { source: ['roles', { event: 'user.app_metadata.permissions', organizations: 'tenant-wide' }] },
      audiences: { all: { audience: 'https://api.bench.example', globs: ['*'] } },
    }),
  );
  // The child reports its own peak, as the operating system counts it: maxRSS is in kilobytes.
  const report = `process.on('exit', () => process.stderr.write(JSON.stringify(process.resourceUsage())))`;
  const started = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, bin, 'population', '--model', users],
    { cwd: folder, encoding: 'utf8' },
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const usage = JSON.parse(stderr.slice(stderr.lastIndexOf('{"')));
  console.log(stdout.trimEnd());
  console.log(
    `\nNode ${process.versions.node}, ${availableParallelism()} cores: ${seconds.toFixed(1)} s, ` +
      `${((usage.userCPUTime + usage.systemCPUTime) / 1e6).toFixed(1)} s of CPU, ${Math.round(usage.maxRSS / 1024)} MB at most`,
  );
  process.exitCode = status;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
