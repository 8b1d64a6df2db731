// Refusals thrown outside of handlers: in middleware, hooks, guards and interceptors. Each must be a 403 with its challenge, and
// end no process.
import 'reflect-metadata';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import { serve } from '@hono/node-server';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Controller, Get, Module, UseGuards, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { map } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Access } from '../../src/access.ts';
import { authenticate as authenticateExpress } from '../../src/adapters/express.ts';
import { authenticate as authenticateFastify } from '../../src/adapters/fastify.ts';
import { authenticate as authenticateHono } from '../../src/adapters/hono.ts';
import type { GuardedRequest } from '../../src/adapters/nestjs.ts';
import { createGuard } from '../../src/adapters/nestjs.ts';
import { authenticate as authenticateNode } from '../../src/adapters/node.ts';
import type { VerifierError } from '../../src/errors.ts';
import { requirePermission } from '../../src/require-permission.ts';
import { createVerifier } from '../../src/verifier.ts';
import { ISSUER, keySet, layout, makeToken, type Name, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');
const token = makeToken(key);
const verifier = createVerifier({
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
});

type Log = (error: VerifierError) => void;
/** Of paths that must be a 403, those of `again` throw while an answer is sent, the refusal's own among them; `/fine` is a 200. */
type Start = (log: Log) => Promise<{ server: Server; paths: readonly string[]; again?: readonly string[] }>;

const need = (access: Access<Name> | undefined): void =>
  requirePermission(access as Access<Name>, 'orders:write');

const startExpress =
  (framework: typeof express): Start =>
  async (log) => {
    const auth = authenticateExpress(verifier, { log });
    const app = framework().set('env', 'test').use(auth);
    app.use('/middleware', (request, _response, next) => {
      need(auth.accessOf(request));
      next();
    });
    app.param('id', (request, _response, next) => {
      need(auth.accessOf(request));
      next();
    });
    app.get('/param/:id', (_request, response) => void response.end());
    app.get('/next', (request, _response, next) => {
      try {
        need(auth.accessOf(request));
      } catch (error) {
        next(error);
      }
    });
    // What another middleware makes of the error is no business of ours, as long as it passes it on.
    app.get('/passed-on', (request) => need(auth.accessOf(request)));
    app.use('/passed-on', ((error, _request, _response, next) => next(error)) as express.ErrorRequestHandler);
    app.get('/fine', (_request, response) => void response.end('fine'));
    return { server: createServer(app).listen(0), paths: ['/middleware', '/param/1', '/next', '/passed-on'] };
  };

const startFastify: Start = async (log) => {
  const auth = authenticateFastify(verifier, { log });
  const app = Fastify();
  app.register(auth);
  const hooks = ['preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend'] as const;
  for (const hook of hooks)
    app.get(
      `/${hook}`,
      { [hook]: async (request: Parameters<typeof auth.accessOf>[0]) => need(auth.accessOf(request)) },
      async () => ({}),
    );
  app.get('/send', (request, reply) => {
    try {
      need(auth.accessOf(request));
    } catch (error) {
      reply.send(error);
    }
  });
  app.get('/fine', async () => ({}));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    server: app.server,
    paths: ['/preParsing', '/preValidation', '/preHandler', '/preSerialization', '/send'],
    again: ['/onSend'],
  };
};

