// What an API says of the layouts that it reads, served by each framework.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Controller, Get, Header, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import 'reflect-metadata';
import { wellKnown } from '../../src/well-known.ts';

const LAYOUT = {
  format: 'claimgen-layout-1',
  name: 'orders',
  claim: 'p',
  active: 1,
  withdrawn: [],
  lineages: [
    [],
    [
      { id: 'aaaaaa', permissions: ['orders:read'] },
      { id: 'bbbbbb', permissions: ['orders:write'] },
    ],
  ],
};

async function get(server: Server, path: string): Promise<Response> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
}

describe('wellKnown', () => {
  const { path, headers, body } = wellKnown(LAYOUT);
  const servers: Readonly<Record<string, () => Promise<Server>>> = {
    express: async () =>
      createServer(
        express().get(path, (_, response) => {
          response.set(headers).send(body);
        }),
      ),
    fastify: async () => {
      const app = fastify();
      app.get(path, (_, reply) => reply.headers(headers).send(body));
      await app.listen({ port: 0, host: '127.0.0.1' });
      return app.server;
    },
    hono: async () =>
      new Promise((resolve) => {
        const app = new Hono().get(path, (c) => c.body(body, 200, headers));
        const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
          resolve(server as Server),
        );
      }),
    // With what keeps its other routes: a prefix, and guards for all of them.
    'NestJS, outside of its controllers': async () => {
      class OrdersModule {}
      Module({})(OrdersModule);
      const app = await NestFactory.create(OrdersModule, { logger: false });
      app.setGlobalPrefix('api');
      app.useGlobalGuards({ canActivate: () => false });
      app
        .getHttpAdapter()
        .get(path, (_: unknown, response: express.Response) => void response.set(headers).send(body));
      await app.listen(0, '127.0.0.1');
      return app.getHttpServer() as Server;
    },
    'NestJS, in a controller': async () => {
      class WellKnownController {
        layouts(): string {
          return body;
        }
      }
      // Decorators applied as the compiler would: the sources have none of their own.
      const { prototype } = WellKnownController;
      const descriptor = Object.getOwnPropertyDescriptor(prototype, 'layouts') as PropertyDescriptor;
      Get(path)(prototype, 'layouts', descriptor);
      for (const [name, value] of Object.entries(headers))
        Header(name, value)(prototype, 'layouts', descriptor);
      Controller()(WellKnownController);
      class OrdersModule {}
      Module({ controllers: [WellKnownController] })(OrdersModule);
      const app = await NestFactory.create(OrdersModule, { logger: false });
      await app.listen(0, '127.0.0.1');
      return app.getHttpServer() as Server;
    },
    node: async () =>
      createServer((request, response) => {
        if (request.url === path) response.writeHead(200, headers).end(body);
        else response.writeHead(404).end();
      }),
  };

  it.each(Object.entries(servers))(
    'is served by %s, with ids and without names of permissions',
    async (_, start) => {
      const response = await get(await start(), '/.well-known/claimgen');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual({
        format: 'claimgen-verifier-1',
        reads: ['as-of'],
        layouts: [{ name: 'orders', lineages: [[], ['aaaaaa', 'bbbbbb']] }],
      });
    },
  );

  it('takes several layouts, and nothing else', () => {
    expect(JSON.parse(wellKnown(LAYOUT, { ...LAYOUT, name: 'billing' }).body).layouts).toHaveLength(2);
    expect(() => wellKnown()).toThrow(TypeError);
    for (const other of [null, 7, {}, [], { format: 'claimgen-layout-' }])
      expect(() => wellKnown(other as unknown as typeof LAYOUT)).toThrow(TypeError);
  });
});
