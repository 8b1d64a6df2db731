// Where the keys of an issuer are looked for, and which metadata is believed.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FetchedKeySet } from '../../src/keys/fetched-key-set.ts';
import { issuerKeySet } from '../../src/keys/issuer-key-set.ts';
import { webPlatform } from '../../src/platform/web.ts';
import { ecKey, keySet } from '../support/issuer.ts';
import { fail, KeyServer, serve } from '../support/key-server.ts';

const USUAL = '/.well-known/jwks.json';
const METADATA = '/.well-known/openid-configuration';
const keys = keySet(ecKey('main', 'P-256'));

const server = new KeyServer(fail(404));
let origin = '';
let asked: string[] = [];
/** By path: what is served, or the status that is answered with. */
let served: Record<string, unknown> = {};
beforeAll(async () => {
  origin = (await server.listen()).origin;
  server.behaviour = (response, request) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = served[path] ?? 404;
    (typeof answer === 'number' ? fail(answer) : serve(answer))(response, request);
  };
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  served = {};
});

const ready = async (set: FetchedKeySet): Promise<boolean> =>
  (await set.find({ alg: 'ES256', kid: 'main' }, webPlatform)).signatureBytes === 64;
const causeOf = async (set: FetchedKeySet): Promise<unknown> =>
  set.prefetch().then(
    () => expect.fail('it was found'),
    (error) => error.cause,
  );

describe('the key set of an issuer', () => {
  test.each(['', '/', '/realms/a', '/realms/a/'])(
    'is in .well-known below it, ending with %j',
    async (end) => {
      const path = `${end.replace(/\/$/, '')}${USUAL}`;
      served = { [path]: keys };
      expect(await ready(issuerKeySet(origin + end, undefined))).toBe(true);
      expect(asked).toEqual([path]);
    },
  );

  test('is where its metadata says, where there is none', async () => {
    served = { [METADATA]: { issuer: origin, jwks_uri: `${origin}/certs` }, '/certs': keys };
    expect(await ready(issuerKeySet(origin, undefined))).toBe(true);
    expect(asked).toEqual([USUAL, METADATA, '/certs']);
  });

  test.each([400, 401, 403, 404, 410])('is looked for in metadata after a status of %i', async (status) => {
    served = {
      [USUAL]: status,
      [METADATA]: { issuer: origin, jwks_uri: `${origin}/certs` },
      '/certs': keys,
    };
    expect(await ready(issuerKeySet(origin, undefined))).toBe(true);
  });

  test.each<[string, unknown]>([
    ['a redirect', 302],
    ['too many requests', 429],
    ['a fault of the server', 500],
    ['no JSON', '<html>'],
  ])('is not looked for in metadata after %s', async (_, answer) => {
    served = { [USUAL]: answer, [METADATA]: { issuer: origin, jwks_uri: `${origin}/certs` }, '/certs': keys };
    expect(await causeOf(issuerKeySet(origin, undefined))).toBeInstanceOf(Error);
    expect(asked).toEqual([USUAL]);
  });

  test('is not looked for in metadata of a server that is not there', async () => {
    const closed = new KeyServer(fail(404));
    const gone = (await closed.listen()).origin;
    await closed.close();
    expect(await causeOf(issuerKeySet(gone, undefined))).toBeInstanceOf(TypeError);
  });
});

