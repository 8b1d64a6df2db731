// kill -9 at requests of a pull: the catalog is as before or as after, and the next run goes on where it was.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiAnswer, ManagementApi, serveManagementApi } from '@claimgen/simulator/management-api/index';
import { expect, it, onTestFinished, vi } from 'vitest';
import { makeCertificate } from '../certificate.ts';
import { type Running, startScript } from '../processes.ts';
import { SECRET } from '../stand-in.ts';
import { tenantOf } from '../tenants.ts';

vi.setConfig({ testTimeout: 600_000 });

it('kill -9 at any request leaves the catalog as it was, and the next run completes it with fewer requests', async () => {
  const { key, cert, file } = makeCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const catalog = join(folder, 'catalog.json');
  const api = new ManagementApi({
    tenant: tenantOf({ apis: 1, scopes: 150, roles: 3, permissions: 150 }),
    pageCap: 50,
  });
  const served = await serveManagementApi(api, { tls: { key, cert } });
  onTestFinished(() => served.close());
  let outputs = '';

  const run = async (killAt?: number): Promise<{ readonly by: string; readonly requests: number }> => {
    let running: Running | undefined;
    let requests = 0;
    const handle = ManagementApi.prototype.handle.bind(api);
    api.handle = (request): ApiAnswer => {
      if (request.path.startsWith('/api/v2') && requests++ === killAt) running?.child.kill('SIGKILL');
      return handle(request);
    };
    running = startScript('pull/pull-process.js', [catalog], api, file);
    const { by, output } = await running.ended;
    outputs += output;
    return { by, requests };
  };

  const whole = await run();
  expect(whole.by, outputs).toBe('0');
  const complete = readFileSync(catalog, 'utf8');
  expect(JSON.parse(complete).roles['Role 2']).toHaveLength(150);
  let saved = 0;
  for (let request = 0; request < whole.requests; request++) {
    writeFileSync(catalog, 'before');
    expect(await run(request)).toMatchObject({ by: 'SIGKILL' });
    expect(readFileSync(catalog, 'utf8')).toBe('before');
    const second = await run();
    expect(second.by, outputs).toBe('0');
    expect(readFileSync(catalog, 'utf8')).toBe(complete);
    expect(second.requests).toBeLessThanOrEqual(whole.requests);
    if (second.requests < whole.requests) saved++;
    expect(readdirSync(folder)).toEqual(['catalog.json']);
  }
  expect(saved).toBeGreaterThan(0);
  expect(outputs).not.toContain(SECRET);
  expect(complete).not.toContain(SECRET);
});
