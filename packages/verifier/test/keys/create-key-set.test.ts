// What a key set may be made of.
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeySet, toKeySource } from '../../src/keys/create-key-set.ts';
import { FetchedKeySet } from '../../src/keys/fetched-key-set.ts';
import { FixedKeySet } from '../../src/keys/fixed-key-set.ts';
import { KeyFunction } from '../../src/keys/key-function.ts';
import { checkKeySetOptions } from '../../src/keys/key-set-options.ts';
import { webPlatform } from '../../src/platform/web.ts';
import { ecKey, keySet, toJwk } from '../support/issuer.ts';
import { fail, KeyServer, serve } from '../support/key-server.ts';

const key = ecKey('main', 'P-256');
const header = { alg: 'ES256', kid: 'main' } as const;

let server: KeyServer;
let url: URL;
beforeEach(async () => {
  server = new KeyServer(serve(keySet(key)));
  url = await server.listen();
});
afterEach(() => server.close());

describe('a key set is made', () => {
  test.each<[string, () => unknown, abstract new (...args: never[]) => unknown]>([
    ['a URL', () => url, FetchedKeySet],
    ['the text of a URL', () => url.href, FetchedKeySet],
    ['a URL of another realm', () => ({ [Symbol.toStringTag]: 'URL', href: url.href }), FetchedKeySet],
    ['an object', () => keySet(key), FixedKeySet],
    ['a function', () => () => keySet(key), KeyFunction],
    ['a function of another realm', () => runInNewContext('keys => () => keys')(keySet(key)), KeyFunction],
  ])('of %s', async (_, source, kind) => {
    const made = toKeySource(source());
    expect(made).toBeInstanceOf(kind);
    expect((await made.find(header, webPlatform)).signatureBytes).toBe(64);
  });

  test('of what createKeySet made, which stays the same', async () => {
    const made = createKeySet(url);
    const source = toKeySource(made);
    expect(source).toBeInstanceOf(FetchedKeySet);
    expect(toKeySource(made)).toBe(source);
    await made.prefetch();
    expect(server.requests).toBe(1);
    await source.find(header, webPlatform);
    expect(server.requests).toBe(1);
  });

  test('of a copy of the URL, which nobody else can change', async () => {
    const source = toKeySource(url);
    url.href = 'http://evil.example/jwks.json';
    expect((await source.find(header, webPlatform)).signatureBytes).toBe(64);
  });

  test.each([
    undefined,
    null,
    true,
    1,
    '',
    'jwks.json',
    '/jwks.json',
    '//acme.eu.auth0.com/jwks.json',
    Symbol('jwks'),
    {},
    [],
    [toJwk(key)],
    { href: 'https://acme.eu.auth0.com/jwks.json' },
    ['https://acme.eu.auth0.com/jwks.json'],
    { toString: () => 'https://acme.eu.auth0.com/jwks.json' },
    Object.create(keySet(key)),
  ])('of nothing like %o', (source) => {
    expect(() => toKeySource(source)).toThrow(TypeError);
    expect(() => toKeySource(source)).toThrow(
      /^jwks must be a URL, a key set \(\{keys: \[\.\.\.\]\}\), a function or what createKeySet returns$/,
    );
  });

  test.each([{ keys: [] }, { keys: undefined }, { keys: [{ kty: 'oct', k: 'AAAA' }] }])(
    'of no object without a usable key: %j',
    (source) => {
      expect(() => toKeySource(source)).toThrow(
        expect.objectContaining({
          name: 'TypeError',
          message: 'jwks must be a key set with at least one usable public key',
          cause: expect.any(Error),
        }),
      );
    },
  );

  test.each(['http://acme.eu.auth0.com/jwks.json', 'file:///etc/jwks.json', 'https://a:b@acme.example/'])(
    'of no URL over which others could change the keys: %s',
    (text) => {
      for (const source of [text, new URL(text)])
        expect(() => toKeySource(source)).toThrow(/^jwks must be a/);
    },
  );

  test.each<[string, unknown]>([
    ['a URL', 'https://acme.eu.auth0.com/jwks.json'],
    ['an object', keySet(key)],
    ['a function', () => keySet(key)],
  ])('of %s with good options only', (_, source) => {
    expect(() => createKeySet(source as string, { maxAge: 0 })).toThrow(/^maxAge must be/);
    expect(() => createKeySet(source as string, { maxage: 1 } as never)).toThrow(
      /^maxage is not an option of a key set$/,
    );
    expect(() => createKeySet(source as string, { onFetched: 'x' as never })).toThrow(
      /^onFetched must be a function$/,
    );
  });
});

test('the hook of a key set is told of its URL, the time and the failure', async () => {
  const told: unknown[] = [];
  const made = createKeySet(url, { onFetched: (event) => told.push(event), failureCooldown: 0.001 });
  server.behaviour = fail(500);
  await expect(made.prefetch()).rejects.toMatchObject({ code: 'key_set_unavailable' });
  server.behaviour = serve(keySet(key));
  await expect
    .poll(() =>
      made.prefetch().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  const seconds = expect.any(Number);
  expect(told.at(0)).toEqual({
    url: url.href,
    seconds,
    error: expect.objectContaining({ message: 'expected 200 OK from the key set URL, got 500' }),
  });
  expect(told.at(-1)).toEqual({ url: url.href, seconds, error: undefined });
});

test('what is not said of a key set is as the documentation has it', () => {
  expect(checkKeySetOptions({})).toEqual({
    maxAge: 600,
    cooldown: 30,
    failureCooldown: 10,
    staleIfError: 3600,
    deadline: 5,
    maxBytes: 262_144,
  });
  const onFetched = (): void => {};
  expect(checkKeySetOptions({ maxAge: 60, onFetched })).toMatchObject({
    maxAge: 60,
    cooldown: 30,
    onFetched,
  });
});
