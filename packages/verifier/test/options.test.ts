import { createLocalJWKSet } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { createKeySet } from '../src/keys/create-key-set.ts';
import type { VerifierOptions } from '../src/options.ts';
import { readPermissions } from '../src/unverified.ts';
import { createVerifier } from '../src/verifier.ts';
import { codeOf } from './support/answers.ts';
import type { Name } from './support/issuer.ts';
import { AUDIENCE, CLAIM, ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';
import { fail, KeyServer, serve } from './support/key-server.ts';
import { lookUp } from './support/look-up.ts';

const key = rsaKey('main');
const good: VerifierOptions<Name> = {
  issuer: ISSUER,
  layout,
  jwks: keySet(key),
  clock: () => new Date(NOW * 1000),
};
const { audience: _, ...layoutWithoutAudience } = layout;
const generation = { id: 'AAAAAA', permissions: ['a'] };

describe('options that can not work throw at construction, and say why', () => {
  const rows: [string, Record<string, unknown>, RegExp][] = [
    ['no issuer', { issuer: undefined }, /issuer must be a URL/],
    ['an issuer that is no URL', { issuer: 'acme' }, /issuer must be a URL/],
    ['an issuer with space', { issuer: 'https://acme.eu.auth0.com/ ' }, /issuer must be a URL/],
    ['an issuer with a query', { issuer: 'https://acme.eu.auth0.com/?a=1' }, /issuer must have no query/],
    ['an issuer with an empty query', { issuer: 'https://acme.eu.auth0.com/?' }, /issuer must have no query/],
    ['an issuer with a fragment', { issuer: 'https://acme.eu.auth0.com/#a' }, /and no fragment/],
    ['an issuer with a password', { issuer: 'https://a:b@acme.eu.auth0.com/' }, /without user and password/],
    ['an issuer with a user', { issuer: 'https://a@acme.eu.auth0.com/' }, /without user and password/],
    ['an issuer that is null', { issuer: null }, /issuer must be a URL/],
    ['an issuer over http', { issuer: 'http://acme.eu.auth0.com/' }, /issuer must be an https: URL/],
    ['no audience anywhere', { layout: layoutWithoutAudience }, /audience is required/],
    ['an empty audience', { audience: '' }, /audience must be a string that is not empty/],
    ['an audience that is an array', { audience: [AUDIENCE] }, /audience must be a string.*per API/],
    ['an audience that is null', { audience: null }, /audience must be a string/],
    ['no algorithm', { algorithms: [] }, /algorithms must be an array/],
    ['none', { algorithms: ['RS256', 'none'] }, /none and HS256 are never accepted/],
    ['HS256', { algorithms: ['HS256'] }, /none and HS256 are never accepted/],
    ['constructor as algorithm', { algorithms: ['constructor'] }, /algorithms/],
    ['one algorithm as text', { algorithms: 'RS256' }, /algorithms/],
    ['a key set over http', { jwks: 'http://acme.eu.auth0.com/jwks' }, /jwks must be an https: URL/],
    [
      'a key set with a password',
      { jwks: 'https://a:b@acme.eu.auth0.com/jwks' },
      /jwks must be a URL without user/,
    ],
    ['a key set that is null', { jwks: null }, /jwks must be/],
    ['a key set whose keys are inherited', { jwks: Object.create(keySet(key)) }, /jwks must be/],
    ['a key set that is no URL', { jwks: 'jwks.json' }, /jwks must be/],
    ['a key set of no kind', { jwks: {} }, /jwks must be/],
    ['a key set without keys', { jwks: { keys: [] } }, /at least one usable public key/],
    ['a tolerance below zero', { clockTolerance: -1 }, /clockTolerance must be a number from 0 to 300/],
    ['a tolerance in milliseconds', { clockTolerance: 5000 }, /clockTolerance/],
    ['a tolerance that is text', { clockTolerance: '5s' }, /clockTolerance/],
    ['a clock that is a date', { clock: new Date() }, /clock must be a function/],
    ['a tolerance that is not a number', { clockTolerance: Number.NaN }, /clockTolerance/],
    ['a tolerance that is null', { clockTolerance: null }, /clockTolerance/],
    ['a cache bound that does not exist', { cache: { entires: 5 } }, /entires is not an option of cache/],
    ['a cache that is null', { cache: null }, /cache must be/],
    ['a cache that is a number', { cache: 5 }, /cache must be/],
    ['a fallback that is text', { fallback: 'scope' }, /fallback must be an array/],
    ['an unknown fallback', { fallback: ['roles'] }, /fallback must be an array/],
    [
      'sender-constrained as a boolean',
      { senderConstrained: true },
      /senderConstrained must be "refuse" or "accept"/,
    ],
    ['a fallback for nobody known', { fallbackFor: 'users' }, /fallbackFor must be "everyone" or "machines"/],
    ['a length of zero', { maxTokenLength: 0 }, /maxTokenLength must be a whole number from 1 to 1048576/],
    ['a length with a fraction', { maxTokenLength: 1000.5 }, /maxTokenLength/],
    ['a type of another kind', { typ: 'JWT' }, /typ must be "required" or "optional"/],
    ['a type that is false', { typ: false }, /typ must be "required" or "optional"/],
    ['an option that does not exist', { audiance: AUDIENCE }, /audiance is not an option/],
    ['no layout', { layout: undefined }, /layout must be an object/],
    [
      'a module in place of its export',
      { layout: { default: layout } },
      /layout\.format must be claimgen-layout-1/,
    ],
    ['a layout of another format', { layout: { ...layout, format: 'claimgen-layout-2' } }, /layout\.format/],
    ['a layout without a claim', { layout: { ...layout, claim: '' } }, /layout\.claim/],
    [
      'lineages that are no array',
      { layout: { ...layout, lineages: {} } },
      /layout\.lineages must be an array/,
    ],
    [
      'an id that is too short',
      { layout: { ...layout, lineages: [[{ ...generation, id: 'AAAAA' }]] } },
      /lineages\[0\]\[0\]\.id must be 6/,
    ],
    [
      'an id of other characters',
      { layout: { ...layout, lineages: [[{ ...generation, id: 'AAAA+/' }]] } },
      /\.id must be 6/,
    ],
    [
      'a name twice',
      { layout: { ...layout, lineages: [[generation, { ...generation, id: 'BBBBBB' }]] } },
      /lineages\[0\]\[1\]\.permissions\[0\] is there twice/,
    ],
    [
      'a name that is no string',
      { layout: { ...layout, lineages: [[{ ...generation, permissions: [1] }]] } },
      /permissions\[0\] must be a string/,
    ],
    [
      'lineages that begin alike',
      { layout: { ...layout, lineages: [[generation], [generation]] } },
      /begins with the id of another/,
    ],
    ['an active lineage that is not there', { layout: { ...layout, active: 1 } }, /layout\.active/],
    [
      'an active lineage that was pruned',
      { layout: { ...layout, active: 1, lineages: [[generation], []] } },
      /layout\.active/,
    ],
    [
      'withdrawn that is no array',
      { layout: { ...layout, withdrawn: undefined } },
      /layout\.withdrawn must be an array/,
    ],
  ];
  test.each(rows)('%s', (_title, options, message) => {
    const make = (): unknown => createVerifier({ ...good, ...options } as VerifierOptions<Name>);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});

test.each([undefined, null, 1, 'options', true])('options that are %j are refused', (options) => {
  expect(() => createVerifier(options as unknown as VerifierOptions<Name>)).toThrow(
    /options of createVerifier must be an object/,
  );
});

/** Of every option that is a number: the range that works, and whether fractions do. */
const numbers: [string, { least: number; most: number; whole?: boolean }, (value: number) => unknown][] = [
  [
    'clockTolerance',
    { least: 0, most: 300 },
    (clockTolerance) => createVerifier({ ...good, clockTolerance }),
  ],
  [
    'maxTokenLength',
    { least: 1, most: 1_048_576, whole: true },
    (maxTokenLength) => createVerifier({ ...good, maxTokenLength }),
  ],
  [
    'cache.entries',
    { least: 1, most: 1_000_000, whole: true },
    (entries) => createVerifier({ ...good, cache: { entries } }),
  ],
  [
    'cache.bytes',
    { least: 1, most: Number.MAX_SAFE_INTEGER, whole: true },
    (bytes) => createVerifier({ ...good, cache: { bytes } }),
  ],
  ...(['maxAge', 'cooldown', 'failureCooldown'] as const).map((name): (typeof numbers)[number] => [
    name,
    { least: 0.001, most: 31_536_000 },
    (value) => createKeySet(`${ISSUER}jwks.json`, { [name]: value }),
  ]),
  [
    'staleIfError',
    { least: 0, most: 31_536_000 },
    (staleIfError) => createKeySet(`${ISSUER}jwks.json`, { staleIfError }),
  ],
  [
    'deadline',
    { least: 0.001, most: 2_147_483 },
    (deadline) => createKeySet(`${ISSUER}jwks.json`, { deadline }),
  ],
  [
    'maxBytes',
    { least: 1, most: 16_777_216, whole: true },
    (maxBytes) => createKeySet(`${ISSUER}jwks.json`, { maxBytes }),
  ],
];

describe.each(numbers)('%s', (name, { least, most, whole = false }, make) => {
  const works = (value: unknown): boolean =>
    typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
  const values: unknown[] = [
    ...[least, most, least - 1, most + 1, -least, 0, -0, -1, 0.5, least + 0.5, 1, 2],
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE, Number.MAX_VALUE],
    ...[2 ** 31, 2 ** 32, 2 ** 53, 1e21, '1', '', true, [1], {}, null, 1n],
  ];
  test.each(values.map((value) => [typeof value === 'bigint' ? '1n' : value, value]))(
    'of %s',
    (_title, value) => {
      const construct = (): unknown => make(value as number);
      if (works(value)) expect(construct).not.toThrow();
      else expect(construct).toThrow(TypeError);
      if (!works(value)) expect(construct).toThrow(new RegExp(`^${name} must be a (?:whole )?number from `));
    },
  );
  test('left undefined is as if it were not there', () => {
    expect(() => make(undefined as unknown as number)).not.toThrow();
  });
});

describe('what is on Object.prototype is no option', () => {
  const polluted: Record<string, unknown> = {
    issuer: 'https://evil.example/',
    layout: {},
    audience: 'https://evil.example',
    algorithms: ['none'],
    jwks: keySet(rsaKey('evil')),
    clockTolerance: 300,
    clock: () => new Date(0),
    cache: false,
    fallback: ['permissions'],
    fallbackFor: 'everyone',
    rbacEnforced: true,
    senderConstrained: 'accept',
    dpop: { algorithms: [] },
    replays: { add: () => true },
    nonces: 1,
    url: 1,
    certificate: 'x-cert',
    typ: 'optional',
    maxTokenLength: 1,
    entries: 0,
    bytes: 0,
    maxAge: 0,
    cooldown: -1,
    failureCooldown: -1,
    staleIfError: -1,
    deadline: 0,
    maxBytes: 0,
    log: 1,
    permission: 'orders:write',
    onUnreadable: 'none',
    // And no claim, and no header parameter.
    ...{
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'evil',
      exp: NOW + 60,
      nbf: NOW - 1,
      iat: NOW - 1,
      gty: 'client-credentials',
    },
    ...{ permissions: ['orders:write'], kid: 'main', keys: [], name: 'evil', withdrawn: ['orders:read'] },
  };
  const pollute = (): void => {
    for (const [name, value] of Object.entries(polluted))
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  };
  afterEach(() => {
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
  });
  const outcomes = async (): Promise<unknown[]> => {
    const verifier = createVerifier(good);
    const tokens = [
      makeToken(key),
      makeToken(key, { header: { typ: undefined } }),
      makeToken(key, { header: { kid: undefined } }),
      makeToken(key, { claims: { cnf: {} } }),
      makeToken(key, { claims: { [CLAIM]: undefined, permissions: ['orders:write'] } }),
      ...['iss', 'aud', 'sub', 'exp'].map((name) => makeToken(key, { claims: { [name]: undefined } })),
      makeToken(key, { claims: { exp: NOW - 60 } }),
    ];
    const codes = await Promise.all(tokens.map((each) => codeOf(verifier.verify(each))));
    const access = await verifier.verify(makeToken(key));
    const unverified = readPermissions(JSON.parse('{}'), layout);
    return [...codes, [...access.permissions], lookUp(verifier, makeToken(key)) === access, unverified.size];
  };
  test('the same tokens are accepted and refused', async () => {
    const before = await outcomes();
    pollute();
    const after = await outcomes();
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
    expect(after).toEqual(before);
    expect(before.slice(0, 4)).toEqual([
      'verified',
      'header_refused',
      'verified',
      'token_sender_constrained',
    ]);
  });
  test('what is required is still missing, and options of other functions keep their defaults', () => {
    pollute();
    const { issuer: _issuer, ...rest } = good;
    const make = (): unknown => createVerifier(rest as VerifierOptions<Name>);
    const layoutMissing = (): unknown => createVerifier({ ...good, layout: undefined } as never);
    const audienceMissing = (): unknown => createVerifier({ ...good, layout: layoutWithoutAudience });
    const keySetMade = (): unknown => createKeySet(`${ISSUER}jwks.json`);
    const thrown = [make, layoutMissing, audienceMissing, keySetMade].map((each) => {
      try {
        return each() && undefined;
      } catch (error) {
        return (error as Error).message;
      }
    });
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
    expect(thrown).toEqual([
      expect.stringMatching(/^issuer must be/),
      expect.stringMatching(/^layout must be/),
      expect.stringMatching(/^audience is required/),
      undefined,
    ]);
  });
});

describe('a token without typ', () => {
  const bare = makeToken(key, { header: { typ: undefined } });
  test('is refused unless typ is optional', async () => {
    expect(await codeOf(createVerifier(good).verify(bare))).toBe('header_refused');
    expect(await codeOf(createVerifier({ ...good, typ: 'required' }).verify(bare))).toBe('header_refused');
    expect(await codeOf(createVerifier({ ...good, typ: 'optional' }).verify(bare))).toBe('verified');
  });
  test.each([null, '', 'dpop+jwt', 'logout+jwt', 1, ['JWT']])('is no token of type %j', async (typ) => {
    const other = makeToken(key, { header: { typ } });
    expect(await codeOf(createVerifier({ ...good, typ: 'optional' }).verify(other))).toBe('header_refused');
  });
});

describe('an issuer', () => {
  const issuers = ['https://acme.example', 'https://acme.example/', 'https://acme.example/realms/a'];
  test.each(issuers)('of %s is compared in every character', async (issuer) => {
    const verifier = createVerifier({ ...good, issuer });
    for (const iss of issuers) {
      const result = await codeOf(verifier.verify(makeToken(key, { claims: { iss } })));
      expect([iss, result]).toEqual([iss, iss === issuer ? 'verified' : 'issuer_refused']);
    }
  });
  test('that differs by its slash is told so in the error', async () => {
    const verifier = createVerifier({ ...good, issuer: ISSUER.slice(0, -1) });
    await expect(verifier.verify(makeToken(key))).rejects.toThrow(/in every character.*ends it with a slash/);
  });
  test.each(['', '/'])('has its key set in .well-known below it, ending with %j', async (end) => {
    const server = new KeyServer((response, request) =>
      request.url === '/realms/a/.well-known/jwks.json'
        ? serve(keySet(key))(response, request)
        : fail(404)(response, request),
    );
    const { origin } = await server.listen();
    const issuer = `${origin}/realms/a${end}`;
    const verifier = createVerifier({ ...good, jwks: undefined, issuer });
    expect(await codeOf(verifier.verify(makeToken(key, { claims: { iss: issuer } })))).toBe('verified');
    await server.close();
  });
});

describe('options that work', () => {
  const token = makeToken(key);
  test('an issuer and a key set over http on loopback', () => {
    const issuer = 'http://127.0.0.1:3000/';
    expect(() => createVerifier({ ...good, issuer, jwks: undefined })).not.toThrow();
    expect(() => createVerifier({ ...good, jwks: new URL('http://localhost:1/') })).not.toThrow();
  });
  test('an audience where the layout has none, or another', async () => {
    const own = createVerifier({ ...good, layout: layoutWithoutAudience, audience: AUDIENCE });
    expect((await own.verify(token)).subject).toContain('auth0|');
    const other = createVerifier({ ...good, audience: 'https://billing.acme.example' });
    await expect(other.verify(token)).rejects.toMatchObject({ code: 'audience_refused' });
  });
  test('a function that gives a key set, asked once', async () => {
    let asked = 0;
    const jwks = async (): Promise<unknown> => {
      asked += 1;
      return keySet(key);
    };
    const verifier = createVerifier({ ...good, jwks });
    await Promise.all([
      verifier.verify(token),
      verifier.verify(token),
      verifier.verify(makeToken(key, { claims: { jti: '1' } })),
    ]);
    expect(asked).toBe(1);
  });
  test("jose's function that gives keys", async () => {
    const verifier = createVerifier({ ...good, jwks: createLocalJWKSet(keySet(key, rsaKey('other'))) });
    expect((await verifier.verify(token)).subject).toContain('auth0|');
    await expect(verifier.verify(makeToken(rsaKey('new')))).rejects.toMatchObject({
      code: 'key_unknown',
      status: 401,
    });
    await expect(verifier.verify(`${token.slice(0, -8)}AAAAAAAA`)).rejects.toMatchObject({
      code: 'signature_invalid',
    });
    // Only the function knows how long its keys are good.
    expect(lookUp(verifier, token)).toBeUndefined();
  });
  test("jose's function whose first answer is that there is no such key", async () => {
    const verifier = createVerifier({ ...good, jwks: createLocalJWKSet(keySet(key)) });
    await expect(verifier.verify(makeToken(rsaKey('new')))).rejects.toMatchObject({ code: 'key_unknown' });
    expect((await verifier.verify(token)).subject).toContain('auth0|');
  });
  test('a function that fails is a 503', async () => {
    const verifier = createVerifier({ ...good, jwks: () => Promise.reject(new Error('down')) });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'key_set_unavailable', status: 503 });
  });
  test('several issuers and audiences in one process, each with its own keys', async () => {
    const other = rsaKey('main');
    const issuer = 'https://beta.eu.auth0.com/';
    const beta = createVerifier({ ...good, issuer, jwks: keySet(other) });
    const acme = createVerifier(good);
    const betaToken = makeToken(other, { claims: { iss: issuer } });
    expect((await beta.verify(betaToken)).claims.iss).toBe(issuer);
    expect((await acme.verify(token)).claims.iss).toBe(ISSUER);
    await expect(acme.verify(betaToken)).rejects.toMatchObject({ code: 'signature_invalid' });
    await expect(beta.verify(token)).rejects.toMatchObject({ code: 'signature_invalid' });
  });
});
