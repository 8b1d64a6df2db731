// What went wrong in other caches of such tokens, one test each. The links are to what their users and maintainers reported.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryStore, type TokenStore } from '../src/index.ts';
import { ask, form, makeCache, SECRET, type TestCache, USUAL, until } from './support/cache.ts';
import { claimsOf, json, startIssuer, type TestIssuer } from './support/issuer.ts';

let issuer: TestIssuer;
let cache: TestCache;

beforeEach(async () => {
  issuer = await startIssuer();
  cache = makeCache(issuer.url);
});
afterEach(() => issuer.close());

/** A store that remembers what it was given, and fails on demand. */
function watched(fails = false): { readonly store: TokenStore; readonly seen: string[] } {
  const seen: string[] = [];
  const store = new Proxy(memoryStore(), {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        seen.push(JSON.stringify(args));
        // As clients of Redis do, with the whole command in the message.
        if (fails && name !== 'limiter')
          return Promise.reject(new Error(`OOM command not allowed: ${args.join(' ')}`));
        return Reflect.apply(member, target, args);
      };
    },
  });
  return { store, seen };
}

describe('what went wrong elsewhere does not happen here', () => {
  it('a key without the scope (DuendeArchive/Support#1396)', async () => {
    await ask(cache, form({ scope: 'user:read' }));
    const { access_token } = await ask(cache, form({ scope: 'user:read user:write' }));
    expect(await claimsOf(access_token)).toMatchObject({ scope: 'user:read user:write' });
  });

  it('a key without audience or organization (BerriAI/litellm#32259)', async () => {
    await ask(cache);
    expect(await claimsOf((await ask(cache, form({ audience: 'b' }))).access_token)).toMatchObject({
      aud: 'b',
    });
    await ask(cache, form({ organization: 'org_2' }));
    expect(issuer.grants).toBe(3);
  });

  it('a key without the secret: a token for whoever knows the client id (external-secrets#6642)', async () => {
    await ask(cache);
    const { status, access_token } = await ask(cache, form({ client_secret: 'wrong' }));
    expect([status, access_token]).toEqual([401, undefined]);
  });

  it('a rotated secret that finds the token of the old one, for an hour (api7/aisix#779)', async () => {
    const { access_token } = await ask(cache);
    issuer.secrets.set('vendor', 'rotated-secret');
    const rotated = await ask(cache, form({ client_secret: 'rotated-secret' }));
    expect(rotated.status).toBe(200);
    expect(rotated.access_token).not.toBe(access_token);
  });

  it('a token that goes on being given out after its credentials were revoked (BerriAI/litellm#32259)', async () => {
    await ask(cache);
    issuer.secrets.delete('vendor');
    cache.pass(86_400 * 0.93);
    await ask(cache);
    await until(async () => (await ask(cache)).status === 401);
    const again = makeCache(issuer.url);
    issuer.secrets.set('vendor', SECRET);
    const { access_token } = await ask(again);
    await again.purge('vendor');
    expect((await ask(again)).access_token).not.toBe(access_token);
  });

  it('expires_in as it was when the token was issued (nuts-foundation/nuts-node#3688)', async () => {
    await ask(cache);
    cache.pass(900);
    expect((await ask(cache)).expires_in).toBeLessThanOrEqual(86_400 - 900);
  });

  it('a token with no second left (wso2/api-manager#773)', async () => {
    await ask(cache);
    cache.pass(86_399);
    expect((await ask(cache)).expires_in).toBeGreaterThan(86_000);
  });

  it('expires_in taken for a date, so that nothing is found (SAP/cloud-sdk-js#626)', async () => {
    const { access_token } = await ask(cache);
    cache.pass(1);
    expect((await ask(cache)).access_token).toBe(access_token);
  });

  it('a life shorter than the time that it is refreshed ahead: never found, or kept for ever (LibreChat#15327)', async () => {
    issuer.life = 20;
    const { access_token } = await ask(cache);
    expect((await ask(cache)).access_token).toBe(access_token);
    cache.pass(21);
    expect((await ask(cache)).access_token).not.toBe(access_token);
  });

  it('a made-up life where the issuer does not say (helidon-io/helidon#10509)', async () => {
    issuer.extra = { expires_in: undefined };
    await ask(cache);
    await ask(cache);
    expect(issuer.grants).toBe(2);
  });

  it('a stampede when a token expires (Apicurio/apicurio-registry#9776, openfga/js-sdk#332)', async () => {
    await ask(cache);
    cache.pass(86_401);
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(cache)));
    expect(new Set(answers.map(({ access_token }) => access_token)).size).toBe(1);
    expect(issuer.grants).toBe(2);
  });

  it('all clients at once, since their tokens were issued at once (mozilla/fxa-oauth-server#370)', async () => {
    const ends = new Set<number>();
    for (let i = 0; i < 30; i += 1) await ask(cache, form({ scope: `s${i}` }));
    const before = issuer.grants;
    for (let minute = 0; minute < 60; minute += 5) {
      cache.pass(minute === 0 ? 86_400 * 0.875 : 300);
      for (let i = 0; i < 30; i += 1) await ask(cache, form({ scope: `s${i}` }));
      await new Promise((resolve) => setTimeout(resolve, 20));
      ends.add(issuer.grants - before);
    }
    expect(ends.size).toBeGreaterThan(3);
  });

  it('refusals that are kept: a client that was just allowed waits (an error cached as a token)', async () => {
    issuer.fault = (response) => json(response, 403, { error: 'access_denied' });
    expect((await ask(cache)).status).toBe(403);
    issuer.fault = undefined;
    expect((await ask(cache)).status).toBe(403);
    cache.pass(5);
    expect((await ask(cache)).status).toBe(200);
  });

  it('no refusals kept: a loop with a wrong secret runs into the rate limit of all (camunda/camunda#13832)', async () => {
    for (let i = 0; i < 100; i += 1) await ask(cache, form({ client_secret: 'wrong' }));
    expect(issuer.asked).toHaveLength(1);
  });

  it('the whole cache cleared when it is full (BerriAI/litellm#31275), or one that grows for ever', async () => {
    const store = memoryStore();
    for (let i = 0; i < 25_000; i += 1) await store.claim(`g:made-up-${i}`, 'x', 60_000);
    await store.write('t:vendor', 'sealed', 86_400_000);
    for (let i = 0; i < 25_000; i += 1) await store.claim(`g:made-up-${i}`, 'x', 60_000);
    // Made-up clients push one another out, and nobody else.
    expect(await store.read('t:vendor')).toMatchObject({ value: 'sealed' });
    expect(await store.read('g:made-up-0')).toBeUndefined();
    expect(await store.read('g:made-up-24999')).toBeDefined();
  });

  it('a secret or a token in the store, or in its keys (openpanel#481, IdentityServer3.AccessTokenValidation#75)', async () => {
    const { store, seen } = watched();
    const { access_token } = await ask(makeCache(issuer.url, { store }));
    expect(seen.length).toBeGreaterThan(4);
    for (const secret of [
      SECRET,
      access_token,
      'vendor',
      USUAL.audience,
      btoa(SECRET),
      access_token.split('.')[2] ?? '',
    ])
      expect(seen.join('\n')).not.toContain(secret);
  });

  it('a secret in the log when a write to the store fails (unitoio/cachette#78, BerriAI/litellm#36484)', async () => {
    const { store, seen } = watched(true);
    const failing = makeCache(issuer.url, { store });
    for (let i = 0; i < 5; i += 1) expect((await ask(failing)).status).toBe(200);
    expect(seen.length).toBeGreaterThan(0);
    expect(failing.logs).toEqual([
      'the store of the token cache is down (OOM): each process asks for tokens by itself until it is back',
    ]);
    expect(issuer.grants).toBe(1);
  });

  it('a redirect that is followed, with the secret (the default of most HTTP clients)', async () => {
    let asked = 0;
    const thief = createServer((_, response) => {
      asked += 1;
      json(response, 200, { access_token: 'x', token_type: 'Bearer', expires_in: 60 });
    }).listen(0, '127.0.0.1');
    await once(thief, 'listening');
    const { port } = thief.address() as { port: number };
    for (const status of [301, 302, 303, 307, 308]) {
      issuer.fault = (response) =>
        response.writeHead(status, { location: `http://127.0.0.1:${port}/` }).end();
      for (const request of [form({ scope: String(status) }), form({}, { dpop: 'x' })])
        expect((await ask(cache, request)).status).toBe(503);
    }
    expect(asked).toBe(0);
    thief.close();
  });

  it('an answer that another cache keeps for whoever asks next (proxy_cache before a token endpoint)', async () => {
    for (const request of [form(), form({ client_secret: 'wrong' }), form('x=1')])
      expect((await cache.handle(request)).headers.get('cache-control')).toBe('no-store');
  });

  it('what is thrown by a listener, or a log, that ends a request', async () => {
    const fails = [
      () => {
        throw new Error('full');
      },
      // A rejection that nobody handles fails this test, as it would end a process.
      () => Promise.reject(new Error('full')),
    ];
    for (const fail of fails) {
      const answer = await ask(makeCache(issuer.url, { on: fail, log: fail, store: watched(true).store }));
      expect(answer.status).toBe(200);
    }
  });
});
