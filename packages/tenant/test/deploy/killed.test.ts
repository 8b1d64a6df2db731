// kill -9 at each request of a deploy, before the tenant has done it and after: the tenant is as before or as after, and the next run
// completes it. Real processes, over HTTPS.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiAnswer, ManagementApi, serveManagementApi } from '@claimgen/simulator/management-api/index';
import { expect, it, onTestFinished, vi } from 'vitest';
import { addOthers, desired, ours } from '../actions.ts';
import { makeCertificate } from '../certificate.ts';
import { SECRET } from '../stand-in.ts';

vi.setConfig({ testTimeout: 600_000 });

const script = fileURLToPath(new URL('deploy-process.js', import.meta.url));

it('kill -9 at any request leaves the tenant as before or as after, and a second run completes it', async () => {
  const { key, cert, file } = makeCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const actionFile = join(folder, 'action.json');
  const cache = join(folder, 'cache');
  let outputs = '';

  const run = async (
    api: ManagementApi,
    killAt?: { readonly request: number; readonly when: 'before' | 'after' },
  ): Promise<string> => {
    let child: ChildProcess | undefined;
    let count = 0;
    const handle = ManagementApi.prototype.handle.bind(api);
    api.handle = (request): ApiAnswer => {
      const isLast = request.path.startsWith('/api/v2') && count++ === killAt?.request;
      if (isLast && killAt?.when === 'before') {
        child?.kill('SIGKILL');
        return { status: 200, breakage: 'cut' };
      }
      const answer = handle(request);
      if (isLast) child?.kill('SIGKILL');
      return isLast ? { ...answer, breakage: 'cut' } : answer;
    };
    const { PATH } = process.env;
    const env = {
      PATH,
      NODE_EXTRA_CA_CERTS: file,
      AUTH0_DOMAIN: new URL(api.origin).host,
      AUTH0_CLIENT_ID: 'the-client',
      AUTH0_CLIENT_SECRET: SECRET,
    };
    child = spawn(process.execPath, [script, actionFile, cache], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout?.on('data', (chunk) => {
      outputs += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      outputs += chunk;
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child?.on('close', (...ended) => resolve(ended)),
    );
    return signal ?? String(code);
  };

  for (const when of ['before', 'after'] as const) {
    for (let request = 0; ; request++) {
      const api = new ManagementApi();
      const served = await serveManagementApi(api, { tls: { key, cert } });
      addOthers({ api }, ['enrich']);
      writeFileSync(actionFile, JSON.stringify(desired(1)));
      const ended = await run(api, { request, when });
      expect(['SIGKILL', '0'], outputs).toContain(ended);
      const code = ours({ api })?.versions.at(-1)?.code;
      expect([undefined, desired(1).code]).toContain(code);
      expect(await run(api), outputs).toBe('0');
      expect(ours({ api })?.versions.map((version) => version.code)).toEqual([desired(1).code]);
      expect(api.tenant.bindings.get('post-login')?.map(({ display_name }) => display_name)).toEqual([
        'The enrich',
        'acme-permissions',
      ]);
      await served.close();
      if (ended === '0') break;
    }
  }
  // Nothing secret in any output or file but the token cache.
  expect(outputs).toBe('');
  for (const name of readdirSync(folder))
    if (name !== 'cache') expect(readFileSync(join(folder, name), 'utf8')).not.toContain(SECRET);
  for (const name of readdirSync(cache))
    expect(readFileSync(join(cache, name), 'utf8')).not.toContain(SECRET);
});
