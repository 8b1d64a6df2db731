// What came out of vitest's JSON reports: skipped tests, counts and the slowest files. node .ci/summary.js <report>…
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';

const SLOWEST = 15;

const reports = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')));
const files = reports.flatMap(({ testResults }) => testResults);
const sum = (key) => reports.reduce((total, report) => total + report[key], 0);

console.log('\nThe slowest files:');
const timed = files.map(({ name, startTime, endTime, assertionResults }) => ({
  name: relative(process.cwd(), name),
  seconds: (endTime - startTime) / 1000,
  tests: assertionResults.length,
}));
for (const { name, seconds, tests } of timed.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST)) {
  console.log(`${seconds.toFixed(1).padStart(7)} s  ${name} (${tests} tests)`);
}

const skipped = files
  .flatMap(({ assertionResults }) => assertionResults)
  .filter(({ status }) => status !== 'passed' && status !== 'failed');
for (const { fullName, status } of skipped) console.log(`SKIPPED (${status}): ${fullName}`);
const counts = `${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed`;
console.log(`${counts}${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
// Everything that tests need is here: nothing may be skipped.
process.exitCode = skipped.length > 0 ? 1 : 0;
