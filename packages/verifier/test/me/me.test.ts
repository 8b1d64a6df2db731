// GET /me/permissions and GET /me/changes, over real servers of each framework.
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { Hono } from 'hono';
import 'reflect-metadata';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ChangeFeed } from '../../src/changes/frame.ts';
import type { VerifierError } from '../../src/errors.ts';
import type { Me } from '../../src/me/index.ts';
import { ownPermissions, serveMe } from '../../src/me/index.ts';
import type { VerifierOptions } from '../../src/options.ts';
import type { Verifier } from '../../src/verifier.ts';
import { createVerifier } from '../../src/verifier.ts';
import { dpopClient } from '../support/dpop-client.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');
const SUB = 'auth0|5f7c8ec7c33c6c004bbafe82';
const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

interface Published {
  readonly feed: ChangeFeed;
  publish(record: object): void;
}

/** A log in memory whose readers get what is published at once. */
function openLog(): Published {
  const records: object[] = [];
  let wake = () => {};
  return {
    feed: {
      async *read(_after, signal) {
        signal.addEventListener('abort', () => wake());
        let [sent, frames] = [0, 0];
        while (!signal.aborted) {
          const rest = records.slice(sent);
          const from = frames === 0 ? '' : String(sent);
          sent = records.length;
          frames += 1;
          yield { epoch: 'e', from, to: String(sent), horizon: 0, now: NOW * 1000 + frames, records: rest };
          if (sent === records.length && !signal.aborted)
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      },
    },
    publish(record) {
      records.push({ v: 1, at: NOW * 1000, ...record });
      wake();
    },
  };
}

function verifierOf(feed?: ChangeFeed, options: Partial<VerifierOptions<Name>> = {}): Verifier<Name> {
  const stop = new AbortController();
  stops.push(stop);
  return createVerifier({
    issuer: ISSUER,
    layout,
    jwks: keySet(key),
    clock: () => new Date(NOW * 1000),
    ...(feed === undefined ? {} : { changes: { feed, onStale: 'deny' as const, signal: stop.signal } }),
    ...options,
  });
}

async function listening(server: Server): Promise<string> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const nest = async (me: Me): Promise<string> => {
  class Other {
    other(): string {
      return 'other';
    }
  }
  const method = Object.getOwnPropertyDescriptor(Other.prototype, 'other') as PropertyDescriptor;
  Get('other')(Other.prototype, 'other', method);
  Controller()(Other);
  class App {}
  Module({ controllers: [Other] })(App);
  const app = await NestFactory.create(App, { logger: false });
  app.use(me.listener);
  await app.listen(0, '127.0.0.1');
  return listening(app.getHttpServer() as Server);
};

/** Each also has GET /other. */
const servers: readonly [string, (me: Me) => Promise<string>][] = [
  [
    'Express 5',
    (me) =>
      listening(
        createServer(
          express()
            .use(me.listener)
            .get('/other', (_, response) => void response.send('other')),
        ),
      ),
  ],
  [
    'Express 4',
    (me) =>
      listening(
        createServer(
          express4()
            .use(me.listener)
            .get('/other', (_, response) => void response.send('other')),
        ),
      ),
  ],
  [
    'Fastify',
    async (me) => {
      const app = Fastify();
      app.get('/me/*', (request, reply) => me.listener(request.raw, reply.hijack().raw));
      app.get('/other', async () => 'other');
      await app.listen({ port: 0, host: '127.0.0.1' });
      return listening(app.server);
    },
  ],
  [
    'Hono',
    async (me) => {
      const app = new Hono()
        .get('/me/*', (context) => me.fetch(context.req.raw))
        .get('/other', (context) => context.text('other'));
      const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
      await new Promise((resolve) => server.once('listening', resolve));
      return listening(server);
    },
  ],
  [
    'node:http',
    (me) =>
      listening(
        createServer((request, response) => me.listener(request, response, () => response.end('other'))),
      ),
  ],
  ['NestJS', nest],
];

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** The events of a stream, one at a time; undefined when it has ended. */
async function openStream(
  url: string,
  token: string,
): Promise<{ next(): Promise<unknown>; response: Response }> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const response = await fetch(url, { ...bearer(token), signal: stop.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    async next() {
      for (;;) {
        const event = /^data: (.*)\n\n/m.exec(text);
        if (event !== null) {
          text = text.slice(event.index + event[0].length);
          return JSON.parse(event[1] ?? '');
        }
        const { done, value } = (await reader?.read()) ?? { done: true, value: '' };
        if (done === true) return undefined;
        text += value;
      }
    },
  };
}

const token = makeToken(key);

describe.each(servers)('%s', (_, start) => {
  it('says what the token grants, and what has changed since', async () => {
    const log = openLog();
    const origin = await start(serveMe(verifierOf(log.feed)));
    const ask = async () => (await fetch(`${origin}/me/permissions?x=1`, bearer(token))).json();
    expect(await ask()).toEqual({ permissions: ['orders:read', 'orders:refund'], stale: [] });
    log.publish({ sub: SUB, lost: ['orders:refund', 'unknown'], gained: ['orders:write', 'orders:read'] });
    await expect
      .poll(ask)
      .toEqual({ permissions: ['orders:read'], stale: ['orders:refund', 'orders:write'] });
  });

  it('answers 401 where a permission that must be known has changed', async () => {
    const log = openLog();
    const origin = await start(serveMe(verifierOf(log.feed)));
    const ask = (query: string) => fetch(`${origin}/me/permissions${query}`, bearer(token));
    const both = '?fresh=orders%3Aread&fresh=orders%3Arefund';
    expect((await ask(both)).status).toBe(200);
    log.publish({ sub: SUB, lost: ['orders:refund'] });
    await expect.poll(async () => (await ask(both)).status).toBe(401);
    const refused = await ask(both);
    expect([refused.headers.get('retry-after'), await refused.json()]).toEqual([
      '26',
      { error: 'unauthorized', reason: 'stale' },
    ]);
    for (const query of [
      '',
      '?',
      '?fresh=',
      '?fresh=orders%3Aread&fresh=unknown&fresh=__proto__',
      '?other=orders:refund',
    ])
      expect((await ask(query)).status).toBe(200);
  });

  it('takes tokens that are bound to their sender, with a proof for this request', async () => {
    const log = openLog();
    const origin = await start(serveMe(verifierOf(log.feed, { senderConstrained: 'verify' })));
    const client = dpopClient(key);
    const url = `${origin}/me/permissions`;
    const ask = (htu: string, query = '') =>
      fetch(`${url}${query}`, {
        headers: { authorization: `DPoP ${client.token}`, dpop: client.prove({ claims: { htu } }) },
      });
    expect((await ask(url)).status).toBe(200);
    expect((await ask(`${origin}/orders`)).status).toBe(401);
    expect((await fetch(url, bearer(client.token))).status).toBe(401);
    log.publish({ sub: SUB, lost: ['orders:refund'] });
    await expect.poll(async () => (await ask(url, '?fresh=orders%3Arefund')).status).toBe(401);
    const refused = await ask(url, '?fresh=orders%3Arefund');
    expect(refused.headers.get('www-authenticate')).toMatch(/^DPoP .*reason="stale"/);
    const { headers } = await fetch(url);
    expect(headers.get('www-authenticate')).toContain('DPoP');
  });

  it('tells of changes as they come, and ends when the token is refused', async () => {
    const log = openLog();
    const origin = await start(serveMe(verifierOf(log.feed)));
    const { next, response } = await openStream(`${origin}/me/changes`, token);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(await next()).toEqual({ permissions: ['orders:read', 'orders:refund'], stale: [] });
    log.publish({ sub: 'auth0|other', lost: ['orders:read'] });
    log.publish({ of: 'users', lost: ['orders:refund'] });
    expect(await next()).toEqual({ permissions: ['orders:read'], stale: ['orders:refund'] });
    log.publish({ sub: SUB, out: true });
    expect(await next()).toBe(undefined);
    expect((await fetch(`${origin}/me/changes`, bearer(token))).status).toBe(401);
  });

  it('refuses as the API does, and leaves other requests to it', async () => {
    const told: VerifierError[] = [];
    const origin = await start(serveMe(verifierOf(), { log: (error) => told.push(error) }));
    for (const path of ['permissions', 'changes']) {
      const refused = await fetch(`${origin}/me/${path}`);
      expect([refused.status, await refused.json()]).toEqual([
        401,
        { error: 'unauthorized', reason: 'missing' },
      ]);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    expect(told.map(({ code }) => code)).toEqual(['token_missing', 'token_missing']);
    expect(await (await fetch(`${origin}/other`)).text()).toBe('other');
    // Without the option `changes` there is nothing to follow.
    expect((await fetch(`${origin}/me/changes`, bearer(token))).status).toBe(404);
    expect((await fetch(`${origin}/me/permissions`, bearer(token))).status).toBe(200);
  });
});

describe('serveMe', () => {
  it('serves both below another path, and nothing else', async () => {
    const { fetch: ask } = serveMe(verifierOf(), { path: '/api/me' });
    const status = async (path: string, method = 'GET') =>
      (await ask(new Request(`https://api.example${path}`, { method, ...bearer(token) }))).status;
    expect(await status('/api/me/permissions')).toBe(200);
    expect(await status('/api/me/permissions', 'POST')).toBe(405);
    expect(await status('/me/permissions')).toBe(404);
    expect(await status('/api/me')).toBe(404);
    expect(await status('/api/me/toString')).toBe(404);
  });

  it('ends a stream when the token expires', async () => {
    let now = NOW;
    const log = openLog();
    const verifier = verifierOf(log.feed, { clock: () => new Date(now * 1000) });
    const response = await serveMe(verifier).fetch(
      new Request('https://api.example/me/changes', bearer(token)),
    );
    const reader = response.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    now += 4000;
    log.publish({ sub: 'auth0|other', lost: ['orders:read'] });
    expect((await reader?.read())?.done).toBe(true);
  });

  it('ends a stream, and forgets it, when the reader goes', async () => {
    const log = openLog();
    const response = await serveMe(verifierOf(log.feed)).fetch(
      new Request('https://api.example/me/changes', bearer(token)),
    );
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect((await reader?.read())?.done).toBe(true);
  });

  it.each([
    { path: '' },
    { path: 'me' },
    { path: '/me/' },
    { path: '/' },
    { path: '/me?' },
    { log: 7 },
    { optional: true },
    { url: 'https://api.example' },
    { paht: '/me' },
  ])('takes no %j', (options) => {
    expect(() => serveMe(verifierOf(), options as object)).toThrow(TypeError);
  });

  it('takes nothing but a verifier', () => {
    expect(() => serveMe({} as Verifier)).toThrow(TypeError);
  });
});

describe('ownPermissions', () => {
  it('says what permissionState says of every name, whatever was published', async () => {
    const { permissionState } = await import('../../src/permission-state.ts');
    const names: Name[] = ['orders:read', 'orders:write', 'orders:refund', 'invoices:read'];
    const some = [[], ['orders:read'], ['orders:write', 'invoices:read'], '*'] as const;
    for (const lost of some) {
      for (const gained of some) {
        for (const scope of [{}, { sub: SUB }, { of: 'users' }, { sub: 'auth0|other' }]) {
          const log = openLog();
          const verifier = verifierOf(log.feed);
          log.publish({ ...scope, lost, gained });
          await verifier.prefetch();
          const access = await verifier.verify(token);
          const { permissions, stale } = ownPermissions(access);
          const by = (state: string) => names.filter((name) => permissionState(access, name) === state);
          expect([...permissions].sort()).toEqual(by('yes').sort());
          expect([...stale].sort()).toEqual(by('stale').sort());
        }
      }
    }
  });
});
