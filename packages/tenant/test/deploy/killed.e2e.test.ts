// kill -9 at each request of a deploy, before the tenant has done it and after: the tenant is as before or as after, and the next run
// completes it. Real processes, over HTTPS.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiAnswer, ManagementApi, serveManagementApi } from '@claimgen/simulator/management-api/index';
import { expect, it, onTestFinished, vi } from 'vitest';
import { addOthers, desired, ours } from '../actions.ts';
import { makeCertificate } from '../certificate.ts';
import { type Running, startScript } from '../processes.ts';
import { SECRET } from '../stand-in.ts';

vi.setConfig({ testTimeout: 600_000 });

it.each(['before', 'after'] as const)(
  'kill -9 at any request, %s the tenant has done it, leaves the tenant as before or as after, and a second run completes it',
  async (when) => {
    const { key, cert, file } = makeCertificate();
    const folder = mkdtempSync(join(tmpdir(), 'claimgen-killed-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const actionFile = join(folder, 'action.json');
    const cache = join(folder, 'cache');
    writeFileSync(actionFile, JSON.stringify(desired(1)));
    let outputs = '';

    const run = async (api: ManagementApi, killAt?: number): Promise<string> => {
      let running: Running | undefined;
      let count = 0;
      const handle = ManagementApi.prototype.handle.bind(api);
      api.handle = (request): ApiAnswer => {
        const isLast = request.path.startsWith('/api/v2') && count++ === killAt;
        if (!isLast) return handle(request);
        running?.child.kill('SIGKILL');
        const answer = when === 'after' ? handle(request) : { status: 200 };
        return { ...answer, breakage: 'cut' };
      };
      running = startScript('deploy/deploy-process.js', [actionFile, cache], api, file);
      const { by, output } = await running.ended;
      outputs += output;
      return by;
    };

    for (let request = 0; ; request++) {
      const api = new ManagementApi();
      const served = await serveManagementApi(api, { tls: { key, cert } });
      addOthers({ api }, ['enrich']);
      const ended = await run(api, request);
      expect(['SIGKILL', '0'], outputs).toContain(ended);
      expect([undefined, desired(1).code]).toContain(ours({ api })?.versions.at(-1)?.code);
      expect(await run(api), outputs).toBe('0');
      expect(ours({ api })?.versions.map(({ code }) => code)).toEqual([desired(1).code]);
      const bound = api.tenant.bindings.get('post-login') ?? [];
      expect(bound.map(({ display_name }) => display_name)).toEqual(['The enrich', 'acme-permissions']);
      await served.close();
      if (ended === '0') break;
    }
    expect(outputs).toBe('');
    for (const name of readdirSync(cache))
      expect(readFileSync(join(cache, name), 'utf8')).not.toContain(SECRET);
  },
);
