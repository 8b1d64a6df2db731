// The gateway's answers to proxies: what passes, what is refused, and what could be understood in two ways.
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GatewayOptions, Route } from '../src/gateway/index.ts';
import { createGateway } from '../src/gateway/index.ts';
import type { Verifier } from '../src/verifier.ts';
import { createVerifier } from '../src/verifier.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';

const key = rsaKey('main');
/** Grants orders:read and orders:refund. */
const token = makeToken(key);
const orders = createVerifier({
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
});
const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/orders/export', permissions: ['orders:write'] },
  { method: ['GET', 'PATCH'], path: '/orders/:id', permissions: ['orders:read'] },
  { method: '*', path: '/refunds/*', permissions: ['orders:read', 'orders:refund'] },
  { method: 'POST', path: '/orders', permissions: ['orders:write'] },
  { method: 'GET', path: '/health', permissions: [], public: true },
  { method: 'GET', path: '/', permissions: [] },
];

const gateway = (options: Partial<GatewayOptions> = {}) =>
  createGateway({ verifiers: { orders }, routes: ROUTES, ...options });

/** What nginx asks for a request of the client's. */
function asked(method: string, path: string, headers: Record<string, string> = {}): Request {
  return new Request('http://127.0.0.1/', {
    headers: {
      authorization: `Bearer ${token}`,
      'x-original-method': method,
      'x-original-uri': path,
      ...headers,
    },
  });
}
const statusOf = async (method: string, path: string, headers?: Record<string, string>) =>
  (await gateway().fetch(asked(method, path, headers))).status;

