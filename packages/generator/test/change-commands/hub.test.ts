import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { initJournal, openHttpFeed } from '@claimgen/changes';
import type { ChangeFrame } from '@claimgen/verifier/changes';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../src/run.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

const SECRET = 'correct-horse-battery';

interface Running {
  /** Where the hub says that it listens. */
  readonly url: string;
  readonly error: () => string;
  /** Tells it to end, and gives its exit code. */
  stop(): Promise<number>;
}

async function hub(folder: ProjectFolder, args: readonly string[]): Promise<Running> {
  const stop = new AbortController();
  let tell: (url: string) => void;
  const listening = new Promise<string>((resolve) => {
    tell = resolve;
  });
  let errors = '';
  const ended = run({
    args: ['hub', ...(args.includes('--port') ? [] : ['--port', '0']), ...args],
    cwd: folder.path,
    version: '0',
    env: { CHANGES_SECRET: SECRET },
    readStdin: async () => '',
    stopSignal: () => stop.signal,
    out: (text) => {
      const url = /http:\/\/\S+/.exec(text)?.[0];
      if (url !== undefined) tell(url);
    },
    error: (text) => {
      errors += text;
    },
  });
  onTestFinished(() => stop.abort());
  const url = await Promise.race([
    listening,
    ended.then((code) => Promise.reject(new Error(`${code} ${errors}`))),
  ]);
  return {
    url,
    error: () => errors,
    stop: () => {
      stop.abort();
      return ended;
    },
  };
}

async function firstRecords(url: string, secret: string): Promise<readonly unknown[]> {
  const stop = new AbortController();
  try {
    for await (const frame of openHttpFeed(url, { secret }).read(undefined, stop.signal)) {
      const { records } = frame as ChangeFrame;
      if (records.length > 0) return records;
    }
    return [];
  } finally {
    stop.abort();
  }
}

