import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Controller, Get, Module, Req, Res, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import 'reflect-metadata';
import { authenticate as authenticateExpress } from '../../src/adapters/express.ts';
import { authenticate as authenticateFastify } from '../../src/adapters/fastify.ts';
import { authenticate as authenticateHono } from '../../src/adapters/hono.ts';
import type { GuardedRequest } from '../../src/adapters/nestjs.ts';
import { createGuard } from '../../src/adapters/nestjs.ts';
import { authenticate as authenticateNode } from '../../src/adapters/node.ts';
import type { VerifierError } from '../../src/errors.ts';
import { isVerifierError } from '../../src/errors.ts';
import { requirePermission } from '../../src/require-permission.ts';
import type { Verifier } from '../../src/verifier.ts';
import type { Name } from '../support/issuer.ts';

/**
 * A real server whose handlers require orders:write by themselves.
 * `GET /requires`: by the adapter's own means. `/sync`, `/async`: thrown in a handler, after `late` in `/late`, deeper within in
 * `/nested/deep/route`, with headers set for another body in `/prepared`, after the answer began in `/streaming`.
 * `/caught`: thrown and dealt with by the handler, which answers 200. `/fault`: throws an error of its own.
 * `/expired`: verifies a token of the query, which may be expired. `/fine`: answers 200.
 */
export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

export type Log = (error: VerifierError) => void;
export type Start = (verifier: Verifier<Name>, log: Log) => Promise<RunningServer>;

const PREPARED = {
  'content-type': 'text/csv',
  'content-length': '1000',
  'content-encoding': 'gzip',
  'content-disposition': 'attachment',
  etag: '"1"',
  'x-kept': 'kept',
};

const late = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

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

function startExpressWith(framework: typeof express, asyncHandlers: boolean): Start {
  return async (verifier, log) => {
    const auth = authenticateExpress(verifier, { log });
    // Without Express's own printing of errors.
    const app = framework().set('env', 'test');
    const require = (request: express.Request): void =>
      requirePermission(auth.accessOf(request), 'orders:write');
    // Express 4 never looks at what an async handler returns.
    const settled =
      (handler: express.RequestHandler): express.RequestHandler =>
      async (request, response, next) => {
        try {
          await handler(request, response, next);
        } catch (error) {
          if (asyncHandlers) throw error;
          next(error);
        }
      };
    app.use(auth);
    app.get('/requires', auth.requires('orders:write'), (_request, response) => void response.end());
    app.get('/sync', (request, response) => {
      require(request);
      response.end();
    });
    app.get(
      '/async',
      settled(async (request) => require(request)),
    );
    app.get(
      '/late',
      settled(async (request) => {
        await late();
        require(request);
      }),
    );
    const deep = framework.Router().get('/route', (request) => require(request));
    app.use('/nested', framework.Router().use('/deep', deep));
    const mounted = framework().set('env', 'test');
    mounted.get('/route', (request) => require(request));
    app.use('/mounted', mounted);
    app.get('/prepared', (request, response) => {
      response.set(PREPARED);
      require(request);
    });
    app.get(
      '/streaming',
      settled(async (request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' }).write('begun');
        await late();
        require(request);
      }),
    );
    app.get('/caught', (request, response) => {
      try {
        require(request);
      } catch (error) {
        response.json({ refused: isVerifierError(error) });
      }
    });
    app.get('/fault', () => {
      throw new TypeError('a fault of the handler');
    });
    app.get(
      '/expired',
      settled(async (request) => void (await verifier.verify(String(request.query['token'])))),
    );
    app.get('/fine', (_request, response) => void response.json({ fine: true }));
    return listening(createServer(app));
  };
}

