// What `claimgen pull` takes of a tenant at Auth0's limits, at the two requests a second of the free plan: the program itself over HTTPS, against
// the stand-in, on a clock that runs faster. It is killed halfway, goes on, finds nothing new, and then a role that lost a permission:
// node bench/tenant.js [how many of each: APIs, scopes of an API, roles, permissions of a role] [speed]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ManagementApi, PLANS, serveManagementApi } from '@claimgen/simulator/management-api/index';
import { number, printTable } from './size/print.js';
import { largeTenant } from './tenant/large-tenant.js';

const size = Number(process.argv[2] ?? 1_000);
const speed = Number(process.argv[3] ?? 100);
const start = Date.now();
const now = () => Math.floor(start + (Date.now() - start) * speed);
const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = pathOf('../packages/generator/bin/claimgen.js');
const fastClock = pathOf('../packages/tenant/test/fast-clock.js');
const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
const fileOf = (name) => join(folder, name);

execFileSync(
  'openssl',
  [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
    ...['-keyout', fileOf('key.pem'), '-out', fileOf('cert.pem')],
  ],
  { stdio: 'ignore' },
);
const tls = { key: readFileSync(fileOf('key.pem')), cert: readFileSync(fileOf('cert.pem')) };
const api = new ManagementApi({ tenant: largeTenant(size), pageCap: 50, rate: PLANS.free, now });
let requests = 0;
let onRequest = () => undefined;
api.onExchange = () => {
  requests++;
  onRequest();
};
const served = await serveManagementApi(api, { tls });

/** Runs the command, and tells what it took. */
async function run(name, args, killAt) {
  requests = 0;
  const [begun, realBegun] = [now(), Date.now()];
  rmSync(fileOf('memory'), { force: true });
  const child = spawn(
    process.execPath,
    ['--import', fastClock, program, ...args, '--out', fileOf('catalog.json')],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        XDG_CACHE_HOME: folder,
        NODE_EXTRA_CA_CERTS: fileOf('cert.pem'),
        FAST_CLOCK_START: String(start),
        FAST_CLOCK_SPEED: String(speed),
        FAST_CLOCK_MEMORY: fileOf('memory'),
        AUTH0_DOMAIN: served.domain,
        AUTH0_CLIENT_ID: 'bench',
        AUTH0_CLIENT_SECRET: 'bench',
      },
    },
  );
  onRequest = () => requests === killAt && child.kill('SIGKILL');
  let [out, error] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    error += chunk;
  });
  const [code, signal] = await once(child, 'close');
  const memory = signal === null ? `${Math.round(Number(readFileSync(fileOf('memory'))) / 1_024)} MB` : '';
  console.log(`${name} (${memory}): ${(error + out).trim().split('\n').slice(0, 3).join(' / ')}`);
  return [
    name,
    signal ?? String(code),
    number(requests, 0),
    hours(now() - begun),
    `${((Date.now() - realBegun) / 1_000).toFixed(0)} s`,
    memory,
  ];
}

const hours = (ms) => `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;

try {
  console.log(
    `${size} APIs of ${size} scopes, ${size} roles of ${size} permissions, pages of 50, 2 requests/s\n`,
  );
  const rows = [
    await run('killed halfway', ['pull'], Math.round((size * size) / 100)),
    await run('goes on', ['pull']),
    await run('nothing new', ['pull', '--check']),
  ];
  const role = api.tenant.roles.get('rol_0');
  api.tenant.roles.set('rol_0', { ...role, permissions: role.permissions.slice(1) });
  rows.push(await run('one permission less', ['pull']));
  console.log('');
  printTable(
    ['claimgen pull', 'exit', 'requests', `takes (${speed} × as fast)`, 'on this machine', 'memory'],
    rows,
  );
  console.log(`\ncatalog.json: ${Math.round(statSync(fileOf('catalog.json')).size / 1e6)} MB`);
} finally {
  await served.close();
  rmSync(folder, { recursive: true });
}
