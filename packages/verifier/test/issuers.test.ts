import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticateHeader } from '../src/bearer.ts';
import { fromEnv } from '../src/from-env.ts';
import type { IssuerFunction } from '../src/issuers/issuers.ts';
import type { VerifierOptions } from '../src/options.ts';
import { createVerifier } from '../src/verifier.ts';
import { codeOf } from './support/answers.ts';
import type { KeyPair } from './support/issuer.ts';
import { AUDIENCE, CLAIM, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';
import { fail, KeyServer, serve } from './support/key-server.ts';
import { lookUp } from './support/look-up.ts';

const CUSTOM = 'https://login.acme.example/';
/** Both have the same kid, as nothing keeps issuers from it. */
const [tenantKey, customKey] = [rsaKey('same'), rsaKey('same')];
const common = { layout, clock: () => new Date(NOW * 1000) };
const verifierOf = (issuer: VerifierOptions['issuer'], more: Partial<VerifierOptions> = {}) =>
  createVerifier({ ...common, issuer, ...more });
const tokenOf = (key: KeyPair, iss: unknown, claims: object = {}) =>
  makeToken(key, { claims: { iss, ...claims } });

describe('a list of issuers', () => {
  const list = [
    { issuer: ISSUER, jwks: keySet(tenantKey) },
    { issuer: CUSTOM, jwks: keySet(customKey) },
  ];

  test.each([[true], [false]])(
    'trusts the keys of each for its own tokens only, cache: %j',
    async (cache) => {
      const verifier = verifierOf(list, { cache });
      for (const _ of [1, 2]) {
        expect(await codeOf(verifier.verify(tokenOf(tenantKey, ISSUER)))).toBe('verified');
        expect(await codeOf(verifier.verify(tokenOf(customKey, CUSTOM)))).toBe('verified');
        expect(await codeOf(verifier.verify(tokenOf(customKey, ISSUER)))).toBe('signature_invalid');
        expect(await codeOf(verifier.verify(tokenOf(tenantKey, CUSTOM)))).toBe('signature_invalid');
      }
    },
  );

  test.each([
    'https://evil.example/',
    CUSTOM.slice(0, -1),
    CUSTOM.toUpperCase(),
    `${ISSUER}x`,
    '',
    'constructor',
    '__proto__',
    undefined,
    null,
    1,
    [ISSUER],
    { 0: ISSUER },
  ])('refuses a token of %j', async (iss) => {
    expect(await codeOf(verifierOf(list).verify(tokenOf(tenantKey, iss)))).toBe('issuer_refused');
  });

  test('answers from one cache, by the header as well', async () => {
    const verifier = verifierOf(list);
    const tokens = [tokenOf(tenantKey, ISSUER), tokenOf(customKey, CUSTOM)];
    for (const token of tokens) {
      const access = await verifier.verify(token);
      expect(lookUp(verifier, token)).toBe(access);
      expect(authenticateHeader(verifier, `Bearer ${token}`)).toBe(access);
      expect(await verifier.verify(token)).toBe(access);
    }
  });

  test('holds tokens to everything else, as one issuer does', async () => {
    const verifier = verifierOf(list);
    for (const [claims, code] of [
      [{ exp: NOW - 60 }, 'token_expired'],
      [{ aud: 'https://other.example' }, 'audience_refused'],
      [{ cnf: { jkt: 'x' } }, 'token_sender_constrained'],
    ] as const)
      expect(await codeOf(verifier.verify(tokenOf(customKey, CUSTOM, claims)))).toBe(code);
    for (const token of [
      '',
      'x',
      'a.b.c',
      'a.e30.c',
      `${tokenOf(tenantKey, ISSUER)}=`,
      1 as unknown as string,
    ])
      expect(await codeOf(verifier.verify(token))).not.toBe('verified');
  });

  test.each<[string, unknown, object?]>([
    ['empty', []],
    ['of no URL', ['acme']],
    ['with one twice', [ISSUER, { issuer: ISSUER }]],
    ['with jwks for all of them', [ISSUER, CUSTOM], { jwks: keySet(tenantKey) }],
    ['with null', [null]],
    ['with an option that does not exist', [{ issuer: ISSUER, jwk: keySet(tenantKey) }]],
    ['with a key set without keys', [{ issuer: ISSUER, jwks: { keys: [] } }]],
  ])('is refused at construction where it is %s', (_, issuer, more) => {
    expect(() => verifierOf(issuer as never, more)).toThrow(TypeError);
  });
});

describe('a function of issuers', () => {
  const tenant = (number: number) => `https://tenant-${number}.example/`;
  const jwks = keySet(tenantKey);

  test('is asked once for each, and trusts what it says only', async () => {
    const asked: string[] = [];
    const verifier = verifierOf(async (issuer) => {
      asked.push(issuer);
      return issuer === tenant(1) && { jwks };
    });
    const good = [tokenOf(tenantKey, tenant(1)), tokenOf(tenantKey, tenant(1), { jti: '2' })];
    const said = await Promise.all([...good, ...good].map((token) => codeOf(verifier.verify(token))));
    expect(said).toEqual(['verified', 'verified', 'verified', 'verified']);
    for (const _ of [1, 2])
      expect(await codeOf(verifier.verify(tokenOf(tenantKey, tenant(2))))).toBe('issuer_refused');
    expect(await codeOf(verifier.verify(tokenOf(customKey, tenant(1))))).toBe('signature_invalid');
    expect(asked).toEqual([tenant(1), tenant(2)]);
  });

  test.each([
    false,
    undefined,
    null,
    'yes',
    1,
    0,
    '',
    // What databases answer where they find nothing, or a tenant that has left.
    [],
    [true],
    {},
    { rows: [], rowCount: 0 },
    { issuer: tenant(1), active: false },
    Object.create({ jwks }),
    // Of `{ jwks: known.get(issuer) }`, for a tenant that is not known.
    { jwks: undefined },
    { jwks: null },
    new Map([['jwks', jwks]]),
    new Boolean(true),
    () => true,
  ])('refuses where it says %j', async (answer) => {
    const verifier = verifierOf((() => answer) as IssuerFunction);
    expect(await codeOf(verifier.verify(tokenOf(tenantKey, tenant(1))))).toBe('issuer_refused');
  });

  test.each<[string, IssuerFunction]>([
    [
      'throws',
      () => {
        throw new Error('the database is down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the database is down'))],
    ['gives keys that are none', () => ({ jwks: { keys: [] } })],
    ['gives keys over http', () => ({ jwks: 'http://tenant.example/jwks.json' })],
  ])('that %s says nothing of the token: 503', async (_, ask) => {
    expect(await codeOf(verifierOf(ask).verify(tokenOf(tenantKey, tenant(1))))).toBe('key_set_unavailable');
  });

  test.each([
    'http://tenant.example/',
    'x',
    `https://tenant.example/${'a'.repeat(2048)}`,
    'https://a:b@tenant.example/',
    1,
    null,
  ])('is not asked for what can be no issuer: %j', async (iss) => {
    const verifier = verifierOf(() => {
      throw new Error('asked');
    });
    expect(await codeOf(verifier.verify(tokenOf(tenantKey, iss)))).toBe('issuer_refused');
  });

  test('that answers with an object of its own is trusted where that has jwks', async () => {
    const verifier = verifierOf((() => ({ name: 'Acme', jwks })) as IssuerFunction);
    expect(await codeOf(verifier.verify(tokenOf(tenantKey, tenant(1))))).toBe('verified');
  });

  test('keeps a bounded number of tenants, and none is pushed out by made-up ones', async () => {
    let asked = 0;
    const verifier = verifierOf((issuer) => {
      asked += 1;
      return issuer === tenant(0) && { jwks };
    });
    expect(await codeOf(verifier.verify(tokenOf(tenantKey, tenant(0))))).toBe('verified');
    const body = (iss: string) => `e30.${Buffer.from(JSON.stringify({ iss })).toString('base64url')}.AAAA`;
    for (let i = 1; i <= 3000; i += 1) await codeOf(verifier.verify(body(tenant(i))));
    expect(asked).toBe(3001);
    expect(await codeOf(verifier.verify(tokenOf(tenantKey, tenant(0), { jti: '2' })))).toBe('verified');
    expect(asked).toBe(3001);
  });
});

describe('the key set of an issuer', () => {
  const server = new KeyServer(fail(404));
  let origin = '';
  beforeAll(async () => {
    origin = (await server.listen()).origin;
  });
  afterAll(() => server.close());
  /** Serves what is given by path, and 404 for the rest; notes what was asked for. */
  function serving(paths: Readonly<Record<string, unknown>>, notThere = 404): string[] {
    const asked: string[] = [];
    server.behaviour = (response, request) => {
      asked.push(request.url ?? '');
      const found = paths[request.url ?? ''];
      (found === undefined ? fail(notThere) : serve(found))(response, request);
    };
    return asked;
  }

  /** Issuer, metadata and tokens as each of them writes them. */
  const PROVIDERS: readonly [
    string,
    { path: string; jwks: string; header: object; claims: object; scope?: boolean },
  ][] = [
    [
      'Auth0',
      {
        path: '/',
        jwks: '/.well-known/jwks.json',
        header: { typ: 'JWT' },
        claims: { azp: 'client', gty: 'password' },
      },
    ],
    [
      'Auth0, RFC 9068 profile',
      {
        path: '/',
        jwks: '/.well-known/jwks.json',
        header: { typ: 'at+jwt' },
        claims: { client_id: 'client', jti: '1' },
      },
    ],
    [
      'Cognito',
      {
        path: '/eu-central-1_abc',
        jwks: '/eu-central-1_abc/.well-known/jwks.json',
        header: { typ: undefined },
        claims: { token_use: 'access', client_id: 'client', username: 'u' },
      },
    ],
    [
      'Okta',
      {
        path: '/oauth2/default',
        jwks: '/oauth2/default/v1/keys',
        header: { typ: undefined },
        claims: { ver: 1, cid: 'client', uid: '00u', scp: ['openid'] },
      },
    ],
    [
      'Keycloak',
      {
        path: '/realms/acme',
        jwks: '/realms/acme/protocol/openid-connect/certs',
        header: { typ: 'JWT' },
        claims: { typ: 'Bearer', azp: 'client', realm_access: { roles: ['a'] } },
      },
    ],
    [
      'Entra',
      {
        path: '/9188040d/v2.0',
        jwks: '/9188040d/discovery/v2.0/keys',
        header: { typ: 'JWT' },
        claims: { azp: 'client', scp: 'read', tid: '9188040d', ver: '2.0' },
      },
    ],
  ];

  test.each(PROVIDERS)(
    'and the tokens of %s are read as it writes them',
    async (_, { path, jwks, header, claims }) => {
      const issuer = origin + path;
      const metadata = `${path.replace(/\/$/, '')}/.well-known/openid-configuration`;
      serving({ [jwks]: keySet(tenantKey), [metadata]: { issuer, jwks_uri: origin + jwks } });
      const verifier = verifierOf(issuer, { typ: 'optional' });
      const token = makeToken(tenantKey, {
        header: header as Record<string, unknown>,
        claims: { iss: issuer, ...claims },
      });
      const access = await verifier.verify(token);
      expect([access.readFrom, [...access.permissions]]).toEqual(['claim', ['orders:read', 'orders:refund']]);
      // Without the permission claim, nothing of theirs is taken for it.
      const stock = await verifier.verify(
        makeToken(tenantKey, {
          header: header as Record<string, unknown>,
          claims: { iss: issuer, ...claims, [CLAIM]: undefined },
        }),
      );
      expect(stock.permissions.size).toBe(0);
    },
  );

  test.each(['', '/', '/realms/a', '/realms/a/'])(
    'is discovered below %j, and from then on at once',
    async (end) => {
      const issuer = origin + end;
      const below = end.replace(/\/$/, '');
      const asked = serving({
        [`${below}/.well-known/openid-configuration`]: { issuer, jwks_uri: `${origin}/certs` },
        '/certs': keySet(tenantKey),
      });
      expect(await codeOf(verifierOf(issuer).verify(tokenOf(tenantKey, issuer)))).toBe('verified');
      expect(asked).toEqual([
        `${below}/.well-known/jwks.json`,
        `${below}/.well-known/openid-configuration`,
        '/certs',
      ]);
    },
  );

  test.each<[string, object]>([
    ['another issuer', { issuer: 'https://evil.example/', jwks_uri: '/certs' }],
    ['the issuer with a slash more', { issuer: '/', jwks_uri: '/certs' }],
    ['no issuer', { jwks_uri: '/certs' }],
    ['no jwks_uri', {}],
    ['keys over http elsewhere', { jwks_uri: 'http://keys.example/certs' }],
    ['keys in a file', { jwks_uri: 'file:///etc/keys.json' }],
  ])(
    'is not taken from metadata with %s',
    async (_, { issuer = origin, jwks_uri }: { issuer?: string; jwks_uri?: string }) => {
      const metadata = {
        issuer: issuer === '/' ? `${origin}/` : issuer,
        ...(jwks_uri === undefined
          ? {}
          : { jwks_uri: jwks_uri.startsWith('/') ? origin + jwks_uri : jwks_uri }),
      };
      const named = _ === 'no issuer' ? { jwks_uri: metadata.jwks_uri } : metadata;
      serving({ '/.well-known/openid-configuration': named, '/certs': keySet(tenantKey) });
      expect(await codeOf(verifierOf(origin).verify(tokenOf(tenantKey, origin)))).toBe('key_set_unavailable');
    },
  );

  test.each([429, 500, 503])(
    'is not looked for elsewhere where the server is at fault: %i',
    async (status) => {
      const asked = serving(
        {
          '/.well-known/openid-configuration': { issuer: origin, jwks_uri: `${origin}/certs` },
          '/certs': keySet(tenantKey),
        },
        status,
      );
      expect(await codeOf(verifierOf(origin).verify(tokenOf(tenantKey, origin)))).toBe('key_set_unavailable');
      expect(asked).toEqual(['/.well-known/jwks.json']);
    },
  );
});

describe('the environment', () => {
  test.each([
    ['https://acme.eu.auth0.com', ISSUER],
    ['https://acme.eu.auth0.com/', ISSUER],
    ['https://login.acme.example', ['https://login.acme.example', CUSTOM]],
    [CUSTOM, ['https://login.acme.example', CUSTOM]],
    ['https://notauth0.com', ['https://notauth0.com', 'https://notauth0.com/']],
  ])('ISSUER_BASE_URL=%s is the issuer %j', (ISSUER_BASE_URL, issuer) => {
    expect(fromEnv({ ISSUER_BASE_URL, AUDIENCE })).toEqual({ issuer, audience: AUDIENCE });
    expect(fromEnv({ ISSUER_BASE_URL })).toEqual({ issuer });
    expect(() => createVerifier({ ...fromEnv({ ISSUER_BASE_URL, AUDIENCE }), layout })).not.toThrow();
  });
  test.each([
    {},
    { ISSUER_BASE_URL: '' },
    { ISSUER_BASE_URL: 'acme.eu.auth0.com' },
    { ISSUER_BASE_URL: 'http://acme.example' },
    { ISSUER_BASE_URL: ISSUER, AUDIENCE: '' },
  ])('%j is refused, and the message names the variable', (env) => {
    expect(() => fromEnv(env)).toThrow(/environment variable (?:ISSUER_BASE_URL|AUDIENCE)/);
  });
});