describe('a gateway with routes', () => {
  it.each([
    ['GET', '/orders/17', 204],
    ['HEAD', '/orders/17', 204],
    ['PATCH', '/orders/17?x=/orders/export', 204],
    ['GET', '/orders/17/', 204],
    ['GET', '/orders/%C3%A4', 204],
    ['GET', '/orders/export', 403],
    ['GET', '/refunds/1/2/3', 204],
    ['DELETE', '/refunds/1', 204],
    ['GET', '/refunds', 403],
    ['GET', '/', 204],
    ['POST', '/orders', 403],
    ['DELETE', '/orders/17', 403],
    ['GET', '/nothing', 403],
    ['GET', '/orders', 403],
  ])('%s %s: %i', async (method, path, status) => {
    expect(await statusOf(method, path)).toBe(status);
  });

  it('gives no less for a path that another server takes for the same', async () => {
    const spellings = ['/orders/EXPORT', '/Orders/Export/', '/orders/%65xport', '/%6Frders/export'];
    for (const path of spellings) expect([path, await statusOf('GET', path)]).toEqual([path, 403]);
  });

  it('refuses what servers could understand differently', async () => {
    const paths = [
      ...[
        '/orders/./17',
        '/orders/../refunds/1',
        '/orders//17',
        '/orders/17/..',
        '//orders/17',
        '/orders/%2e%2e/17',
      ],
      ...[
        '/orders%2F17',
        '/orders/17;export',
        '/orders\\17',
        '/orders/%5c17',
        '/orders/%0017',
        '/orders/%zz',
        '/orders/1 7',
      ],
      ...[
        'orders/17',
        'http://other/orders/17',
        '',
        '/orders/%252e%252e',
        '/orders/17#export',
        '/orders/%2E',
      ],
    ];
    for (const path of paths) expect([path, await statusOf('GET', path)]).toEqual([path, 403]);
    for (const method of ['get', 'GET /orders', '', 'GET, GET'])
      expect(await statusOf(method, '/orders/17')).toBe(403);
    for (const header of ['x-http-method-override', 'x-http-method', 'X-Method-Override'])
      expect(await statusOf('GET', '/orders/17', { [header]: 'DELETE' })).toBe(403);
    for (const header of ['X-Original-URL', 'x-rewrite-url'])
      expect(await statusOf('GET', '/orders/17', { [header]: '/orders/export' })).toBe(403);
    for (const name of [
      '_method',
      '_METHOD',
      '%5Fmethod',
      '.method',
      '+_method',
      '_method[]',
      '_method%00',
      'x-http-method-override',
      'X-HTTP-Method',
    ]) {
      for (const query of [
        `${name}=DELETE`,
        name,
        `a=1&${name}=DELETE`,
        `a=1;${name}=DELETE&b`,
        `a?${name}=1;${name}`,
      ])
        expect([query, await statusOf('PATCH', `/orders/17?${query}`)]).toEqual([query, 403]);
    }
    for (const query of [
      'method=card',
      'payment_method=card',
      'q=_method',
      'q=a%26_method=1',
      '_methods=1',
      '?',
    ])
      expect([query, await statusOf('PATCH', `/orders/17?${query}`)]).toEqual([query, 204]);
  });

  it('wants what a strict server asks for a path that is spelled in another way', async () => {
    const routes: readonly Route[] = [
      { method: 'GET', path: '/orders/latest', permissions: ['orders:read'] },
      { method: 'GET', path: '/orders/größte', permissions: ['orders:read'] },
      { method: 'GET', path: '/orders/:id', permissions: ['orders:write'] },
      { method: 'GET', path: '/status', permissions: [], public: true },
      { method: 'GET', path: '/:tenant', permissions: [], api: 'orders' },
    ];
    const { fetch } = gateway({ routes });
    const status = async (path: string, headers = {}) => (await fetch(asked('GET', path, headers))).status;
    for (const path of ['/orders/latest', '/orders/gr%C3%B6%C3%9Fte', '/orders/gr%c3%b6%c3%9fte'])
      expect([path, await status(path)]).toEqual([path, 204]);
    for (const path of ['/orders/LATEST', '/orders/l%61test', '/Orders/latest/', '/orders/GR%C3%96%C3%9FTE'])
      expect([path, await status(path)]).toEqual([path, 403]);
    const nobody = { authorization: '' };
    expect(await status('/status', nobody)).toBe(204);
    for (const path of ['/Status', '/status/', '/st%61tus'])
      expect([path, await status(path, nobody)]).toEqual([path, 401]);
    const several = gateway({
      verifiers: { orders, billing: orders },
      routes: [{ method: 'GET', path: '/status', permissions: [], api: 'billing' }, ...routes.slice(4)],
    });
    expect((await several.fetch(asked('GET', '/status'))).status).toBe(204);
    expect((await several.fetch(asked('GET', '/STATUS'))).status).toBe(403);
  });

  it('never asks for less than the route that a server takes, whatever it minds', async () => {
    const word = fc.constantFrom('a', 'A', ':b');
    const route = fc.record({
      path: fc
        .tuple(fc.array(word, { minLength: 1, maxLength: 2 }), fc.constantFrom('', '/', '/*'))
        .map(([words, end]) => `/${words.join('/')}${end}`),
      permission: fc.constantFrom('orders:read', 'orders:write', 'public'),
    });
    const spelling = fc.constantFrom('a', 'A', '%61');
    const requested = fc
      .tuple(fc.array(spelling, { minLength: 1, maxLength: 2 }), fc.constantFrom('', '/'))
      .map(([parts, end]) => `/${parts.join('/')}${end}`);
    /** The first route of a server that minds letter case, encoding and a slash at the end, or does not. */
    const firstOf = (paths: readonly string[], path: string, minds: readonly boolean[]) => {
      const [letterCase, encoding, slash] = minds;
      const read = (text: string) => {
        const decoded = encoding === true ? text : decodeURIComponent(text);
        const cased = letterCase === true ? decoded : decoded.toLowerCase();
        return (slash === true ? cased : cased.replace(/(?<=.)\/$/, '')).split('/');
      };
      const segments = read(path);
      return paths.findIndex((each) => {
        const pattern = read(encoding === true ? encodeURI(each) : each);
        const isOpen = pattern.at(-1) === '*';
        if (
          isOpen
            ? segments.length < pattern.length || segments.at(-1) === ''
            : segments.length !== pattern.length
        )
          return false;
        return pattern.every(
          (part, at) =>
            part === '*' || (part.startsWith(':') && segments[at] !== '') || part === segments[at],
        );
      });
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(route, { minLength: 2, maxLength: 5 }),
        requested,
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        async (list, path, minds) => {
          const routes = list.map(({ path: each, permission }) => ({
            method: 'GET',
            path: each,
            permissions: permission === 'public' ? [] : [permission],
            ...(permission === 'public' && { public: true }),
          }));
          const { fetch } = gateway({ routes });
          const taken =
            list[
              firstOf(
                list.map((each) => each.path),
                path,
                minds,
              )
            ]?.permission;
          // The token grants orders:read, and not orders:write.
          if (taken === 'orders:write') expect((await fetch(asked('GET', path))).status).toBe(403);
          if (taken === 'orders:read')
            expect((await fetch(asked('GET', path, { authorization: '' }))).status).toBe(401);
        },
      ),
      {
        numRuns: Number(process.env['CLAIMGEN_RUNS'] ?? 300),
        // A star has nothing to stand for after the slash at the end, where a server minds that.
        examples: [
          [
            [
              { path: '/a/*', permission: 'orders:read' },
              { path: '/a/a/', permission: 'orders:write' },
            ],
            '/a/a/',
            [false, false, true],
          ],
        ],
      },
    );
  });

  it('refuses what the proxy says nothing of', async () => {
    const silent = new Request('http://127.0.0.1/orders/17', {
      headers: { authorization: `Bearer ${token}` },
    });
    expect((await gateway().fetch(silent)).status).toBe(403);
  });

  it('answers a public route without a token, and no other', async () => {
    const headers = { authorization: '' };
    expect(await statusOf('GET', '/health', headers)).toBe(204);
    expect(await statusOf('GET', '/', headers)).toBe(401);
    expect(await statusOf('POST', '/health', headers)).toBe(403);
  });

  it('answers as the adapters do, and tells the log why', async () => {
    const codes: string[] = [];
    const { fetch } = gateway({ log: ({ code }) => codes.push(code) });
    const refused = await fetch(
      asked('GET', '/orders/17', { authorization: `Bearer ${makeToken(rsaKey('main'))}` }),
    );
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token", error_description="signature verification failed", reason="invalid"',
    ]);
    expect(await refused.json()).toEqual({ error: 'unauthorized', reason: 'invalid' });
    const denied = await fetch(asked('POST', '/orders'));
    expect(denied.headers.get('www-authenticate')).toContain('scope="orders:write"');
    await fetch(asked('GET', '/orders/17', { authorization: `Bearer ${token}, Bearer ${token}` }));
    expect(codes).toEqual(['signature_invalid', 'insufficient_scope', 'request_malformed']);
  });

  it('never lets a request pass that no route fits, whatever its path', async () => {
    const part = fc.oneof(
      fc.constantFrom('orders', 'export', '..', '.', '%2e', '%2F', ';', '//', 'Export', '17'),
      fc.string({ unit: 'binary-ascii' }),
    );
    const { fetch } = gateway();
    await fc.assert(
      fc.asyncProperty(fc.array(part), fc.constantFrom('GET', 'POST', 'DELETE'), async (parts, method) => {
        const path = `/${parts.join('/')}`;
        if (/[^\t -~]|^\s|\s$/.test(path)) return;
        const { status } = await fetch(asked(method, path));
        const plain = path.replace(/\?.*$/s, '').toLowerCase().split('/').filter(Boolean);
        // A server that knows no normalization but this one is given no more than the routes say.
        if (status === 204) expect(['', 'refunds', 'orders']).toContain(plain[0] ?? '');
        if (plain.length === 2 && plain[0] === 'orders' && plain[1] === 'export') expect(status).toBe(403);
      }),
    );
  });
});

