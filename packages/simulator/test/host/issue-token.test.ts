import { generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { loginEvent } from '../../src/event/events.ts';
import type { LoginDescription } from '../../src/event/login-description.ts';
import { loadAction } from '../../src/host/action-host.ts';
import {
  type AccessTokenPayload,
  issueAccessToken,
  type TenantSettings,
} from '../../src/host/issue-token.ts';

const audience = 'https://orders.acme.example';
const issuer = 'https://acme.eu.auth0.com/';
const action = loadAction(`exports.onExecutePostLogin = async (event, api) => {
  api.accessToken.setCustomClaim('pz', 'abc.A');
  api.accessToken.setCustomClaim('sub', 'auth0|somebody-else');
  if (event.user.user_id === 'denied') api.access.deny('no');
};`);

async function issue(
  description: LoginDescription,
  settings: Partial<TenantSettings> = {},
): Promise<AccessTokenPayload | undefined> {
  const event = loginEvent(description);
  const result = await action.login(event);
  return issueAccessToken(result, event, { issuer, ...settings }, { at: 1_700_000_000, id: 'token-1' });
}

test("the Auth0 profile, as in Auth0's sample", async () => {
  const payload = await issue({
    audience,
    user: { id: 'auth0|u1' },
    client: { id: 'c1' },
    scopes: ['openid', 'a'],
  });
  expect({ ...payload }).toEqual({
    pz: 'abc.A',
    iss: issuer,
    sub: 'auth0|u1',
    aud: [audience, 'https://acme.eu.auth0.com/userinfo'],
    iat: 1_700_000_000,
    exp: 1_700_086_400,
    scope: 'openid a',
    azp: 'c1',
  });
});

test('the RFC 9068 profile has client_id and jti, and neither azp nor gty', async () => {
  const payload = await issue(
    { flow: 'refresh', audience, client: { id: 'c1' }, scopes: ['a'] },
    { profile: 'rfc9068', lifetime: 60 },
  );
  expect(payload).toMatchObject({
    aud: audience,
    client_id: 'c1',
    jti: 'token-1',
    exp: 1_700_000_060,
    scope: 'a',
  });
  expect(payload).not.toHaveProperty('azp');
  expect(payload).not.toHaveProperty('gty');
});

test('gty names the password and refresh token grants alone', async () => {
  const grant = async (flow: LoginDescription['flow'] & string): Promise<unknown> =>
    (await issue({ audience, flow }))?.['gty'];
  expect(await grant('resource-owner-password')).toBe('password');
  expect(await grant('refresh')).toBe('refresh_token');
  expect(await grant('password')).toBeUndefined();
  expect(await grant('minimal')).toBeUndefined();
});

test('organizations, and their names where the tenant wants them', async () => {
  const description = { audience, organization: { id: 'org_1', name: 'acme' } };
  expect(await issue(description)).toMatchObject({ org_id: 'org_1' });
  expect(await issue(description)).not.toHaveProperty('org_name');
  expect(await issue(description, { organizationNames: true })).toMatchObject({
    org_id: 'org_1',
    org_name: 'acme',
  });
});

test('the stock permissions claim comes from the dialect, never from the Action', async () => {
  expect(await issue({ audience })).not.toHaveProperty('permissions');
  expect(await issue({ audience }, { stockPermissions: ['a', 'b'] })).toMatchObject({
    permissions: ['a', 'b'],
  });
});

test('no scopes, no scope claim', async () => {
  expect(await issue({ audience, scopes: [] })).not.toHaveProperty('scope');
});

test('no JWT without an API, none after a denial', async () => {
  expect(await issue({})).toBeUndefined();
  expect(await issue({ audience, user: { id: 'denied' } })).toBeUndefined();
});

test('the payload can be signed and read again', async () => {
  const payload = await issue({ audience });
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const token = await new SignJWT({ ...payload })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(privateKey);
  const verified = await jwtVerify(token, publicKey, {
    issuer,
    audience,
    currentDate: new Date(1_700_000_001_000),
  });
  expect(verified.payload).toEqual({ ...payload });
});
