// What the command costs beside Node alone: `node bench/cli.js [other claimgen.js …]`. The commands take turns, and so do other builds of
// claimgen where they are named. Wall-clock time grows with other work of the machine, CPU time (user and system) hardly.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLargeTenant } from './cli/large-tenant.js';
import { number, printTable } from './size/print.js';
import { median } from './verify/median.js';

const ROUNDS = 15;
/** The commands that take seconds are run in every third round. */
const LARGE_EVERY = 3;

const ours = fileURLToPath(new URL('../packages/generator/bin/claimgen.js', import.meta.url));
const builds = [ours, ...process.argv.slice(2).map((path) => resolve(path))];
const example = fileURLToPath(new URL('../examples/acme', import.meta.url));
const folders = builds.map(() => mkdtempSync(join(tmpdir(), 'claimgen-bench-')));

try {
  for (const folder of folders) writeLargeTenant(folder);
  const commands = [
    { name: 'node -e 0', args: ['-e', '0'], cwd: example },
    ...builds.flatMap((bin, index) => commandsOf(bin, folders[index])),
  ];
  const runs = commands.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    commands.forEach((command, index) => {
      if (!command.large || round % LARGE_EVERY === 0) runs[index].push(run(command));
    });
  }
  print(commands, runs);
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true });
}

function commandsOf(bin, folder) {
  const suffix = builds.length === 1 ? '' : ` (${relative(process.cwd(), bin)})`;
  const at = (name, cwd, large, ...args) => ({ name: name + suffix, args: [bin, ...args], cwd, large });
  return [
    at('claimgen --version', example, false, '--version'),
    at("the example's check", example, false, 'check'),
    { ...at('14 × 1,000 permissions: build', folder, true, 'build'), first: true },
    at('14 × 1,000 permissions: check', folder, true, 'check'),
  ];
}

/** Seconds of wall-clock and of CPU time, as bash measures a child. */
function run({ name, args, cwd, first }) {
  // A first build chooses an order for each layout; later ones find it in the lock.
  if (first)
    for (const output of ['claimgen', 'claimgen.lock.json'])
      rmSync(join(cwd, output), { recursive: true, force: true });
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%R %U %S"; time "$@"', 'bash', process.execPath, ...args],
    { cwd, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  );
  if (status !== 0) throw new Error(`${name}: exit ${status}\n${stdout}${stderr}`);
  const [wall, user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { wall, cpu: user + system };
}

function print(commands, runs) {
  const medians = runs.map((times) => ({
    wall: median(times.map(({ wall }) => wall)),
    cpu: median(times.map(({ cpu }) => cpu)),
  }));
  const [node] = medians;
  console.log(
    `Node ${process.version}; medians of ${ROUNDS} runs, of ${ROUNDS / LARGE_EVERY} for the large tenant.\n`,
  );
  printTable(
    ['command', 'wall s', '× node', 'CPU s', '× node'],
    medians.map(({ wall, cpu }, index) => [
      commands[index].name,
      number(wall, 3),
      number(wall / node.wall, 1),
      number(cpu, 3),
      number(cpu / node.cpu, 1),
    ]),
  );
}
