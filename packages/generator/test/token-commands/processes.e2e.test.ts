// Real processes of `claimgen token-proxy` with a real redis-server.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { startServer, stopServers, until } from '../../../changes/test/valkey/servers.ts';

const SECRET = 'vendor-secret-0123456789';
const PEPPER = 'pepper-of-the-tests-0123456789-abcdef';
const BODY = `grant_type=client_credentials&client_id=vendor&client_secret=${SECRET}&audience=a`;
const program = fileURLToPath(new URL('../../bin/claimgen.js', import.meta.url));
const children: ChildProcess[] = [];
let printed = '';

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await stopServers();
});

function claimgen(args: readonly string[], store: string): ChildProcess {
  const env = { ...process.env, TOKEN_CACHE_PEPPER: PEPPER, TOKEN_CACHE_STORE: store };
  const child = spawn(process.execPath, [program, 'token-proxy', ...args], { env });
  children.push(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data) => {
      printed += String(data);
    });
  }
  return child;
}

it('shares tokens between processes, purges them everywhere, and outlives its store', async () => {
  let grants = 0;
  const issuer = createServer((request, response) => {
    request.resume().on('end', () => {
      grants += 1;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ access_token: `token-${grants}`, token_type: 'Bearer', expires_in: 86_400 }),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const redis = await startServer();
  await redis.command('CONFIG', 'SET', 'requirepass', 'hunter2-hunter2');
  const store = redis.url.replace('//', '//:hunter2-hunter2@');
  const origin = `http://127.0.0.1:${(issuer.address() as { port: number }).port}/`;
  for (let i = 0; i < 2; i += 1) claimgen(['--issuer', origin, '--port', '0', '--json'], store);
  const urls = () => [...printed.matchAll(/"listening":"([^"]+)"/g)].map(([, url = '']) => url);
  await until(async () => urls().length === 2);
  const ask = async (url: string) => {
    const response = await fetch(url, { method: 'POST', body: new URLSearchParams(BODY) });
    return ((await response.json()) as { access_token?: string }).access_token;
  };
  const all = () => Promise.all(Array.from({ length: 200 }, (_, i) => ask(urls()[i % 2] ?? '')));

  expect(new Set(await all())).toEqual(new Set(['token-1']));
  const [code] = await once(claimgen(['purge', '--issuer', origin, '--client', 'vendor'], store), 'exit');
  expect(code).toBe(0);
  await until(async () => (await all()).every((token) => token === 'token-2'));
  await redis.kill();
  const seen = new Set<string | undefined>();
  await until(async () => {
    for (const token of await all()) seen.add(token);
    return (printed.match(/is down/g) ?? []).length === 2;
  });
  expect(seen).toEqual(new Set(['token-2']));
  const metrics = await Promise.all(
    urls().map(async (url) => (await fetch(new URL('/metrics', url))).text()),
  );
  expect(metrics.join('\n')).toContain('claimgen_token_store_up 0');

  for (const child of children.slice(0, 2)) {
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
  for (const secret of [SECRET, PEPPER, 'hunter2', 'token-1', 'token-2']) {
    expect(printed).not.toContain(secret);
    expect(metrics.join('\n')).not.toContain(secret);
  }
  issuer.close();
  issuer.closeAllConnections();
});