const startFastify: Start = async (verifier, log) => {
  const auth = authenticateFastify(verifier, { log });
  const app = Fastify();
  app.register(auth);
  const require = (request: Parameters<typeof auth.accessOf>[0]): void =>
    requirePermission(auth.accessOf(request), 'orders:write');
  app.get('/requires', { onRequest: auth.requires('orders:write') }, async () => ({}));
  app.get('/sync', (request, reply) => {
    require(request);
    reply.send({});
  });
  app.get('/async', async (request) => require(request));
  app.get('/late', async (request) => {
    await late();
    require(request);
  });
  app.register(
    async (nested) => {
      nested.register(async (deep) => void deep.get('/route', async (request) => require(request)), {
        prefix: '/deep',
      });
    },
    { prefix: '/nested' },
  );
  app.register(async (mounted) => void mounted.get('/route', (request) => require(request)), {
    prefix: '/mounted',
  });
  app.get('/prepared', async (request, reply) => {
    reply.headers(PREPARED);
    require(request);
  });
  app.get('/streaming', async (request, reply) => {
    reply.raw.writeHead(200, { 'content-type': 'text/plain' }).write('begun');
    await late();
    require(request);
  });
  app.get('/caught', async (request) => {
    try {
      require(request);
      return {};
    } catch (error) {
      return { refused: isVerifierError(error) };
    }
  });
  app.get('/fault', async () => {
    throw new TypeError('a fault of the handler');
  });
  app.get<{ Querystring: { token: string } }>(
    '/expired',
    async (request) => void (await verifier.verify(request.query.token)),
  );
  app.get('/fine', async () => ({ fine: true }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return listening(app.server);
};

const startHono: Start = async (verifier, log) => {
  const auth = authenticateHono(verifier, { log });
  const require = (context: Parameters<typeof auth.accessOf>[0]): Response => {
    requirePermission(auth.accessOf(context), 'orders:write');
    return context.body(null);
  };
  const deep = new Hono().get('/route', require);
  const nested = new Hono().route('/deep', deep);
  const app = new Hono()
    .use(auth)
    .get('/requires', auth.requires('orders:write'), (context) => context.body(null))
    .get('/sync', require)
    .get('/async', async (context) => require(context))
    .get('/late', async (context) => {
      await late();
      return require(context);
    })
    .route('/nested', nested)
    .get('/prepared', (context) => {
      for (const [name, value] of Object.entries(PREPARED)) context.header(name, value);
      return require(context);
    })
    .get('/streaming', (context) =>
      stream(context, async (out) => {
        await out.write('begun');
        await late();
        require(context);
      }),
    )
    .get('/caught', (context) => {
      try {
        return require(context);
      } catch (error) {
        return context.json({ refused: isVerifierError(error) });
      }
    })
    .get('/fault', () => {
      throw new TypeError('a fault of the handler');
    })
    .get('/expired', async (context) => {
      await verifier.verify(context.req.query('token') ?? '');
      return context.body(null);
    })
    .get('/fine', (context) => context.json({ fine: true }));
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await new Promise((resolve) => server.once('listening', resolve));
  return listening(server);
};

const startNode: Start = (verifier, log) => {
  const require = ({ access }: { access: Awaited<ReturnType<typeof verifier.verify>> }): void =>
    requirePermission(access, 'orders:write');
  type Request = IncomingMessage & Parameters<typeof require>[0];
  const handlers: Record<string, (request: Request, response: ServerResponse) => unknown> = {
    '/sync': (request, response) => {
      require(request);
      response.end();
    },
    '/async': async (request) => require(request),
    '/late': async (request) => {
      await late();
      require(request);
    },
    '/nested/deep/route': (request) => Promise.resolve().then(() => require(request)),
    '/mounted/route': (request) => require(request),
    '/prepared': (request, response) => {
      for (const [name, value] of Object.entries(PREPARED)) response.setHeader(name, value);
      require(request);
    },
    '/streaming': async (request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).write('begun');
      await late();
      require(request);
    },
    '/caught': (request, response) => {
      try {
        require(request);
      } catch (error) {
        response.end(JSON.stringify({ refused: isVerifierError(error) }));
      }
    },
    '/fault': () => {
      throw new TypeError('a fault of the handler');
    },
    '/expired': async (request) =>
      void (await verifier.verify(new URL(request.url ?? '', 'http://x').searchParams.get('token') ?? '')),
    '/fine': (_request, response) => response.end('{"fine":true}'),
  };
  const all = authenticateNode(
    verifier,
    (request, response) => handlers[new URL(request.url ?? '', 'http://x').pathname]?.(request, response),
    { log },
  );
  const requires = authenticateNode(verifier, (_request, response) => response.end(), {
    requires: 'orders:write',
    log,
  });
  return listening(
    createServer((request, response) =>
      (request.url?.startsWith('/requires') ? requires : all)(request, response),
    ),
  );
};

const startNest: Start = async (verifier, log) => {
  const guard = createGuard(verifier, { log });
  const require = ({ access }: GuardedRequest<Name>): void => {
    if (access === undefined) throw new Error('the guard set no access');
    requirePermission(access, 'orders:write');
  };
  const routes: Record<string, (request: GuardedRequest<Name>, response: ServerResponse) => unknown> = {
    sync: (request) => require(request),
    async: async (request) => require(request),
    late: async (request) => {
      await late();
      require(request);
    },
    'nested/deep/route': async (request) => require(request),
    'mounted/route': (request) => require(request),
    prepared: (request, response) => {
      for (const [name, value] of Object.entries(PREPARED)) response.setHeader(name, value);
      require(request);
    },
    streaming: async (request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).write('begun');
      await late();
      require(request);
    },
    caught: (request, response) => {
      try {
        require(request);
      } catch (error) {
        response.end(JSON.stringify({ refused: isVerifierError(error) }));
      }
    },
    fault: () => {
      throw new TypeError('a fault of the handler');
    },
    fine: (_request, response) => void response.end('{"fine":true}'),
    requires: () => ({}),
  };
  class OrdersController {}
  // Decorators applied as the compiler would: the sources have none of their own.
  for (const [path, handler] of Object.entries(routes)) {
    const descriptor: PropertyDescriptor = { value: handler, configurable: true, writable: true };
    Object.defineProperty(OrdersController.prototype, path, descriptor);
    Get(path)(OrdersController.prototype, path, descriptor);
    UseGuards(path === 'requires' ? guard('orders:write') : guard())(
      OrdersController.prototype,
      path,
      descriptor,
    );
    if (path === 'requires') continue;
    Req()(OrdersController.prototype, path, 0);
    const own = path === 'streaming' || path === 'caught' || path === 'fine';
    Res({ passthrough: !own })(OrdersController.prototype, path, 1);
  }
  Controller()(OrdersController);
  class OrdersModule {}
  Module({ controllers: [OrdersController] })(OrdersModule);
  const app = await NestFactory.create(OrdersModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  return listening(app.getHttpServer() as Server);
};

export const servers: readonly [string, Start][] = [
  ['Express 5', startExpressWith(express, true)],
  ['Express 4', startExpressWith(express4, false)],
  ['Fastify', startFastify],
  ['Hono', startHono],
  ['node:http', startNode],
  ['NestJS', startNest],
];
