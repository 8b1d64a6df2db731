import { describe, expect, test } from 'vitest';
import { loginEvent } from '../../src/event/events.ts';
import { flows, type LoginDescription } from '../../src/event/login-description.ts';

const audience = 'https://orders.acme.example';

function everythingFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(everythingFrozen);
}

describe.each(flows)('the event of flow %s', (flow) => {
  const description: LoginDescription = {
    flow,
    audience,
    user: { id: 'auth0|u1', roles: ['Clerk'], appMetadata: { a: [1] } },
    organization: { id: 'org_1', name: 'acme' },
    scopes: ['openid', 'orders:read'],
    secrets: { KEY: 'value' },
  };

  test('has what the description says', () => {
    expect(loginEvent(description)).toMatchObject({
      resource_server: { identifier: audience },
      authorization: { roles: ['Clerk'] },
      organization: { id: 'org_1', name: 'acme' },
      user: { user_id: 'auth0|u1', app_metadata: { a: [1] } },
      secrets: { KEY: 'value' },
    });
  });

  test('is the same each time, but never the same object, and frozen in all its depth', () => {
    const [first, second] = [loginEvent(description), loginEvent(description)];
    expect(first).toEqual(second);
    expect(first).not.toBe(second);
    expect(first.user).not.toBe(second.user);
    expect(everythingFrozen(first)).toBe(true);
  });

  test('has no API when none is requested, no organization and no roles when there are none', () => {
    const event = loginEvent({ flow, user: { roles: null } });
    expect(event).not.toHaveProperty('resource_server');
    expect(event).not.toHaveProperty('organization');
    expect(event).not.toHaveProperty('authorization');
  });

  test('never has permissions, nor an access token', () => {
    const event = loginEvent(description);
    expect(event.user).not.toHaveProperty('permissions');
    expect(event).not.toHaveProperty('accessToken');
    expect(Object.keys(event.authorization ?? {})).toEqual(['roles']);
  });
});

test('the minimal event has the documented members that are always there, and no other', () => {
  const event = loginEvent({ flow: 'minimal' });
  expect(Object.keys(event).sort()).toEqual(
    ['client', 'connection', 'request', 'secrets', 'stats', 'tenant', 'user'].sort(),
  );
  expect(Object.keys(event.user)).toEqual(['user_id']);
});

test('each flow has its protocol, and a session where a browser is there', () => {
  const shape = flows.map((flow) => {
    const event = loginEvent({ flow, audience });
    return [flow, event.transaction?.protocol, event.session !== undefined, event.request.method];
  });
  expect(shape).toEqual([
    ['password', 'oidc-basic-profile', true, 'GET'],
    ['silent', 'oidc-basic-profile', true, 'GET'],
    ['refresh', 'oauth2-refresh-token', false, 'POST'],
    ['refresh-other-audience', 'oauth2-refresh-token', false, 'POST'],
    ['resource-owner-password', 'oauth2-password', false, 'POST'],
    ['device-code', 'oauth2-device-code', false, 'POST'],
    ['minimal', undefined, false, 'GET'],
  ]);
});

test('a refresh for a second audience says which the token was first issued for, and that the client may', () => {
  const event = loginEvent({
    flow: 'refresh-other-audience',
    audience,
    firstAudience: 'https://billing.acme.example',
  });
  expect(event.resource_server?.identifier).toBe(audience);
  expect(event.refresh_token?.resource_servers?.[0]?.audience).toBe('https://billing.acme.example');
  expect(event.client.refresh_token?.policies?.[0]?.audience).toBe(audience);
});

test('silent login says so twice', () => {
  const event = loginEvent({ flow: 'silent' });
  expect([event.transaction?.prompt, event.request.query['prompt']]).toEqual([['none'], 'none']);
});

test('a custom domain is where the user logs in', () => {
  const event = loginEvent({ customDomain: 'login.acme.example' });
  expect([event.request.hostname, event.custom_domain?.domain]).toEqual([
    'login.acme.example',
    'login.acme.example',
  ]);
});

test('hostile metadata stay data', () => {
  const appMetadata: unknown = JSON.parse('{"__proto__": {"permissions": ["a"]}}');
  const { app_metadata } = loginEvent({ user: { appMetadata } }).user;
  expect(Object.keys(app_metadata as object)).toEqual(['__proto__']);
  expect((app_metadata as { permissions?: unknown }).permissions).toBeUndefined();
});
