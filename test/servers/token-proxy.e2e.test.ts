// The recipe for nginx in docs/guide/machines.md, with nginx.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createTokenCache } from '@claimgen/token-cache';
import { createMetrics, createTokenProxy, toListener } from '@claimgen/token-cache/proxy';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findProgram, freePort } from './running-server.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/guide/machines.md', import.meta.url)), 'utf8');
const recipe = /^```nginx\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
const usual = {
  grant_type: 'client_credentials',
  client_id: 'vendor',
  client_secret: 's3cret',
  audience: 'a',
};
const folder = mkdtempSync(join(tmpdir(), 'claimgen-nginx-'));
const servers: Server[] = [];
let nginx: ChildProcess;
let port = 0;
let grants = 0;

async function serve(listener: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as { port: number }).port;
}

beforeAll(async () => {
  const issuer = await serve((request, response) => {
    void text(request).then((body) => {
      const basic = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString();
      const isKnown =
        new URLSearchParams(body).get('client_secret') === 's3cret' || basic === 'vendor:s3cret';
      if (isKnown) grants += 1;
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
      const token = { access_token: `t${grants}`, token_type: 'Bearer', expires_in: 86_400 };
      response.end(JSON.stringify(isKnown ? token : { error: 'access_denied' }));
    });
  });
  const metrics = createMetrics();
  const cache = createTokenCache({
    issuer: `http://127.0.0.1:${issuer}/`,
    pepper: 'pepper-of-the-tests-0123456789-abcdef',
    on: metrics.on,
  });
  const proxy = await serve(toListener(createTokenProxy({ cache, metrics })));
  port = await freePort();
  const site = recipe
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replace('127.0.0.1:8080', `127.0.0.1:${proxy}`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; user root; pid ${folder}/nginx.pid; error_log stderr crit;
      events {} http { access_log off; ${temporary.join(' ')} ${site} }`,
  );
  nginx = spawn(
    findProgram('nginx') ?? 'nginx',
    ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404), 30_000);
});
beforeEach(() => {
  grants = 0;
});
afterAll(async () => {
  const ended = once(nginx, 'exit');
  // SIGKILL would leave its workers behind.
  nginx.kill('SIGTERM');
  await ended;
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true, force: true });
});

const url = () => `http://127.0.0.1:${port}/oauth/token`;
const post = (body: string | URLSearchParams, headers: Record<string, string> = {}) =>
  fetch(url(), { method: 'POST', body, headers });
const form = (parameters: Record<string, string> = {}) => new URLSearchParams({ ...usual, ...parameters });

describe('the recipe for nginx', () => {
  it('gives many callers one token, and says that nobody may keep it', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(form({ scope: 'many' }))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBeLessThanOrEqual(3);
    expect(answers[0]?.headers.get('cache-control')).toBe('no-store');
    expect(grants).toBe(1);
  });

  it('gives the token of another to nobody', async () => {
    expect((await post(form())).status).toBe(200);
    expect((await post(form({ client_secret: 'wrong' }))).status).toBe(401);
    expect((await post(form({ audience: 'b' }))).status).toBe(200);
    const basic = { authorization: `Basic ${btoa('vendor:s3cret')}` };
    expect(
      (
        await post('grant_type=client_credentials&audience=a', {
          ...basic,
          'content-type': 'application/x-www-form-urlencoded',
        })
      ).status,
    ).toBe(200);
    expect((await post(JSON.stringify(usual), { 'content-type': 'application/json' })).status).toBe(200);
    expect(grants).toBe(3);
  });

  it('does not let clients say which certificate they have', async () => {
    for (let i = 0; i < 3; i += 1)
      await post(form({ scope: 'certificate' }), {
        'client-certificate': 'MIIB',
        'client-certificate-ca-verified': 'SUCCESS',
      });
    expect(grants).toBe(1);
  });

  it('lets nothing through but POST to the token endpoint, in 16 kB', async () => {
    expect((await fetch(url())).status).toBe(403);
    for (const path of ['/metrics', '/health', '/oauth/token/', '/oauth/token/../../metrics'])
      expect((await fetch(new URL(path, url()))).status).toBe(404);
    expect((await post('x'.repeat(20_000))).status).toBe(413);
  });

  it('refuses two Authorization headers', async () => {
    const one = `Authorization: Basic ${btoa('vendor:s3cret')}\r\n`;
    const body = 'grant_type=client_credentials';
    const socket = connect(port, '127.0.0.1');
    socket.end(
      `POST /oauth/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${one}${one.replace('vendor', 'other')}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });
});