describe('a later attempt', () => {
  let now = 1000;
  beforeEach(() => {
    now = 1000;
    vi.spyOn(performance, 'now').mockImplementation(() => now * 1000);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  /** What is asked for once the set is older than maxAge. */
  const again = async (set: FetchedKeySet): Promise<readonly string[]> => {
    asked = [];
    now += 600;
    await set.prefetch();
    return asked;
  };

  test('begins with what worked before', async () => {
    served = { [METADATA]: { issuer: origin, jwks_uri: `${origin}/certs` }, '/certs': keys };
    const set = issuerKeySet(origin, undefined);
    expect(await again(set)).toEqual([USUAL, METADATA, '/certs']);
    expect(await again(set)).toEqual([METADATA, '/certs']);
    // The metadata may name another URL by then.
    served = { [METADATA]: { issuer: origin, jwks_uri: `${origin}/other` }, '/other': keys };
    expect(await again(set)).toEqual([METADATA, '/other']);
  });

  test('begins at the usual place where neither worked', async () => {
    const set = issuerKeySet(origin, undefined);
    await expect(again(set)).rejects.toMatchObject({ code: 'key_set_unavailable' });
    served = { [USUAL]: keys };
    expect(await again(set)).toEqual([USUAL]);
    expect(await again(set)).toEqual([USUAL]);
  });

  test('is told to the hook by the URL of the usual place', async () => {
    const told: unknown[] = [];
    served = { [USUAL]: keys };
    await again(issuerKeySet(`${origin}/`, (event) => told.push(event)));
    expect(told).toEqual([{ url: origin + USUAL, seconds: 0, error: undefined }]);
  });
});

describe('metadata', () => {
  const refused: [string, (issuer: string) => unknown, string][] = [
    ...[null, 'x', 1, true, [], {}].map((value): (typeof refused)[number] => [
      `that is ${JSON.stringify(value)}`,
      () => JSON.stringify(value),
      '"issuer" of the metadata must equal the issuer, in every character',
    ]),
    ...(
      [
        ['of another issuer', () => 'https://evil.example/'],
        ['of the issuer with a slash more', (issuer) => `${issuer}/`],
        ['of the issuer in capitals', (issuer) => issuer.toUpperCase()],
        ['of several issuers', (issuer) => [issuer]],
        ['of no issuer', () => undefined],
      ] as [string, (issuer: string) => unknown][]
    ).map(([title, make]): (typeof refused)[number] => [
      title,
      (issuer) => ({ issuer: make(issuer), jwks_uri: `${issuer}/certs` }),
      '"issuer" of the metadata must equal the issuer, in every character',
    ]),
    ...[undefined, null, 1, '', '/certs', 'certs', {}, ['https://acme.example/certs']].map(
      (jwks_uri): (typeof refused)[number] => [
        `whose jwks_uri is ${JSON.stringify(jwks_uri)}`,
        (issuer) => ({ issuer, jwks_uri }),
        '"jwks_uri" of the metadata must be a URL',
      ],
    ),
    ...['http://keys.example/certs', 'file:///etc/keys.json', 'data:application/json,{}'].map(
      (jwks_uri): (typeof refused)[number] => [
        `whose jwks_uri is ${jwks_uri}`,
        (issuer) => ({ issuer, jwks_uri }),
        '"jwks_uri" of the metadata must be an https: URL (http: on loopback only)',
      ],
    ),
    [
      'whose jwks_uri has a password',
      (issuer) => ({ issuer, jwks_uri: 'https://a:b@keys.example/certs' }),
      '"jwks_uri" of the metadata must be a URL without user and password',
    ],
  ];
  test.each(refused)('%s is refused, and nothing else is asked', async (_, metadata, message) => {
    served = { [METADATA]: metadata(origin), '/certs': keys };
    expect(await causeOf(issuerKeySet(origin, undefined))).toMatchObject({ message });
    expect(asked).toEqual([USUAL, METADATA]);
  });

  test('must be there', async () => {
    expect(await causeOf(issuerKeySet(origin, undefined))).toMatchObject({
      message: 'expected 200 OK from the key set URL, got 404',
    });
    expect(asked).toEqual([USUAL, METADATA]);
  });

  test('must name keys that are there', async () => {
    served = { [METADATA]: { issuer: origin, jwks_uri: `${origin}/certs` } };
    expect(await causeOf(issuerKeySet(origin, undefined))).toMatchObject({
      message: 'expected 200 OK from the key set URL, got 404',
    });
    expect(asked).toEqual([USUAL, METADATA, '/certs']);
  });
});
