// What a login costs: `node bench/login.js [permissions …]`. Cold: from the Action's text to the end of its first login, in a process of its
// own. Warm: one of many that follow. Of 9 processes the
// fastest, as other work of the machine only adds, and the median. On Node 22, as Auth0 runs Actions; beside them the filter by prefix that sets a list.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@claimgen/generator';

const SIZES = [100, 1000, 14_000];
const PROCESSES = 9;
const AUDIENCE = 'https://orders.acme.example';
const LIST = { event: 'user.app_metadata.permissions' };
/** What Auth0's community answers for the same task. */
const FILTER = `exports.onExecutePostLogin = async (event, api) => {
  const permissions = event.user.app_metadata.permissions.filter((p) => p.startsWith('orders:'));
  api.accessToken.setCustomClaim('https://acme.example/permissions', permissions);
};`;

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : SIZES;
const node22 = execFileSync('npx', ['-y', 'node@22', '-p', 'process.execPath'], {
  cwd: tmpdir(),
  encoding: 'utf8',
}).trim();
console.log(`Node ${execFileSync(node22, ['-p', 'process.version'], { encoding: 'utf8' }).trim()}`);
console.log('permissions  Action                        bytes        cold ms          warm µs  claim bytes');
for (const size of sizes) await measureSize(size);

async function measureSize(size) {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
  const names = Array.from({ length: size }, (_, index) => `orders:resource-${index % 97}:action-${index}`);
  // Twenty roles of a quarter of the permissions each, of which the user holds four.
  const roles = Object.fromEntries(
    Array.from({ length: 20 }, (_, role) => [
      `Role ${role}`,
      names
        .filter((_, index) => (index * 7 + role * 13) % 20 < 5)
        .map((name) => ({ name, audience: AUDIENCE })),
    ]),
  );
  const userRoles = ['Role 0', 'Role 5', 'Role 9', 'Role 14'];
  const held = [...new Set(userRoles.flatMap((role) => roles[role].map(({ name }) => name)))].sort();
  const permissions = names.map((name) => ({ name, audience: AUDIENCE }));
  writeFileSync(join(folder, 'catalog.json'), JSON.stringify({ permissions, roles }));
  writeFileSync(
    join(folder, 'event.json'),
    JSON.stringify({
      resource_server: { identifier: AUDIENCE },
      authorization: { roles: userRoles },
      user: { user_id: 'auth0|1', app_metadata: { permissions: held } },
      secrets: {},
    }),
  );
  writeFileSync(join(folder, 'filter.js'), FILTER);
  const actions = [
    ['claimgen, roles', await build(folder, ['roles'])],
    ['claimgen, list in the event', await build(folder, [LIST])],
    ['filter by prefix', join(folder, 'filter.js')],
  ];
  for (const [name, path] of actions) print(size, name, path, join(folder, 'event.json'));
  rmSync(folder, { recursive: true });
}

async function build(folder, source) {
  const out = join(folder, source.map((entry) => (entry === 'roles' ? 'roles' : 'list')).join('-'));
  mkdirSync(out);
  writeFileSync(
    join(out, 'claimgen.config.json'),
    JSON.stringify({
      catalog: '../catalog.json',
      claim: 'https://acme.example/permissions',
      action: { name: 'permissions', source },
      audiences: { orders: { audience: AUDIENCE, prefixes: ['orders:'] } },
    }),
  );
  await run({
    args: ['build', '--json', '--allow-over-budget'],
    cwd: out,
    version: '0',
    readStdin: async () => '',
    out: () => undefined,
    error: (text) => process.stderr.write(text),
  });
  return join(out, 'claimgen/actions/permissions/code.js');
}

function print(size, name, path, event) {
  const script = fileURLToPath(new URL('login/execution.js', import.meta.url));
  const results = Array.from({ length: PROCESSES }, () =>
    JSON.parse(execFileSync(node22, [script, path, event], { encoding: 'utf8' })),
  );
  const figures = (key) => {
    const sorted = results.map((result) => result[key]).sort((a, b) => a - b);
    return `${sorted[0].toFixed(1)} / ${sorted[Math.floor(PROCESSES / 2)].toFixed(1)}`;
  };
  const count = (value) => value.toLocaleString('en-US');
  console.log(
    [
      count(size).padStart(11),
      name.padEnd(27),
      count(readFileSync(path).length).padStart(6),
      figures('cold').padStart(13),
      figures('warm').padStart(15),
      count(results[0].claim).padStart(11),
    ].join('  '),
  );
}
