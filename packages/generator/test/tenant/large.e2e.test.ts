// `claimgen pull` of a tenant at Auth0's limits, 1,000 APIs of 1,000 scopes and 1,000 roles of 1,000 permissions, at 2 requests a second on
// a clock that is sped up: it says beforehand how long it takes, keeps its memory, and goes on where it was killed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ManagementApi, PLANS, serveManagementApi } from '@claimgen/simulator/management-api/index';
import { expect, it, onTestFinished, vi } from 'vitest';
import { makeCertificate } from '../../../tenant/test/certificate.ts';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { tenantOf } from '../../../tenant/test/tenants.ts';
import { projectFolder } from '../project-folder.ts';
import { temporaryFolder } from './world.ts';

vi.setConfig({ testTimeout: 900_000 });

const SPEED = 1_000;
const SIZE = { apis: 1_000, scopes: 1_000, roles: 1_000, permissions: 1_000 };

it('claimgen pull of 1,000 x 1,000', async () => {
  const start = Date.now();
  const now = () => start + (Date.now() - start) * SPEED;
  const { key, cert, file } = makeCertificate();
  // Tokens last: a day goes by in minutes.
  const api = new ManagementApi({
    tenant: tenantOf(SIZE),
    pageCap: 50,
    rate: PLANS.free,
    tokenLifetime: 30 * 86_400,
    now,
  });
  const served = await serveManagementApi(api, { tls: { key, cert }, real: (ms) => ms / SPEED });
  onTestFinished(() => served.close());
  const project = projectFolder({});
  const home = temporaryFolder();
  let requests = 0;

  const pull = (
    killAt?: number,
  ): Promise<{ readonly by: string; readonly out: string; readonly requests: number }> => {
    const before = requests;
    const script = fileURLToPath(new URL('large-pull.js', import.meta.url));
    const { PATH = '' } = process.env;
    const child = spawn(
      process.execPath,
      [script, String(start), String(SPEED), 'pull', '--out', 'catalog.json'],
      {
        cwd: project.path,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH,
          HOME: home,
          XDG_CACHE_HOME: home,
          NODE_EXTRA_CA_CERTS: file,
          AUTH0_DOMAIN: served.domain,
          AUTH0_CLIENT_ID: 'the-client',
          AUTH0_CLIENT_SECRET: SECRET,
        },
      },
    );
    api.onExchange = () => {
      requests++;
      if (requests - before === killAt) child.kill('SIGKILL');
    };
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        out += chunk;
      });
    return new Promise((resolve) =>
      child.on('close', (code, signal) =>
        resolve({ by: signal ?? String(code), out, requests: requests - before }),
      ),
    );
  };

  const killed = await pull(10_000);
  expect(killed.by).toBe('SIGKILL');
  expect(killed.out).toMatch(/^20,\d{3} requests, about 2 h \d\d min at 2 requests\/s\n/);
  const second = await pull();
  expect(second.by, second.out).toBe('0');
  const { exitCode, megabytes } = JSON.parse(second.out.trim().split('\n').at(-1) ?? '');
  expect(exitCode).toBe(0);
  expect(megabytes).toBeLessThan(300);
  // Half of the roles were in the journal; of each of them the first page is read again.
  expect(second.requests).toBeLessThan(13_000);
  // The same tenant again is compared without reading the catalog into memory.
  const third = await pull();
  expect(third.out).toContain('No changes: 1,000 APIs, 1,000,000 permissions, 1,000 roles.');
  expect(JSON.parse(third.out.trim().split('\n').at(-1) ?? '').megabytes).toBeLessThan(300);
  const catalog = JSON.parse(project.read('catalog.json'));
  expect([
    catalog.permissions.length,
    Object.keys(catalog.roles).length,
    catalog.roles['Role 999'].length,
  ]).toEqual([1_000_000, 1_000, 1_000]);
  expect([...project.snapshot().keys()]).toEqual(['catalog.json']);
});
