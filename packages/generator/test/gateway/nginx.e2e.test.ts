// docs/guide/gateway.md behind Debian's nginx: its configuration as it is there, the command as users start it, and clients that try to
// pass what is the proxy's to say.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../../../test/servers/running-server.ts';

const path = (name: string) => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
const recipe = /```nginx\n(.*?)```/s.exec(readFileSync(path('docs/guide/gateway.md'), 'utf8'))?.[1] ?? '';
const layout = path('examples/acme/claimgen/verifier/orders.json');
const AUDIENCE = 'https://orders.acme.example';

const folder = mkdtempSync(join(tmpdir(), 'claimgen-gateway-'));
let issuer: Server;
let api: Server;
let gateway: ChildProcess;
let gatewayPort: string;
let nginx: RunningServer;
/** What the API behind got of the last request. */
let received:
  | { readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders }
  | undefined;
let refusals = '';
let sign: (permissions: readonly string[], seconds?: number) => Promise<string>;

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'main', alg: 'RS256', use: 'sig' }] };
  issuer = await listening(createServer((_, response) => response.end(JSON.stringify(jwks))));
  const iss = `http://127.0.0.1:${portOf(issuer)}/`;
  sign = (permissions, seconds = 600) =>
    new SignJWT({ 'https://acme.example/permissions': permissions.toSorted() })
      .setProtectedHeader({ alg: 'RS256', kid: 'main', typ: 'JWT' })
      .setIssuer(iss)
      .setAudience(AUDIENCE)
      .setSubject('auth0|clerk')
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(privateKey);
  api = await listening(
    createServer((request, response) => {
      received = { method: String(request.method), url: String(request.url), headers: request.headers };
      response.end('ok');
    }),
  );
  writeFileSync(
    join(folder, 'gateway.yaml'),
    `issuer: ${iss}
apis:
  orders: { layout: ${layout}, audience: ${AUDIENCE} }
routes:
  - { method: GET, path: /, permissions: [], public: true }
  - { method: GET, path: /bills/:id, permissions: ["billing/read:supplier-bills"] }
  - { method: DELETE, path: /bills/:id, permissions: ["orders:supplier-accounts:block-account"] }
`,
  );
  gateway = spawn(
    process.execPath,
    [path('packages/generator/bin/claimgen.js'), 'gateway', '--port', '0', '--log'],
    { cwd: folder },
  );
  gateway.stderr?.on('data', (chunk: Buffer) => {
    refusals += chunk.toString();
  });
  const [line] = (await once(createInterface(gateway.stdout as NodeJS.ReadableStream), 'line')) as [string];
  gatewayPort = /:(\d+)$/.exec(line)?.[1] ?? line;
  nginx = await startServer((place) => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${place.folder}/${kind};`,
    );
    const site = recipe
      .replace('127.0.0.1:4180', `127.0.0.1:${gatewayPort}`)
      .replace('listen 8000', `listen 127.0.0.1:${place.port}`)
      .replace('127.0.0.1:8080', `127.0.0.1:${place.upstreamPort}`);
    return {
      files: {
        'nginx.conf': `daemon off; worker_processes 1; pid ${place.folder}/nginx.pid; error_log stderr crit;
          events {} http { access_log off; ${temporary.join(' ')}
          ${site} }`,
      },
      commands: [['nginx', '-p', place.folder, '-e', 'stderr', '-c', `${place.folder}/nginx.conf`]],
    };
  }, portOf(api));
}, 60_000);

afterAll(async () => {
  await nginx?.stop();
  gateway?.kill('SIGKILL');
  for (const server of [issuer, api]) server?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A request as it is written: no library puts its path in order. */
async function send(method: string, target: string, headers: readonly string[] = []): Promise<Answered> {
  received = undefined;
  const request = httpRequest({
    host: '127.0.0.1',
    port: nginx.port,
    method,
    path: target,
    headers: ['host', 'api.acme.example', ...headers],
    agent: false,
  });
  request.end();
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  response.resume();
  return { status: response.statusCode, headers: response.headers };
}
const bearer = async (...permissions: string[]) => ['authorization', `Bearer ${await sign(permissions)}`];

describe('claimgen gateway behind nginx', () => {
  it('lets a request pass with the permission, and tells the API who asks', async () => {
    const names = ['orders:supplier-accounts:create-account', 'billing/read:supplier-bills'];
    expect((await send('GET', '/bills/17?all=1', await bearer(...names))).status).toBe(200);
    expect(received).toMatchObject({ method: 'GET', url: '/bills/17?all=1' });
    expect(received?.headers).toMatchObject({
      'x-subject': 'auth0|clerk',
      'x-permissions': names.toSorted().join(' '),
    });
  });

  it('refuses the others with the answers of the adapters', async () => {
    const denied = await send('DELETE', '/bills/17', await bearer('billing/read:supplier-bills'));
    const unknown = await send('GET', '/bills/17');
    const expired = await send('GET', '/bills/17', ['authorization', `Bearer ${await sign([], -600)}`]);
    expect([denied.status, unknown.status, expired.status]).toEqual([403, 401, 401]);
    expect(expired.headers['www-authenticate']).toContain('reason="expired"');
    expect(received).toBeUndefined();
    expect(refusals).toContain(
      '403 insufficient_scope: The token does not grant the required permission (orders:supplier-accounts:block-account)',
    );
    expect(refusals).not.toContain('eyJ');
  });

  it('hands on nothing that clients say in its place', async () => {
    const claimed = [
      'X-Subject',
      'admin',
      'X-Permissions',
      'orders:all',
      'x-permissions',
      'orders:more',
      'X_Permissions',
      'orders:all',
      'X_Subject',
      'admin',
    ];
    expect((await send('GET', '/', claimed)).status).toBe(200);
    expect(Object.keys(received?.headers ?? {}).filter((name) => /subject|permissions/.test(name))).toEqual(
      [],
    );
    expect(
      (await send('GET', '/bills/17', [...(await bearer('billing/read:supplier-bills')), ...claimed])).status,
    ).toBe(200);
    expect(received?.headers).toMatchObject({
      'x-subject': 'auth0|clerk',
      'x-permissions': 'billing/read:supplier-bills',
    });
    expect(Object.keys(received?.headers ?? {}).filter((name) => /_/.test(name))).toEqual([]);
    const own = ['X-Original-URI', '/', 'X-Original-Method', 'GET'];
    expect((await send('DELETE', '/bills/17', own)).status).toBe(401);
  });

  it('lets no spelling of a path or a method pass that asks for less', async () => {
    const header = await bearer('billing/read:supplier-bills');
    const paths = [
      '/bills/../x',
      '/bills/%2e%2e/x',
      '/x/..%2fbills/17',
      '//bills/17',
      '/bills//17',
      '/bills/17;x',
      '/bills%2f17',
      '/x',
    ];
    for (const target of paths)
      expect([target, (await send('GET', target, header)).status]).toEqual([target, 403]);
    expect((await send('GET', '/BILLS/17/', header)).status).toBe(200);
    expect((await send('GET', '/bills/17', [...header, 'X-HTTP-Method-Override', 'DELETE'])).status).toBe(
      403,
    );
    expect((await send('PROPFIND', '/bills/17', header)).status).toBe(403);
    const twice = await send('GET', '/bills/17', [...header, 'Authorization', 'Bearer x']);
    expect([400, 401]).toContain(twice.status);
    expect(received).toBeUndefined();
  });

  it('refuses everybody with 503 while the gateway is gone', async () => {
    gateway.kill('SIGKILL');
    await once(gateway, 'exit');
    const answer = await send('GET', '/bills/17', await bearer('billing/read:supplier-bills'));
    expect([answer.status, answer.headers['retry-after'], received]).toEqual([503, '5', undefined]);
  });
});
