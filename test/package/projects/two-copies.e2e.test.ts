import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, installed, write } from './installed.ts';

let folder = '';

beforeAll(() => {
  folder = installed(
    ['verifier'],
    [
      ...['express@5.3.0', 'fastify@5.12.8', 'hono@4.13.19', 'jose@6.2.17', 'typescript@5.9.3'],
      ...['@nestjs/common@11.2.10', '@nestjs/core@11.2.10', '@nestjs/platform-express@11.2.10'],
      ...['reflect-metadata@0.2.2', 'rxjs@7.8.2', '@types/node@20.19.43', '@types/express@5.0.6'],
    ],
  );
  write(folder, {
    'copies.mjs': `
import { createRequire } from 'node:module';
import * as esm from '@claimgen/verifier';
const require = createRequire(import.meta.url);
export const copies = { esm, cjs: require('@claimgen/verifier') };
export const adapter = async (copy, name) => copy === 'esm' ? await import('@claimgen/verifier/' + name) : require('@claimgen/verifier/' + name);
if (copies.esm.createVerifier === copies.cjs.createVerifier) throw new Error('only one copy');

const { exportJWK, generateKeyPair, SignJWT } = await import('jose');
const { privateKey, publicKey } = await generateKeyPair('RS256');
export const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
export const layout = { format: 'claimgen-layout-1', name: 'orders', audience: 'https://orders.acme.example', claim: 'p', active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read', 'orders:write'] }, { id: '9fQ2xB', permissions: ['orders:new'] }]], withdrawn: [] };
export const options = { issuer: 'https://acme.eu.auth0.com/', layout, jwks };
export const token = await new SignJWT({ p: 'k3Jd9a.Ag' }).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k' })
  .setIssuer('https://acme.eu.auth0.com/').setSubject('auth0|1').setAudience('https://orders.acme.example').setIssuedAt().setExpirationTime('1h').sign(privateKey);
`,
    'core.mjs': `
import { copies, jwks, options, token } from './copies.mjs';
for (const [one, other] of [['esm', 'cjs'], ['cjs', 'esm']]) {
  const [made, asked] = [copies[one], copies[other]];
  const verifier = made.createVerifier(options);
  const access = await verifier.verify(token);
  const error = await verifier.verify('x').catch((e) => e);
  let thrown;
  try { asked.requirePermission(access, 'orders:write'); } catch (e) { thrown = e; }
  const shared = asked.createVerifier({ ...options, jwks: made.createKeySet(jwks) });
  console.log(JSON.stringify([
    asked.isVerifierError(error), error instanceof asked.VerifierError, asked.toRefusal(error).status,
    asked.hasPermission(access, 'orders:read'), asked.hasPermission(access, 'orders:write'),
    asked.explainDenial(access, 'orders:write').reason, asked.explainDenial(access, 'orders:new').reason, asked.explainDenial(error, 'orders:new') ?? null,
    made.isVerifierError(thrown), thrown.cause.reason, (await shared.verify(token)).subject,
  ]));
}
`,
    'adapters.mjs': `
import 'reflect-metadata';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { adapter, copies, options, token } from './copies.mjs';
const require = createRequire(import.meta.url);
const express = require('express'), fastify = require('fastify'), { Hono } = require('hono');
const nest = require('@nestjs/common'), { NestFactory } = require('@nestjs/core');

const headers = { authorization: 'Bearer ' + token };
async function ask(url) {
  const said = [];
  for (const path of ['/read', '/read', '/write', '/thrown']) said.push((await fetch(url + path, { headers })).status);
  return said.join();
}
const listen = async (server) => { await new Promise((done) => server.listen(0, '127.0.0.1', done)); return 'http://127.0.0.1:' + server.address().port; };

for (const [verifies, adapts, throws] of [['esm', 'cjs', 'esm'], ['cjs', 'esm', 'cjs'], ['esm', 'esm', 'cjs'], ['cjs', 'cjs', 'esm']]) {
  const verifier = copies[verifies].createVerifier(options);
  // A second verification of the same token would be a call of this.
  let verified = 0;
  const { verify } = verifier;
  verifier.verify = (...given) => { verified += 1; return verify.apply(verifier, given); };
  const { requirePermission } = copies[throws];
  let logged = 0;
  const log = () => { logged += 1; };
  const results = [];

  {
    const auth = (await adapter(adapts, 'express')).authenticate(verifier, { log });
    const app = express().use(auth);
    app.get('/read', auth.requires('orders:read'), (q, r) => r.send(auth.accessOf(q).subject));
    app.get('/write', auth.requires('orders:write'), (q, r) => r.end());
    app.get('/thrown', (q) => requirePermission(q.access, 'orders:write'));
    const server = createServer(app);
    results.push('express ' + await ask(await listen(server)));
    server.close();
  }
  {
    const auth = (await adapter(adapts, 'fastify')).authenticate(verifier, { log });
    const app = fastify();
    app.register(auth);
    app.get('/read', { onRequest: auth.requires('orders:read') }, async (q) => auth.accessOf(q).subject);
    app.get('/write', { onRequest: auth.requires('orders:write') }, async () => '');
    app.get('/thrown', async (q) => requirePermission(auth.accessOf(q), 'orders:write'));
    results.push('fastify ' + await ask(await app.listen()));
    await app.close();
  }
  {
    const auth = (await adapter(adapts, 'hono')).authenticate(verifier, { log });
    const app = new Hono().use(auth);
    app.get('/read', auth.requires('orders:read'), (c) => c.text(auth.accessOf(c).subject));
    app.get('/write', auth.requires('orders:write'), (c) => c.text(''));
    app.get('/thrown', (c) => requirePermission(auth.accessOf(c), 'orders:write'));
    const said = [];
    for (const path of ['/read', '/read', '/write', '/thrown']) said.push((await app.request(path, { headers })).status);
    results.push('hono ' + said.join());
  }
  {
    const guard = (await adapter(adapts, 'nestjs')).createGuard(verifier, { log });
    class App { read(request) { return request.access.subject; } write() {} thrown(request) { requirePermission(request.access, 'orders:write'); } }
    const decorate = (name, ...permissions) => {
      const property = Object.getOwnPropertyDescriptor(App.prototype, name);
      nest.Req()(App.prototype, name, 0);
      nest.UseGuards(guard(...permissions))(App.prototype, name, property);
      nest.Get(name)(App.prototype, name, property);
    };
    decorate('read', 'orders:read'); decorate('write', 'orders:write'); decorate('thrown');
    nest.Controller()(App);
    class Root {}
    nest.Module({ controllers: [App] })(Root);
    const app = await NestFactory.create(Root, { logger: false });
    await app.listen(0, '127.0.0.1');
    results.push('nestjs ' + await ask(await app.getUrl()));
    await app.close();
  }
  console.log(results.join(' | '), logged, 'logged', verified, 'verified');
}
`,
    'types.mts': `
import type { Layout } from '@claimgen/verifier';
import { createVerifier, hasPermission, requirePermission } from '@claimgen/verifier';
import { authenticate } from '@claimgen/verifier/express';
import express from 'express';
import { cjsAccess, cjsHas, cjsLayout, cjsVerifier } from './types.cjs';

const verifier = createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: cjsLayout });
const auth = authenticate(cjsVerifier);
export const layout: Layout<'orders:read' | 'orders:write'> = cjsLayout;
express().use(auth).get('/:id', auth.requires('orders:read'), (request) => { requirePermission(cjsAccess, 'orders:read'); return request.access; });
export const said: boolean[] = [hasPermission(await verifier.verify(''), 'orders:read'), cjsHas(await verifier.verify(''), 'orders:read')];
// @ts-expect-error no such permission
hasPermission(await verifier.verify(''), 'orders:raed');
// @ts-expect-error no such permission
hasPermission(cjsAccess, 'orders:raed');
// @ts-expect-error no such permission
cjsHas(await verifier.verify(''), 'orders:raed');
// @ts-expect-error no such permission
auth.requires('orders:raed');
`,
    'types.cts': `
import type { Access, Layout, Verifier } from '@claimgen/verifier';
import { hasPermission } from '@claimgen/verifier';
import '@claimgen/verifier/express';
export declare const cjsLayout: Layout<'orders:read' | 'orders:write'>;
export declare const cjsVerifier: Verifier<'orders:read' | 'orders:write'>;
export declare const cjsAccess: Access<'orders:read' | 'orders:write'>;
export const cjsHas = hasPermission;
`,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('an ES module and a CommonJS copy in one process', () => {
  it('know each other’s errors, accesses and key sets, and explain them the same way', () => {
    const line =
      '[true,false,401,true,false,"not_granted","newer_than_token",null,true,"not_granted","auth0|1"]\n';
    expect(execute(folder, process.execPath, 'core.mjs')).toBe(line + line);
  });

  it('answer requests by each other’s verifiers, caches and refusals', () => {
    const statuses = '200,200,403,403';
    const line = `express ${statuses} | fastify ${statuses} | hono ${statuses} | nestjs ${statuses} 8 logged 1 verified\n`;
    expect(execute(folder, process.execPath, 'adapters.mjs')).toBe(line.repeat(4));
  });

  it('have the same types', () => {
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck'];
    execute(folder, 'npx', 'tsc', ...flags, '--types', 'node', 'types.mts', 'types.cts');
  });
});