describe('what the API behind is told', () => {
  const passed = async (options: Partial<GatewayOptions> = {}) =>
    (
      await gateway(options).fetch(
        asked('GET', '/orders/17', { 'x-permissions': 'orders:write', 'x-subject': 'me' }),
      )
    ).headers;

  it('is the subject and the sorted permissions', async () => {
    const headers = await passed();
    expect([
      headers.get('x-subject'),
      headers.get('x-permissions'),
      headers.get('x-permissions-truncated'),
    ]).toEqual(['auth0|5f7c8ec7c33c6c004bbafe82', 'orders:read orders:refund', null]);
    expect((await passed({ permissions: 'json' })).get('x-permissions')).toBe(
      '["orders:read","orders:refund"]',
    );
  });

  it('is nobody and nothing on a public route: what the client says is overwritten', async () => {
    const said = { 'x-permissions': 'orders:write', 'x-subject': 'me' };
    for (const [permissions, none] of [
      ['names', ''],
      ['json', '[]'],
    ] as const) {
      const { headers } = await gateway({ permissions }).fetch(asked('GET', '/health', said));
      expect([headers.get('x-subject'), headers.get('x-permissions')]).toEqual(['', none]);
    }
  });

  it('is never longer than allowed, and says when names are missing', async () => {
    for (let most = 0; most <= 40; most += 1) {
      for (const permissions of ['names', 'json'] as const) {
        const headers = await passed({ permissions, maxHeaderBytes: most });
        const value = headers.get('x-permissions') ?? '';
        expect(value.length).toBeLessThanOrEqual(Math.max(most, permissions === 'json' ? 2 : 0));
        const names =
          permissions === 'json' ? (JSON.parse(value) as string[]) : value.split(' ').filter(Boolean);
        expect(['orders:read', 'orders:refund'].slice(0, names.length)).toEqual(names);
        expect(headers.get('x-permissions-truncated')).toBe(names.length === 2 ? null : 'true');
      }
    }
  });

  it('is printable ASCII for any subject and any name, each its own', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('a b', 'a%20b', 'a\r\nX-Subject: b', '\ud800'),
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { maxLength: 4 }), text, async (names, subject) => {
        const access = { subject, permissions: Object.assign([...names], { has: () => true }) };
        const verifiers = { orders: { verify: async () => access } as unknown as Verifier };
        const { fetch } = gateway({ verifiers });
        const headers = (await fetch(asked('GET', '/orders/17'))).headers;
        expect(headers.get('x-subject')).toMatch(/^[!-~]+$/);
        expect((headers.get('x-permissions') ?? '').split(' ').filter(Boolean)).toHaveLength(names.length);
        const json = (
          await gateway({ verifiers, permissions: 'json' }).fetch(asked('GET', '/orders/17'))
        ).headers.get('x-permissions');
        expect(JSON.parse(json ?? '')).toEqual([...names].sort());
      }),
    );
  });
});