const startHono: Start = async (log) => {
  const auth = authenticateHono(verifier, { log });
  const app = new Hono()
    .use(auth)
    .use('/before/*', async (context, next) => {
      need(auth.accessOf(context));
      await next();
    })
    .use('/after/*', async (context, next) => {
      await next();
      need(auth.accessOf(context));
    })
    .get('/before/x', (context) => context.text('x'))
    .get('/after/x', (context) => context.text('x'))
    .get('/fine', (context) => context.text('fine'));
  app.notFound((context) => {
    need(auth.accessOf(context as never));
    return context.text('none', 404);
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  return { server, paths: ['/before/x', '/after/x', '/nowhere'] };
};

const ForeignPromise = runInNewContext('Promise') as PromiseConstructor;

const startNode: Start = async (log) => {
  const listener = authenticateNode(
    verifier,
    async (request, response) => {
      if (request.url === '/fine') return void response.end('fine');
      // A promise of another realm, and one that is rejected in a later turn.
      if (request.url === '/foreign')
        return new ForeignPromise((_, reject) => attempt(() => need(request.access), reject));
      return new Promise((_, reject) => setImmediate(() => attempt(() => need(request.access), reject)));
    },
    { log },
  );
  return { server: createServer(listener).listen(0), paths: ['/foreign', '/later'] };
};

function attempt(run: () => void, reject: (error: unknown) => void): void {
  try {
    run();
  } catch (error) {
    reject(error);
  }
}

const startNest: Start = async (log) => {
  const guard = createGuard(verifier, { log });
  const accessOf = (context: ExecutionContext) =>
    context.switchToHttp().getRequest<GuardedRequest<Name>>().access;
  const second: CanActivate = {
    canActivate(context) {
      need(accessOf(context));
      return true;
    },
  };
  const before: NestInterceptor = {
    intercept(context, next: CallHandler) {
      need(accessOf(context));
      return next.handle();
    },
  };
  const after: NestInterceptor = {
    intercept: (context, next: CallHandler) => next.handle().pipe(map(() => need(accessOf(context)))),
  };
  class OrdersController {}
  const route = (path: string, ...decorators: MethodDecorator[]) => {
    const descriptor: PropertyDescriptor = { value: () => ({}), configurable: true, writable: true };
    Object.defineProperty(OrdersController.prototype, path, descriptor);
    for (const decorate of [Get(path), ...decorators]) decorate(OrdersController.prototype, path, descriptor);
  };
  route('guard', UseGuards(guard(), second));
  route('interceptor', UseGuards(guard()), UseInterceptors(before));
  route('answer', UseGuards(guard()), UseInterceptors(after));
  route('fine', UseGuards(guard()));
  Controller()(OrdersController);
  class OrdersModule {}
  Module({ controllers: [OrdersController] })(OrdersModule);
  const app = await NestFactory.create(OrdersModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  return { server: app.getHttpServer() as Server, paths: ['/guard', '/interceptor', '/answer'] };
};

describe.each<[string, Start]>([
  ['Express 5', startExpress(express)],
  ['Express 4', startExpress(express4 as never)],
  ['Fastify', startFastify],
  ['Hono', startHono],
  ['node:http', startNode],
  ['NestJS', startNest],
])('%s', (_name, start) => {
  let server: Server;
  let paths: readonly string[];
  let again: readonly string[];
  let logged: VerifierError[] = [];
  beforeAll(async () => {
    ({ server, paths, again = [] } = await start((error) => logged.push(error)));
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  });
  beforeEach(() => {
    logged = [];
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const get = (path: string) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  const challenge = expect.stringMatching(/^Bearer error="insufficient_scope".*scope="orders:write"$/);

  test('one that is thrown while an answer is sent is a 403 with its challenge', async () => {
    for (const path of again) {
      const response = await get(path);
      await response.text();
      expect([path, response.status, response.headers.get('www-authenticate')]).toEqual([
        path,
        403,
        challenge,
      ]);
    }
    expect((await get('/fine')).status).toBe(200);
  });

  test('a refusal that is thrown outside of a handler is answered and logged as one within', async () => {
    for (const path of paths) {
      logged = [];
      const response = await get(path);
      expect([path, response.status, await response.json()]).toEqual([
        path,
        403,
        { error: 'insufficient_scope' },
      ]);
      expect([path, response.headers.get('www-authenticate')]).toEqual([path, challenge]);
      expect([path, logged.map(({ code }) => code)]).toEqual([path, ['insufficient_scope']]);
    }
    expect((await get('/fine')).status).toBe(200);
  });
});
