import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { Hono } from 'hono';
import 'reflect-metadata';
import type { Access } from '../../src/access.ts';
import { hasPermission } from '../../src/access.ts';
import { authenticate as authenticateExpress } from '../../src/adapters/express.ts';
import { authenticate as authenticateFastify } from '../../src/adapters/fastify.ts';
import { authenticate as authenticateHono } from '../../src/adapters/hono.ts';
import type { GuardedRequest } from '../../src/adapters/nestjs.ts';
import { createGuard } from '../../src/adapters/nestjs.ts';
import { authenticate as authenticateNode } from '../../src/adapters/node.ts';
import type { VerifierError } from '../../src/errors.ts';
import type { Verifier } from '../../src/verifier.ts';
import type { Name } from '../support/issuer.ts';

/** A real server: `GET /me` needs a good token, `GET /orders` the permission orders:write, `GET /open` nothing. */
export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

export type Log = (error: VerifierError) => void;
/** What the adapters are told of proofs. */
export interface Proofs {
  readonly url?: string;
  readonly certificate?: string;
}
export type Start = (verifier: Verifier<Name>, log: Log, proofs?: Proofs) => Promise<RunningServer>;

/** What `GET /me` answers. */
function profile(access: Access<Name>): { subject: string; read: boolean; write: boolean } {
  return {
    subject: access.subject,
    read: hasPermission(access, 'orders:read'),
    write: hasPermission(access, 'orders:write'),
  };
}

async function listening(server: Server): Promise<RunningServer> {
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
  (verifier, log, proofs) => {
    const auth = authenticateExpress(verifier, { log, ...proofs });
    const app = framework().set('env', 'test');
    app.get('/open', (_request, response) => void response.json({}));
    app.use(auth);
    app.get('/me', (request, response) => void response.json(profile(auth.accessOf(request))));
    app.get('/orders', auth.requires('orders:write'), (_request, response) => void response.json({}));
    return listening(createServer(app));
  };

const startFastify: Start = async (verifier, log, proofs) => {
  const auth = authenticateFastify(verifier, { log, ...proofs });
  const app = Fastify();
  app.get('/open', async () => ({}));
  await app.register(async (guarded) => {
    guarded.register(auth);
    guarded.get('/me', async (request) => profile(auth.accessOf(request)));
    guarded.get('/orders', { onRequest: auth.requires('orders:write') }, async () => ({}));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return listening(app.server);
};

const startHono: Start = async (verifier, log, proofs) => {
  const auth = authenticateHono(verifier, { log, ...proofs });
  const app = new Hono()
    .get('/open', (context) => context.json({}))
    .use(auth)
    .get('/me', (context) => context.json(profile(context.get('access') as Access<Name>)))
    .get('/orders', auth.requires('orders:write'), (context) => context.json({}));
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await new Promise((resolve) => server.once('listening', resolve));
  return listening(server);
};

const startNode: Start = (verifier, log, proofs) => {
  const me = authenticateNode(
    verifier,
    ({ access }, response) => response.end(JSON.stringify(profile(access))),
    { log, ...proofs },
  );
  const orders = authenticateNode(verifier, (_request, response) => response.end('{}'), {
    requires: 'orders:write',
    log,
    ...proofs,
  });
  return listening(
    createServer((request, response) => {
      if (request.url === '/open') response.end('{}');
      else (request.url?.startsWith('/me') ? me : orders)(request, response);
    }),
  );
};

const startNest: Start = async (verifier, log, proofs) => {
  const guard = createGuard(verifier, { log, ...proofs });
  class OrdersController {
    open(): object {
      return {};
    }
    me({ access }: GuardedRequest<Name>): object {
      if (access === undefined) throw new Error('the guard set no access');
      return profile(access);
    }
    orders(): object {
      return {};
    }
  }
  // Decorators applied as the compiler would: the sources have none of their own.
  const decorate = (method: 'open' | 'me' | 'orders', ...decorators: MethodDecorator[]): void => {
    const descriptor = Object.getOwnPropertyDescriptor(
      OrdersController.prototype,
      method,
    ) as PropertyDescriptor;
    for (const decorator of decorators) decorator(OrdersController.prototype, method, descriptor);
  };
  decorate('open', Get('open'));
  decorate('me', Get('me'), UseGuards(guard()));
  Req()(OrdersController.prototype, 'me', 0);
  decorate('orders', Get('orders'), UseGuards(guard('orders:write')));
  Controller()(OrdersController);
  class OrdersModule {}
  Module({ controllers: [OrdersController] })(OrdersModule);
  const app = await NestFactory.create(OrdersModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  return listening(app.getHttpServer() as Server);
};

export const servers: readonly [string, Start][] = [
  ['Express 5', startExpressWith(express)],
  ['Express 4', startExpressWith(express4)],
  ['Fastify', startFastify],
  ['Hono', startHono],
  ['node:http', startNode],
  ['NestJS', startNest],
];