describe('claimgen hub', () => {
  it('gives receivers the names of config and catalog', async () => {
    const folder = projectFolder({
      'catalog.json': JSON.stringify({
        permissions: [
          { name: 'refund', audience: 'https://orders.example' },
          { name: 'read', audience: 'https://billing.example' },
          { name: 'audit' },
        ],
        roles: { Clerk: [{ name: 'refund', audience: 'https://orders.example' }], Any: ['audit'] },
      }),
      'claimgen.config.json': JSON.stringify({
        catalog: 'catalog.json',
        claim: 'https://acme.example/permissions',
        action: { name: 'ours', source: ['roles', { event: 'user.app_metadata.permissions' }] },
        audiences: {
          orders: {
            audience: 'https://orders.example',
            globs: ['*'],
            from: { 'https://billing.example': 'billing/' },
          },
        },
      }),
      'log.js': `import { writeFileSync } from 'node:fs';
import { openMemoryLog } from '@claimgen/changes';
export default () => openMemoryLog();
export const routes = (log, signal, names) => {
  writeFileSync(new URL('names.json', import.meta.url), JSON.stringify(names()));
  return [];
};`,
      'package.json': '{ "type": "module" }',
    });
    symlinkSync(new URL('../../../../node_modules', import.meta.url).pathname, `${folder.path}/node_modules`);
    const { stop } = await hub(folder, ['--changes', 'log.js']);
    expect(JSON.parse(folder.read('names.json'))).toEqual({
      sources: { roles: true, managementApi: false, event: ['user.app_metadata.permissions'] },
      roles: [
        { name: 'Clerk', permissions: [{ api: 'https://orders.example', name: 'refund' }] },
        { name: 'Any', permissions: [{ api: 'https://orders.example', name: 'audit' }] },
      ],
      permissions: [
        { api: 'https://orders.example', name: 'refund', as: [{ aud: 'orders', name: 'refund' }] },
        { api: 'https://billing.example', name: 'read', as: [{ aud: 'orders', name: 'billing/read' }] },
        { api: 'https://orders.example', name: 'audit', as: [{ aud: 'orders', name: 'audit' }] },
      ],
      actions: ['ours'],
    });
    expect(await stop()).toBe(0);
    folder.write({ 'claimgen.config.json': '{' });
    const faulty = await folder.claimgen('hub --changes log.js --port 0');
    expect(faulty.exitCode).toBe(2);
    expect(faulty.error).toContain('claimgen.config.json');
  });

  it('serves a log to those who know the secret, until it is told to end', async () => {
    const folder = projectFolder({});
    await initJournal(`${folder.path}/changes`);
    const { url, stop } = await hub(folder, ['--journal', 'changes']);
    await expect.poll(async () => (await fetch(new URL('/health', url))).status).toBe(200);
    expect((await fetch(url)).status).toBe(401);
    await folder.claimgen("publish --journal changes --user 'auth0|1' --out");
    expect(await firstRecords(url, SECRET)).toMatchObject([{ sub: 'auth0|1', out: true }]);
    expect(await stop()).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('has the receivers of the module that opens the log', async () => {
    const folder = projectFolder({
      'log.mjs': `import { openJournal, receiveLogStream } from '@claimgen/changes';
const names = { sources: { roles: true, managementApi: false, event: [] }, roles: [], permissions: [] };
export default () => openJournal(new URL('./changes', import.meta.url).pathname, { create: true });
export const routes = (log) => [receiveLogStream({ path: '/auth0/logs', secret: '${SECRET}-of-auth0', log, names })];
`,
    });
    symlinkSync(new URL('../../../../node_modules', import.meta.url).pathname, `${folder.path}/node_modules`);
    const { url, stop } = await hub(folder, ['--changes', 'log.mjs']);
    const entry = { log_id: '1', data: { type: 'sdu', user_id: 'auth0|7', date: new Date().toISOString() } };
    const post = (secret: string) =>
      fetch(new URL('/auth0/logs', url), {
        method: 'POST',
        headers: { authorization: secret },
        body: JSON.stringify(entry),
      });
    expect((await post('wrong-secret-of-auth0')).status).toBe(401);
    expect((await post(`${SECRET}-of-auth0`)).status).toBe(204);
    await expect.poll(async () => (await fetch(new URL('/health', url))).status).toBe(200);
    expect(await firstRecords(url, SECRET)).toMatchObject([{ sub: 'auth0|7', out: true }]);
    expect(await stop()).toBe(0);
  });

  it.each([
    [['--journal', 'changes'], {}, 'CHANGES_SECRET is not set'],
    [['--journal', 'changes'], { CHANGES_SECRET: 'short' }, 'at least 16'],
    [
      ['--journal', 'changes', '--port', '70000'],
      { CHANGES_SECRET: SECRET },
      '--port must be a whole number',
    ],
    [['--journal', 'missing'], { CHANGES_SECRET: SECRET }, 'no journal'],
    [['--changes', 'routes.mjs'], { CHANGES_SECRET: SECRET }, 'routes is no function'],
    [['--changes', 'throws.mjs'], { CHANGES_SECRET: SECRET }, "the module's routes failed"],
    [['--journal', 'changes', '--host', '203.0.113.1'], { CHANGES_SECRET: SECRET }, 'nothing can listen'],
  ] as const)('refuses %j with %j', async (args, env, message) => {
    const log = 'export default () => ({ read: async function* () {}, close: async () => {} });\n';
    const folder = projectFolder({
      'routes.mjs': `${log}export const routes = 7;\n`,
      'throws.mjs': `${log}export const routes = () => { throw new Error('redis://user:password@host'); };\n`,
    });
    await initJournal(`${folder.path}/changes`);
    let printed = '';
    const exitCode = await run({
      args: ['hub', ...args],
      cwd: folder.path,
      version: '0',
      env,
      readStdin: async () => '',
      out: (text) => {
        printed += text;
      },
      error: (text) => {
        printed += text;
      },
    });
    expect([exitCode, printed]).toEqual([2, expect.stringContaining(message)]);
    expect(printed).not.toContain('password');
    expect(printed).not.toContain(SECRET);
  });

  it('refuses a port that is taken', async () => {
    const folder = projectFolder({});
    await initJournal(`${folder.path}/changes`);
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    await expect(hub(folder, ['--journal', 'changes', '--port', String(port)])).rejects.toThrow(
      /^2 .*EADDRINUSE/,
    );
  });
});
