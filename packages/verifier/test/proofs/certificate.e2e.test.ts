// Mutual TLS (RFC 8705) with real certificates, over real TLS connections and behind headers of proxies.
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createSecureServer } from 'node:http2';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticate as authenticateLambda } from '../../src/adapters/aws.ts';
import { authenticate as authenticateExpress } from '../../src/adapters/express.ts';
import { authenticate as authenticateFastify } from '../../src/adapters/fastify.ts';
import { authenticate as authenticateHono } from '../../src/adapters/hono.ts';
import { authenticate as authenticateNode } from '../../src/adapters/node.ts';
import { toRefusal } from '../../src/bearer.ts';
import type { VerifierOptions } from '../../src/options.ts';
import { certificateDigest } from '../../src/proofs/certificate.ts';
import type { SenderRequest } from '../../src/proofs/sender-request.ts';
import { createVerifier } from '../../src/verifier.ts';
import { codeOf } from '../support/answers.ts';
import { dpopClient, METHOD, sha256, URL_OF_REQUEST } from '../support/dpop-client.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';

interface Identity {
  readonly cert: string;
  readonly key: string;
  readonly der: Uint8Array;
  readonly x5t: string;
}

const folder = mkdtempSync(join(tmpdir(), 'claimgen-mtls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function identity(name: string): Identity {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'pipe',
  });
  const pem = readFileSync(cert, 'utf8');
  const der = new X509Certificate(pem).raw;
  // OpenSSL's own fingerprint, as the issuer would have it.
  const shown = execFileSync('openssl', ['x509', '-in', cert, '-noout', '-fingerprint', '-sha256'], {
    encoding: 'utf8',
  });
  const x5t = Buffer.from(shown.split('=')[1]?.replace(/[:\s]/g, '') ?? '', 'hex').toString('base64url');
  return { cert: pem, key: readFileSync(key, 'utf8'), der, x5t };
}

const [server, mine, other] = [identity('localhost'), identity('mine'), identity('other')];
const key = rsaKey('main');
const bound = makeToken(key, { claims: { cnf: { 'x5t#S256': mine.x5t } } });
const unbound = makeToken(key);
const verifierWith = (more: Partial<VerifierOptions<Name>> = {}) =>
  createVerifier({
    issuer: ISSUER,
    layout,
    jwks: keySet(key),
    clock: () => new Date(NOW * 1000),
    senderConstrained: 'verify',
    ...more,
  });
const verifier = verifierWith();
const bearer = (certificate?: SenderRequest['certificate']): SenderRequest => ({
  scheme: 'Bearer',
  method: METHOD,
  url: URL_OF_REQUEST,
  certificate,
});

const base64 = Buffer.from(mine.der).toString('base64');
const spellings: Record<string, string | Uint8Array> = {
  'DER as bytes': mine.der,
  'DER as a Uint8Array': new Uint8Array(mine.der),
  PEM: mine.cert,
  'PEM on one line, as HAProxy writes it': mine.cert.trim().replaceAll('\n', ' '),
  'PEM with tabs, as nginx once wrote it': mine.cert.replaceAll('\n', '\n\t'),
  "PEM with percent-encoding, as nginx's $ssl_client_escaped_cert and load balancers of AWS write it":
    encodeURIComponent(mine.cert),
  'the same with + and / left, as load balancers of AWS do': encodeURIComponent(mine.cert)
    .replaceAll('%2B', '+')
    .replaceAll('%2F', '/')
    .replaceAll('%3D', '='),
  'base64 of DER': base64,
  'RFC 9440': `:${base64}:`,
};
const wrong: Record<string, unknown> = {
  undefined,
  null: null,
  empty: '',
  'another certificate': other.cert,
  'another, in DER': other.der,
  'a chain': `${mine.cert}${other.cert}`,
  'a chain, of the same': `${mine.cert}${mine.cert}`,
  'two values, joined': `:${base64}:, :${base64}:`,
  'text around it': `x${mine.cert}`,
  'the digest itself': mine.x5t,
  'the digest in base64': Buffer.from(mine.x5t, 'base64url').toString('base64'),
  'a public key': mine.cert.replaceAll('CERTIFICATE', 'PUBLIC KEY'),
  'percent-encoding that is malformed': '%zz',
  'an array': [mine.cert],
  'an object': { raw: mine.der },
  'no bytes': new Uint8Array(),
};

