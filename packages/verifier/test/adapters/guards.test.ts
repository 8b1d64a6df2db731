import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import express4 from 'express4';
import fc from 'fast-check';
import Fastify from 'fastify';
import { Hono } from 'hono';
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '../../src/access.ts';
import { authenticate as authenticateExpress } from '../../src/adapters/express.ts';
import { authenticate as authenticateFastify } from '../../src/adapters/fastify.ts';
import { authenticate as authenticateHono } from '../../src/adapters/hono.ts';
import { createGuard } from '../../src/adapters/nestjs.ts';
import { authenticate as authenticateNode } from '../../src/adapters/node.ts';
import { hasNoToken, readBearer } from '../../src/bearer.ts';
import type { VerifierError } from '../../src/errors.ts';
import { isVerifierError } from '../../src/errors.ts';
import { createVerifier } from '../../src/verifier.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');
/** Holds orders:read and orders:refund. */
const token = makeToken(key);
const verifier = createVerifier({
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
});

type Requirement = Name | ((access: Access<Name>) => boolean | Promise<boolean>);
const truthy = 'yes' as unknown as boolean;

/** What each guarded route requires, and what the good token gets there. */
const ROUTES: Readonly<
  Record<string, { requires?: [Requirement, ...Requirement[]]; any?: [Name, ...Name[]]; status: number }>
> = {
  '/all': { requires: ['orders:read', 'orders:refund'], status: 200 },
  '/all-but-one': { requires: ['orders:read', 'orders:write', 'orders:refund'], status: 403 },
  '/any': { any: ['orders:write', 'orders:refund'], status: 200 },
  '/none': { any: ['orders:write', 'invoices:read'], status: 403 },
  '/condition': { requires: [({ subject }) => subject.startsWith('auth0|')], status: 200 },
  '/condition-false': { requires: [() => false], status: 403 },
  '/condition-truthy': { requires: [() => truthy], status: 403 },
  '/condition-later': { requires: ['orders:read', async () => true], status: 200 },
  '/condition-later-false': { requires: ['orders:read', async () => false], status: 403 },
  '/condition-later-truthy': { requires: [async () => truthy], status: 403 },
  '/condition-fails': {
    requires: [
      () => {
        throw new TypeError('a fault of the condition');
      },
    ],
    status: 500,
  },
  '/condition-rejects': { requires: [() => Promise.reject(new TypeError('a fault'))], status: 500 },
  ...Object.fromEntries(
    // To Express and Fastify most of these say that nothing is wrong, and two send a request of Express elsewhere.
    [undefined, null, 0, false, '', Number.NaN, 'route', 'router', {}, () => {}].flatMap((thrown, at) => [
      [
        `/condition-throws-${at}`,
        {
          requires: [
            () => {
              throw thrown;
            },
          ] as [Requirement],
          status: 500,
        },
      ],
      [
        `/condition-rejects-${at}`,
        {
          requires: ['orders:read', () => Promise.reject(thrown)] as [Requirement, Requirement],
          status: 500,
        },
      ],
    ]),
  ),
  '/permission-first': {
    requires: ['orders:write', () => Promise.reject(new TypeError('not asked'))],
    status: 403,
  },
};

interface Running {
  readonly url: string;
  close(): Promise<void>;
}
type Log = (error: VerifierError) => void;
/** Serves the routes, and `/who`, which needs no token, and answers the subject. */
type Start = (log: Log) => Promise<Running>;

async function listening(server: Server): Promise<Running> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const startExpressWith =
  (framework: typeof express): Start =>
  (log) => {
    const auth = authenticateExpress(verifier, { log, optional: true });
    const app = framework().set('env', 'test').use(auth);
    app.get('/who', (request, response) => void response.end(auth.accessOf(request)?.subject ?? 'nobody'));
    for (const [path, { requires, any }] of Object.entries(ROUTES))
      app.get(
        path,
        requires === undefined ? auth.requiresAny(...(any as [Name])) : auth.requires(...requires),
        (_request, response) => void response.end(),
      );
    return listening(createServer(app));
  };

const startFastify: Start = async (log) => {
  const auth = authenticateFastify(verifier, { log, optional: true });
  const app = Fastify();
  await app.register(auth);
  app.get('/who', async (request) => auth.accessOf(request)?.subject ?? 'nobody');
  for (const [path, { requires, any }] of Object.entries(ROUTES)) {
    const onRequest =
      requires === undefined ? auth.requiresAny(...(any as [Name])) : auth.requires(...requires);
    app.get(path, { onRequest }, async () => '');
  }
  await app.listen({ host: '127.0.0.1', port: 0 });
  return listening(app.server);
};

