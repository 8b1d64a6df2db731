import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auth0Audiences } from '#auth0/apis';
import { MAX_CUSTOM_CLAIM_BYTES } from '#auth0/limits';
import { restrictedClaims } from '#auth0/restricted-claims';
import { loginEvent } from '../../src/event/events.ts';
import type { LoginDescription } from '../../src/event/login-description.ts';
import { loadAction } from '../../src/host/action-host.ts';
import type { LoginResult } from '../../src/host/login-result.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 150);
const audience = 'https://orders.acme.example';

// Sets what the user's app_metadata list as [name, value] pairs.
const action = loadAction(`exports.onExecutePostLogin = async (event, api) => {
  for (const [name, value] of event.user.app_metadata) api.accessToken.setCustomClaim(name, value);
};`);

function set(
  claims: readonly (readonly [string, unknown])[],
  login: LoginDescription = {},
): Promise<LoginResult> {
  return action.login(loginEvent({ audience, ...login, user: { appMetadata: claims } }));
}

async function reason(name: string, login?: LoginDescription): Promise<string | undefined> {
  const { accessTokenClaims, ignoredClaims } = await set([[name, 1]], login);
  expect(Object.hasOwn(accessTokenClaims, name)).toBe(ignoredClaims.length === 0);
  return ignoredClaims[0]?.reason;
}

describe('names', () => {
  test('restricted names are ignored without an error', async () => {
    expect(restrictedClaims.size).toBe(60);
    const result = await set([...restrictedClaims].map((name) => [name, 'mine']));
    expect(result).toMatchObject({ outcome: 'allowed' });
    expect(Object.keys(result.accessTokenClaims)).toEqual([]);
    expect(result.ignoredClaims.map(({ name }) => name)).toEqual([...restrictedClaims]);
  });

  test('"scope" throws, which fails the login of an Action that does not catch it', async () => {
    expect(await set([['scope', 'all']])).toMatchObject({
      outcome: 'failed',
      error: 'The "scope" claim cannot be set.',
    });
  });

  test.each([
    'pz',
    'https://acme.example/permissions',
    'http://acme.example/x',
    'urn:acme:permissions',
    'https://notauth0.com/x',
    'https://acme.example/auth0.com',
    '__proto__',
    'constructor',
    '',
    'https://',
  ])('%j is kept', async (name) => {
    expect(await reason(name)).toBeUndefined();
  });

  test.each([
    'https://auth0.com/x',
    'http://acme.eu.auth0.com/permissions',
    'HTTPS://ACME.AUTH0.COM/permissions',
    'https://x.webtask.io/p',
    'https://webtask.run:8080/p',
    'urn:auth0:permissions',
    'URN:AUTH0:x',
  ])("%j is Auth0's own namespace", async (name) => {
    expect(await reason(name)).toBe("namespace of Auth0's own");
  });

  test("Auth0's own APIs get namespaced claims only", async () => {
    for (const own of auth0Audiences('acme.eu.auth0.com')) {
      const expected = own.endsWith('/userinfo') ? undefined : 'no namespace, which an Auth0 API requires';
      expect([own, await reason('pz', { audience: own })]).toEqual([own, expected]);
      expect(await reason('https://acme.example/permissions', { audience: own })).toBeUndefined();
    }
    const onCustomDomain = { audience: 'https://login.acme.example/me/', customDomain: 'login.acme.example' };
    expect(await reason('pz', onCustomDomain)).toBe('no namespace, which an Auth0 API requires');
    expect(await reason('pz', { audience: 'https://orders.acme.example/me/' })).toBeUndefined();
  });

  test('profile claims need their scope', async () => {
    const refused = 'profile claim whose scope was not granted';
    expect(await reason('email', { scopes: ['openid', 'email'] })).toBeUndefined();
    expect(await reason('email', { scopes: ['openid', 'profile'] })).toBe(refused);
    expect(await reason('nickname', { scopes: ['openid', 'email'] })).toBe(refused);
    expect(await reason('phone_number', { scopes: ['phone'] })).toBeUndefined();
  });
});

describe('values', () => {
  test('any JSON arrives as it was, whatever the name', async () => {
    const name = fc
      .string({ unit: 'binary' })
      .filter((text) => text !== 'scope' && !restrictedClaims.has(text));
    await fc.assert(
      fc.asyncProperty(name, fc.jsonValue(), async (claim, value) => {
        const { accessTokenClaims, ignoredClaims } = await set([[claim, value]]);
        const carried = JSON.parse(JSON.stringify(value));
        expect(ignoredClaims.length === 0 ? accessTokenClaims[claim] : carried).toEqual(carried);
      }),
      { numRuns: runs },
    );
  });

  test('what JSON lacks is left out, changed or fails as JSON.stringify does', async () => {
    const login = (value: string): Promise<LoginResult> =>
      loadAction(
        `exports.onExecutePostLogin = async (event, api) => { api.accessToken.setCustomClaim('a', ${value}); };`,
      ).login(loginEvent({ audience }));
    expect((await login('undefined')).ignoredClaims).toEqual([
      { name: 'a', reason: 'value that JSON cannot hold' },
    ]);
    expect((await login('() => {}')).accessTokenClaims).not.toHaveProperty('a');
    expect((await login('new Date(0)')).accessTokenClaims['a']).toBe('1970-01-01T00:00:00.000Z');
    expect((await login('[NaN, new Set([1])]')).accessTokenClaims['a']).toEqual([null, {}]);
    expect(await login('1n')).toMatchObject({ outcome: 'failed', error: expect.stringContaining('BigInt') });
  });

  test('claims beyond 100 KB fail the login, those at the limit pass', async () => {
    const room = MAX_CUSTOM_CLAIM_BYTES - JSON.stringify('a').length - 2;
    expect((await set([['a', 'v'.repeat(room)]])).outcome).toBe('allowed');
    expect((await set([['a', 'é'.repeat(room / 2)]])).outcome).toBe('allowed');
    expect(await set([['a', 'v'.repeat(room + 1)]])).toMatchObject({
      outcome: 'failed',
      accessTokenClaims: {},
    });
    // What is ignored doesn't count.
    expect((await set([['permissions', 'v'.repeat(room + 1)]])).outcome).toBe('allowed');
  });

  test('ID tokens have claims of their own', async () => {
    const idToken = loadAction(`exports.onExecutePostLogin = async (event, api) => {
      api.idToken.setCustomClaim('email', 'a').idToken.setCustomClaim('sub', 'b');
    };`);
    const result = await idToken.login(loginEvent({ audience, scopes: [] }));
    expect([Object.entries(result.idTokenClaims), Object.entries(result.accessTokenClaims)]).toEqual([
      [['email', 'a']],
      [],
    ]);
  });
});