describe('a token that is bound to a certificate', () => {
  test.each(Object.entries(spellings))('passes with it: %s', async (_title, certificate) => {
    expect(await certificateDigest(certificate)).toBe(mine.x5t);
    for (const _ of [1, 2])
      expect(await codeOf(verifier.verify(bound, bearer(certificate)))).toBe('verified');
  });

  test.each(Object.entries(wrong))('is refused with %s', async (_title, certificate) => {
    const error: unknown = await verifier
      .verify(bound, bearer(certificate as string))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'binding_refused', status: 401 });
    expect(toRefusal(error).headers['www-authenticate']).toMatch(/^Bearer error="invalid_token",/);
  });

  test('is refused without the request, and by the scheme of DPoP', async () => {
    expect(await codeOf(verifier.verify(bound))).toBe('token_sender_constrained');
    const client = dpopClient(key);
    const dpop = client.prove({ claims: { ath: sha256(bound) } });
    const given = { ...bearer(mine.der), scheme: 'DPoP' as const, dpop };
    expect(await codeOf(verifier.verify(bound, given))).toBe('binding_refused');
  });

  test('that is bound to a key, too, needs both', async () => {
    const client = dpopClient(key, { cnf: { 'x5t#S256': mine.x5t } });
    const both = (certificate: Uint8Array) => ({
      ...bearer(certificate),
      scheme: 'DPoP' as const,
      dpop: client.prove(),
    });
    expect(await codeOf(verifier.verify(client.token, both(mine.der)))).toBe('verified');
    expect(await codeOf(verifier.verify(client.token, both(other.der)))).toBe('binding_refused');
    expect(await codeOf(verifier.verify(client.token, bearer(mine.der)))).toBe('binding_refused');
  });

  test('does not change what becomes of others: required or not, with a certificate or without', async () => {
    const strict = verifierWith({ senderConstrained: 'require' });
    for (const certificate of [undefined, mine.der]) {
      expect(await codeOf(verifier.verify(unbound, bearer(certificate)))).toBe('verified');
      expect(await codeOf(strict.verify(unbound, bearer(certificate)))).toBe('binding_refused');
    }
    expect(await codeOf(strict.verify(bound, bearer(mine.der)))).toBe('verified');
  });
});

const tls = { cert: server.cert, key: server.key, requestCert: true, rejectUnauthorized: false };

/** Servers that tell who asks, each with the option `certificate` that it is given. */
const servers: Record<string, (certificate?: string) => Promise<{ port: number; close(): unknown }>> = {
  async 'node:http'(certificate) {
    const listener = authenticateNode(
      verifier,
      ({ access }, response) => response.end(access.subject),
      only(certificate),
    );
    return await listening(createServer(tls, listener));
  },
  async Express(certificate) {
    const app = express()
      .set('env', 'test')
      .use(authenticateExpress(verifier, only(certificate)));
    app.get('/', (_request, response) => void response.end('in'));
    return await listening(createServer(tls, app));
  },
  async Fastify(certificate) {
    const app = Fastify({ https: tls });
    await app.register(authenticateFastify(verifier, only(certificate)));
    app.get('/', async () => 'in');
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
  },
  async Hono(certificate) {
    const app = new Hono().use(authenticateHono(verifier, only(certificate))).get('/', (c) => c.text('in'));
    const running = serve({
      fetch: app.fetch,
      port: 0,
      hostname: '127.0.0.1',
      createServer,
      serverOptions: tls,
    });
    return await listening(running as ReturnType<typeof createServer>);
  },
};

test('HTTP/2 tells host, headers and certificate, too', async () => {
  const client = dpopClient(key, { cnf: { 'x5t#S256': mine.x5t } });
  const listener = authenticateNode(verifier, ({ access }, response) => response.end(access.subject));
  const running = createSecureServer(tls, listener as unknown as Parameters<typeof createSecureServer>[1]);
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  const { port } = running.address() as AddressInfo;
  const askBy = async (
    as: Identity,
    htu: string,
    more: Record<string, string | string[]> = {},
  ): Promise<number> => {
    const session = connect(`https://localhost:${port}`, { ca: server.cert, cert: as.cert, key: as.key });
    const dpop = client.prove({ claims: { htu } });
    const stream = session.request({
      ':path': '/?page=2',
      authorization: `DPoP ${client.token}`,
      dpop,
      ...more,
    });
    const status = await new Promise<number>((resolve, reject) => {
      stream.on('response', (head) => resolve(Number(head[':status'])));
      stream.on('error', reject);
    });
    session.destroy();
    return status;
  };
  const htu = `https://localhost:${port}/`;
  expect(await askBy(mine, htu)).toBe(200);
  expect(await askBy(other, htu)).toBe(401);
  expect(await askBy(mine, `http://localhost:${port}/`)).toBe(401);
  expect(await askBy(mine, htu, { dpop: ['a', 'b'] })).toBe(401);
  running.close();
});