describe('a gateway without routes', () => {
  const ask = (query: string, options: Partial<GatewayOptions> = {}) =>
    createGateway({ verifiers: { orders }, ...options }).fetch(
      new Request(`http://127.0.0.1/auth${query}`, {
        headers: {
          authorization: `Bearer ${token}`,
          'x-original-uri': '/x?permission=orders:read',
          'x-original-method': 'GET',
        },
      }),
    );

  it("does what the proxy's configuration asks for", async () => {
    expect((await ask('?permission=orders:read')).status).toBe(204);
    expect((await ask('?permission=orders:read&permission=orders:refund')).status).toBe(204);
    expect((await ask('?permission=orders:read&permission=orders:write')).status).toBe(403);
    expect(
      (await ask('?api=orders&permission=orders:read', { verifiers: { orders, billing: orders } })).status,
    ).toBe(204);
  });

  it('answers 500 to a configuration that would let everybody pass, and says so', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (const query of [
      '',
      '?permision=orders:read',
      '?permission=',
      '?permission=orders:read&apis=x',
      '?api=x&permission=orders:read',
    ])
      expect([query, (await ask(query)).status]).toEqual([query, 500]);
    expect((await ask('?permission=orders:read', { verifiers: { orders, billing: orders } })).status).toBe(
      500,
    );
    expect(String(printed.mock.calls[0]?.[0])).toContain('the proxy must ask for ?permission=<name>');
    printed.mockRestore();
  });
});