const startHono: Start = async (log) => {
  const auth = authenticateHono(verifier, { log, optional: true });
  const app = new Hono().use(auth);
  app.get('/who', (context) => context.text(auth.accessOf(context)?.subject ?? 'nobody'));
  for (const [path, { requires, any }] of Object.entries(ROUTES)) {
    const guard = requires === undefined ? auth.requiresAny(...(any as [Name])) : auth.requires(...requires);
    app.get(path, guard, (context) => context.text(''));
  }
  app.onError((error, context) =>
    isVerifierError(error) ? error.getResponse() : context.text('fault', 500),
  );
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await new Promise((resolve) => server.once('listening', resolve));
  return listening(server);
};

const startNode: Start = (log) => {
  const listeners = new Map(
    Object.entries(ROUTES).map(([path, { requires, any }]) => {
      const options = requires === undefined ? { requiresAny: any as [Name] } : { requires };
      return [
        path,
        authenticateNode(verifier, (_request, response) => response.end(), {
          ...options,
          log,
          optional: true,
        }),
      ];
    }),
  );
  listeners.set(
    '/who',
    authenticateNode(verifier, ({ access }, response) => response.end(access?.subject ?? 'nobody'), {
      optional: true,
      log,
    }),
  );
  return listening(
    createServer((request, response) => listeners.get(request.url ?? '')?.(request, response)),
  );
};

const startNest: Start = async (log) => {
  const guard = createGuard(verifier, { log, optional: true });
  class App {}
  const add = (
    path: string,
    decorator: MethodDecorator,
    handler: (request: { access?: Access }) => string,
  ) => {
    const descriptor = { value: handler, configurable: true, writable: true, enumerable: false };
    Object.defineProperty(App.prototype, path, descriptor);
    for (const each of [decorator, Get(path)]) each(App.prototype, path, descriptor);
  };
  add('/who', UseGuards(guard()), () => 'who');
  for (const [path, { requires, any }] of Object.entries(ROUTES)) {
    add(
      path,
      UseGuards(requires === undefined ? guard.any(...(any as [Name])) : guard(...requires)),
      () => '',
    );
  }
  Controller()(App);
  class Root {}
  Module({ controllers: [App] })(Root);
  const app = await NestFactory.create(Root, { logger: false });
  await app.listen(0, '127.0.0.1');
  return listening(app.getHttpServer() as Server);
};

const servers: readonly [string, Start][] = [
  ['Express 5', startExpressWith(express)],
  ['Express 4', startExpressWith(express4)],
  ['Fastify', startFastify],
  ['Hono', startHono],
  ['node:http', startNode],
  ['NestJS', startNest],
];

describe.each(servers)('%s', (name, start) => {
  let server: Running;
  let logged: VerifierError[] = [];
  const get = (path: string, authorization?: string): Promise<Response> => {
    logged = [];
    return fetch(server.url + path, { headers: authorization === undefined ? {} : { authorization } });
  };
  beforeAll(async () => {
    server = await start((error) => logged.push(error));
  });
  afterAll(() => server.close());

  test.each(Object.entries(ROUTES))('%s is guarded as it says', async (path, { requires, any, status }) => {
    const response = await get(path, `Bearer ${token}`);
    expect(response.status).toBe(status);
    expect(logged.map(({ code }) => code)).toEqual(status === 403 ? ['insufficient_scope'] : []);
    if (status !== 403) return;
    const names = (requires ?? any ?? []).filter((each) => typeof each === 'string').join(' ');
    const told = response.headers.get('www-authenticate') ?? '';
    expect(/scope="([^"]*)"/.exec(told)?.[1]).toBe(path.startsWith('/condition') ? undefined : names);
  });

  test.each(Object.keys(ROUTES))('%s needs a token, though the others do not', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({ error: 'unauthorized', reason: 'missing' });
  });

  const who = name === 'NestJS' ? ['who', 'who'] : ['nobody', 'auth0|5f7c8ec7c33c6c004bbafe82'];
  test('without a token there is no access', async () => {
    for (const authorization of [undefined, 'Basic dXNlcjpwYXNz', 'BearerToken x']) {
      const response = await get('/who', authorization);
      expect([response.status, await response.text(), logged]).toEqual([200, who[0], []]);
    }
  });
  test('with a good token there is', async () => {
    const response = await get('/who', `Bearer ${token}`);
    expect([response.status, await response.text()]).toEqual([200, who[1]]);
  });
  test('a token that is not good is refused, as if one were required', async () => {
    for (const [authorization, status] of [
      ['Bearer x', 401],
      [`Bearer ${token.slice(0, -8)}AAAAAAAA`, 401],
      ['Bearer', 400],
      ['bearer a b', 400],
      [`DPoP ${token}`, 401],
    ] as const) {
      const response = await get('/who', authorization);
      expect([authorization, response.status]).toEqual([authorization, status]);
      expect(logged.length).toBe(1);
    }
  });
});