function only(certificate: string | undefined): { certificate?: string } {
  return certificate === undefined ? {} : { certificate };
}

async function listening(
  running: ReturnType<typeof createServer>,
): Promise<{ port: number; close(): unknown }> {
  if (!running.listening) {
    const ready = new Promise((resolve) => running.once('listening', resolve));
    if (running.address() === null) running.listen(0, '127.0.0.1');
    await ready;
  }
  return { port: (running.address() as AddressInfo).port, close: () => running.close() };
}

function ask(
  port: number,
  { token, as, headers = {} }: { token: string; as?: Identity; headers?: Record<string, string | string[]> },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const identityOf = as === undefined ? {} : { cert: as.cert, key: as.key };
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        servername: 'localhost',
        ca: server.cert,
        agent: false,
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...identityOf,
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe.each(Object.entries(servers))('%s', (_name, start) => {
  let direct: Awaited<ReturnType<typeof start>>;
  let proxied: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    direct = await start();
    proxied = await start('X-Client-Cert');
  });
  afterAll(async () => {
    await direct.close();
    await proxied.close();
  });

  test('the certificate of the connection counts', async () => {
    expect(await ask(direct.port, { token: bound, as: mine })).toBe(200);
    expect(await ask(direct.port, { token: bound, as: mine })).toBe(200);
    expect(await ask(direct.port, { token: bound, as: other })).toBe(401);
    expect(await ask(direct.port, { token: bound })).toBe(401);
    expect(await ask(direct.port, { token: unbound })).toBe(200);
  });

  test('no header that nobody named does', async () => {
    const value = `:${base64}:`;
    const headers = {
      'client-cert': value,
      'x-client-cert': value,
      'x-forwarded-client-cert': value,
      'x-ssl-cert': value,
    };
    expect(await ask(direct.port, { token: bound, headers })).toBe(401);
    expect(await ask(direct.port, { token: bound, as: other, headers })).toBe(401);
  });

  test('behind a proxy its header does, once, and not the connection', async () => {
    const good = encodeURIComponent(mine.cert);
    expect(await ask(proxied.port, { token: bound, headers: { 'x-client-cert': good } })).toBe(200);
    expect(await ask(proxied.port, { token: bound, as: other, headers: { 'x-client-cert': good } })).toBe(
      200,
    );
    const bad = encodeURIComponent(other.cert);
    for (const value of [bad, [good, good], [good, bad], [bad, good], ''])
      expect(await ask(proxied.port, { token: bound, as: mine, headers: { 'x-client-cert': value } })).toBe(
        401,
      );
    expect(await ask(proxied.port, { token: bound, as: mine })).toBe(401);
    expect(await ask(proxied.port, { token: unbound })).toBe(200);
  });
});

test('a function that gives the certificate is asked for bound tokens only, and its fault is none of the client', async () => {
  let asked = 0;
  const certificate = (): string => {
    asked += 1;
    throw new Error('no certificate');
  };
  const app = new Hono().use(authenticateHono(verifier, { certificate })).get('/', (c) => c.text('in'));
  const get = (token: string) =>
    app.request('http://localhost/', { headers: { authorization: `Bearer ${token}` } });
  app.onError((error, c) => c.text(error.message, 500));
  expect((await get(unbound)).status).toBe(200);
  expect(asked).toBe(0);
  const failed = await get(bound);
  expect([failed.status, await failed.text(), asked]).toEqual([500, 'no certificate', 1]);
});

test("API Gateway's events have the certificate", async () => {
  const handler = authenticateLambda(verifier, async () => 'in');
  const headers = { authorization: `Bearer ${bound}` };
  const clientCert = (identityOf: Identity) => ({ clientCert: { clientCertPem: identityOf.cert } });
  const domainName = 'x1.example';
  for (const [identityOf, answer] of [
    [mine, 'in'],
    [other, { statusCode: 401 }],
  ] as const) {
    const rest = {
      httpMethod: 'GET',
      headers,
      requestContext: { domainName, identity: clientCert(identityOf) },
    };
    const http = {
      headers,
      requestContext: { domainName, http: { method: 'GET' }, authentication: clientCert(identityOf) },
    };
    for (const event of [rest, http]) {
      const given = await handler(event, {});
      if (typeof answer === 'string') expect(given).toBe(answer);
      else expect(given).toMatchObject(answer);
    }
  }
  expect(await handler({ headers }, {})).toMatchObject({ statusCode: 401 });
});
