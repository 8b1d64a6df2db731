// Mutation testing, an area at a time: `npm run test:mutants -- claim keys`, or all of them without names.
// Each run changes the source in one place and expects a test to fail. It takes minutes to hours, on Node 22, which Stryker needs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { AREAS } from './areas.js';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(AREAS, name));
if (unknown.length > 0) {
  console.error(`no such area: ${unknown.join(', ')}. There are ${Object.keys(AREAS).join(', ')}.`);
  process.exit(2);
}
mkdirSync('reports/mutants', { recursive: true });
let failed = false;
for (const name of names.length === 0 ? Object.keys(AREAS) : names) {
  const config = {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutants/vitest.config.js', related: false },
    mutate: AREAS[name].mutate,
    // Stryker's preprocessor for TypeScript projects calls an API that TypeScript 7 lacks: a file that does not exist switches it off.
    tsconfigFile: 'none.json',
    coverageAnalysis: 'perTest',
    concurrency: 2,
    timeoutMS: 30_000,
    ignorePatterns: ['/docs', '/bench', '/examples', '/reports', '.turbo'],
    reporters: ['clear-text', 'progress-append-only', 'json'],
    clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
    jsonReporter: { fileName: `reports/mutants/${name}.json` },
    tempDirName: 'reports/mutants/tmp',
    thresholds: { high: 95, low: 90, break: 90 },
  };
  const file = `reports/mutants/${name}.config.json`;
  writeFileSync(file, JSON.stringify(config));
  const { status } = spawnSync(
    'npx',
    ['-y', 'node@22', 'node_modules/@stryker-mutator/core/bin/stryker.js', 'run', file],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        CLAIMGEN_MUTANTS: name,
        CLAIMGEN_RUNS: '30',
        CLAIMGEN_FUZZ_RUNS: '300',
        CLAIMGEN_HISTORIES: '20',
      },
    },
  );
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