describe('over node:http', () => {
  const server = createServer(gateway().listener);
  beforeEach(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const get = (headers: string[]) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      httpRequest(
        { port, host: '127.0.0.1', path: '/', headers: ['host', 'gateway', ...headers], agent: false },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
  const good = ['authorization', `Bearer ${token}`, 'x-original-method', 'GET'];

  it('refuses headers that are there twice', async () => {
    expect(await get([...good, 'x-original-uri', '/orders/17'])).toBe(204);
    expect(await get([...good, 'x-original-uri', '/orders/17', 'X-Original-URI', '/orders/export'])).toBe(
      403,
    );
    expect(await get([...good, 'x-original-uri', '/orders/17', 'x-original-method', 'DELETE'])).toBe(403);
    expect(await get([...good, 'x-original-uri', '/orders/17', 'Authorization', `Bearer ${token}`])).toBe(
      401,
    );
  });

  it('reads the request of Envoy as it came', async () => {
    const envoy = createServer(gateway({ proxy: 'envoy' }).listener);
    await new Promise<void>((resolve) => envoy.listen(0, '127.0.0.1', resolve));
    const { port } = envoy.address() as AddressInfo;
    const status = (path: string, method = 'GET') =>
      new Promise((resolve) => {
        httpRequest(
          { port, path, method, headers: { authorization: `Bearer ${token}` }, agent: false },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        ).end();
      });
    expect(await status('/orders/17')).toBe(204);
    expect(await status('/orders/17/../export')).toBe(403);
    expect(await status('/orders/17', 'DELETE')).toBe(403);
    expect(await status('/orders/17?a=1')).toBe(204);
    expect(await status('/orders/17?_method=DELETE')).toBe(403);
    envoy.close();
    const { fetch } = gateway({ proxy: 'envoy' });
    for (const [query, expected] of [
      ['a=1', 204],
      ['_method=DELETE', 403],
    ] as const) {
      const url = `http://orders.example/orders/17?${query}`;
      const answer = await fetch(new Request(url, { headers: { authorization: `Bearer ${token}` } }));
      expect(answer.status).toBe(expected);
    }
  });
});

describe('createGateway', () => {
  const proving = createVerifier({ issuer: ISSUER, layout, jwks: keySet(key), senderConstrained: 'verify' });
  it.each([
    [{ verifiers: {} }, 'verifiers must have the verifier of an API'],
    [{ verifiers: { orders: {} } }, 'verifiers.orders must be given what createVerifier returns'],
    [
      { verifiers: { orders: proving } },
      "verifiers.orders must not verify proofs of possession: they are made for the proxy's URL, which is not known here",
    ],
    [{ proxy: 'apache' }, 'proxy must be "nginx", "traefik" or "envoy"'],
    [{ proxy: 'envoy', routes: undefined }, "routes are required for envoy, whose query is the client's"],
    [
      { routes: [{ method: 'get', path: '/', permissions: [] }] },
      'routes[0].method must be a method in capitals, an array of them, or *',
    ],
    [
      { routes: [{ method: 'GET', path: 'orders', permissions: [] }] },
      'routes[0].path must begin with /, and may have :name for a segment and * at its end',
    ],
    [
      { routes: [{ method: 'GET', path: '/a/*/b', permissions: [] }] },
      'routes[0].path must begin with /, and may have :name for a segment and * at its end',
    ],
    [{ routes: [{ method: 'GET', path: '/a' }] }, 'routes[0].permissions must be an array of names'],
    [
      { routes: [{ method: 'GET', path: '/a', permission: ['x'] }] },
      'routes[0].permission is not a property of a route',
    ],
    [
      { routes: [{ method: 'GET', path: '/a', permissions: ['x'], public: true }] },
      'routes[0] is public and has permissions: it can only be one of both',
    ],
    [
      { routes: [{ method: 'GET', path: '/a', permissions: [], api: 'billing' }] },
      'routes[0].api must be one of orders',
    ],
    [{ verifiers: { orders, billing: orders } }, 'routes[0].api must be one of orders, billing'],
    [{ route: [] }, 'route is not an option of createGateway'],
  ])('refuses %o', (options, message) => {
    expect(() => gateway(options as never)).toThrow(new TypeError(message));
  });
});