test('a request is anonymous only if the same header is answered "no token" where one is required', () => {
  const scheme = fc.constantFrom(
    '',
    'Bearer',
    'bearer',
    'DPoP',
    'Basic',
    'Digest',
    ' Bearer',
    'Bearer\t',
    'xBearer',
  );
  fc.assert(
    fc.property(scheme, fc.string(), (name, rest) => {
      const header = name + rest;
      if (!hasNoToken(header)) return;
      expect(() => readBearer(header)).toThrow(/has no bearer token/);
    }),
  );
  for (const header of [['Bearer x'], {}, 1]) expect(hasNoToken(header as unknown as string)).toBe(false);
});

describe('a guard is not made', () => {
  const auth = authenticateExpress(verifier);
  const guard = createGuard(verifier);
  test.each<[string, () => unknown]>([
    ['of nothing', () => (auth.requires as () => unknown)()],
    ['of any of nothing', () => (auth.requiresAny as () => unknown)()],
    ['of a misspelt constant', () => auth.requires('orders:read', undefined as never)],
    ['of any of a misspelt constant', () => guard.any('orders:read', undefined as never)],
    ['of an empty array', () => authenticateNode(verifier, () => {}, { requires: [] })],
    ['of an undefined option', () => authenticateNode(verifier, () => {}, { requires: undefined as never })],
    [
      'of any of an undefined option',
      () => authenticateNode(verifier, () => {}, { requiresAny: undefined as never }),
    ],
    ['with optional: "yes"', () => authenticateExpress(verifier, { optional: 'yes' as never })],
    ['with optional: null', () => authenticateFastify(verifier, { optional: null as never })],
    ['with a request that is no function', () => createGuard(verifier, { request: {} as never })],
  ])('%s', (_, make) => {
    expect(make).toThrow(TypeError);
  });
});

test('types: names are checked, path parameters and other frameworks’ types are kept, and no access is told apart', () => {
  const expressAuth = authenticateExpress(verifier);
  const app = express();
  app.get('/x/:id', expressAuth, expressAuth.requires('orders:read'), (request) => {
    const id: string = request.params.id;
    const subject: string = expressAuth.accessOf(request).subject;
    // @ts-expect-error no such parameter
    return [id, subject, request.params.name];
  });
  // @ts-expect-error no such permission
  expressAuth.requires('orders:raed');
  // @ts-expect-error no such permission
  expressAuth.requiresAny('orders:read', 'orders:raed');
  const optional = authenticateExpress(verifier, { optional: true });
  // @ts-expect-error there may be no access
  app.get('/y', (request) => optional.accessOf(request).subject);

  const fastifyAuth = authenticateFastify(verifier);
  const fastify = Fastify();
  fastify.register(fastifyAuth);
  fastify.get<{ Params: { id: string } }>(
    '/x/:id',
    { onRequest: fastifyAuth.requires('orders:read') },
    (request) => {
      const id: string = request.params.id;
      return [id, fastifyAuth.accessOf(request).subject];
    },
  );
  const http2 = Fastify({ http2: true });
  http2.register(fastifyAuth);
  http2.get(
    '/x',
    { preHandler: [fastifyAuth.requiresAny('orders:read')] },
    (request) => fastifyAuth.accessOf(request).subject,
  );

  const honoAuth = authenticateHono(verifier);
  new Hono<{ Bindings: { KV: string }; Variables: { user: number } }>()
    .use(honoAuth)
    .get('/x/:id', honoAuth.requires('orders:read'), (c) => {
      const all: [string, string, number] = [c.req.param('id'), c.env.KV, c.get('user')];
      const access: Access<Name> = c.get('access');
      // @ts-expect-error no such variable
      c.get('acces');
      return c.json([all, access, honoAuth.accessOf(c).subject]);
    });
  expect(app).toBeDefined();
});
