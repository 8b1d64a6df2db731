// Prints the coverage of branches by the unit tests, package by package, and fails where it has fallen: npm run test:coverage
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Per cent, rounded down, less one, as they were measured last: raise them with the coverage. What end-to-end tests reach is not counted,
 * and of a package that others use, what they run of its build: auth0 and dev have no tests but those.
 */
const LEAST = {
  'action-runtime': 37,
  changes: 66,
  client: 86,
  generator: 76,
  resolver: 82,
  simulator: 38,
  tenant: 72,
  'token-cache': 81,
  verifier: 90,
};

const summary = fileURLToPath(new URL('../coverage/coverage-summary.json', import.meta.url));
const packages = new Map();
for (const [file, { branches }] of Object.entries(JSON.parse(readFileSync(summary, 'utf8')))) {
  const name = /[/\\]packages[/\\]([^/\\]+)[/\\]src[/\\]/.exec(file)?.[1];
  if (name === undefined) continue;
  const { total, covered } = packages.get(name) ?? { total: 0, covered: 0 };
  packages.set(name, { total: total + branches.total, covered: covered + branches.covered });
}

for (const [name, { total, covered }] of [...packages].sort()) {
  const percent = total === 0 ? 100 : (100 * covered) / total;
  const least = LEAST[name] ?? 0;
  const fell = percent < least;
  console.log(
    `${percent.toFixed(1).padStart(6)} %  ${name.padEnd(15)} ${covered} of ${total} branches${fell ? `, fewer than ${least} %` : ''}`,
  );
  if (fell) process.exitCode = 1;
}
for (const name of Object.keys(LEAST)) {
  if (packages.has(name)) continue;
  console.log(`${name} has no coverage: is it a package?`);
  process.exitCode = 1;
}
