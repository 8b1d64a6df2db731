import { createHash } from 'node:crypto';
import type { EventTransaction, EventUser, PostLoginEvent, Protocol } from '#auth0/event';
import { deepFreeze, jsonCopy } from './json-value.ts';
import type { Flow, LoginDescription } from './login-description.ts';

// Any fixed moment: the same description gives the same event.
const moment = '2026-03-02T09:00:00.000Z';
const defaultDomain = 'acme.eu.auth0.com';
const defaultScopes: readonly string[] = ['openid', 'profile', 'email'];

const protocols: Readonly<Record<Flow, Protocol>> = {
  password: 'oidc-basic-profile',
  silent: 'oidc-basic-profile',
  refresh: 'oauth2-refresh-token',
  'refresh-other-audience': 'oauth2-refresh-token',
  'resource-owner-password': 'oauth2-password',
  'device-code': 'oauth2-device-code',
  minimal: 'oidc-basic-profile',
};

const grantTypes: Readonly<Partial<Record<Flow, string>>> = {
  refresh: 'refresh_token',
  'refresh-other-audience': 'refresh_token',
  'resource-owner-password': 'password',
  'device-code': 'urn:ietf:params:oauth:grant-type:device_code',
};

/** The event of one login, in the documented shape: a fresh object at each call, frozen in all its depth. */
export function loginEvent(description: LoginDescription = {}): PostLoginEvent {
  const event = description.flow === 'minimal' ? minimalEvent(description) : fullEvent(description);
  return deepFreeze(jsonCopy(event));
}

function minimalEvent({ audience, user, organization, secrets, ...rest }: LoginDescription): PostLoginEvent {
  const domain = rest.domain ?? defaultDomain;
  return {
    secrets: secrets ?? {},
    client: {
      client_id: rest.client?.id ?? 'client0000000000000000000000001',
      name: rest.client?.name ?? 'Web',
      metadata: {},
    },
    connection: { id: 'con_0000000000000001', name: 'Username-Password-Authentication', strategy: 'auth0' },
    request: { ip: '203.0.113.7', method: 'GET', query: {}, body: {}, geoip: {} },
    stats: { logins_count: 1 },
    tenant: { id: domain.split('.')[0] ?? domain },
    user: { user_id: userId(user?.id), ...withMetadata(user), ...user?.profile },
    ...(audience === undefined ? {} : { resource_server: { identifier: audience } }),
    ...(user?.roles == null ? {} : { authorization: { roles: user.roles } }),
    ...(organization === undefined
      ? {}
      : {
          organization: {
            id: organization.id,
            name: organization.name ?? 'acme',
            display_name: organization.name ?? 'Acme',
            metadata: {},
          },
        }),
  };
}

function fullEvent(description: LoginDescription): PostLoginEvent {
  const { flow = 'password', audience, user, organization, customDomain } = description;
  const base = minimalEvent(description);
  const { client_id } = base.client;
  const scopes = description.scopes ?? defaultScopes;
  const grant = grantTypes[flow];
  const parameters = {
    client_id,
    scope: scopes.join(' '),
    ...(audience === undefined ? {} : { audience }),
    ...(organization === undefined ? {} : { organization: organization.id }),
  };
  return {
    ...base,
    authentication: { methods: [{ name: 'pwd', timestamp: moment }] },
    ...(user?.roles === null ? {} : { authorization: { roles: user?.roles ?? [] } }),
    ...(customDomain === undefined ? {} : { custom_domain: { domain: customDomain, domain_metadata: {} } }),
    client: { ...base.client, ...policiesOf(description) },
    request: {
      ...base.request,
      hostname: customDomain ?? description.domain ?? defaultDomain,
      language: 'en',
      user_agent: 'Mozilla/5.0',
      geoip: { countryCode: 'DE', timeZone: 'Europe/Berlin' },
      ...(grant === undefined
        ? {
            query: { ...parameters, response_type: 'code', ...(flow === 'silent' ? { prompt: 'none' } : {}) },
          }
        : { method: 'POST', body: { ...parameters, grant_type: grant } }),
    },
    // Only a browser has a session with the tenant.
    ...(grant === undefined ? { session: { id: 'sess_0000000000000001', user_id: base.user.user_id } } : {}),
    ...(grant === 'refresh_token' ? { refresh_token: refreshTokenOf(description, base) } : {}),
    stats: { logins_count: 62 },
    transaction: transactionOf(flow, scopes),
    user: fullUser(base.user),
  };
}

/**
 * Whether the client asks the token endpoint itself: then the scopes that it requests are in the body alone.
 * Source: support.auth0.com, "Find Requested Scopes in Actions".
 */
function asksTokenEndpoint(flow: Flow): boolean {
  return flow === 'refresh' || flow === 'refresh-other-audience' || flow === 'resource-owner-password';
}

function transactionOf(flow: Flow, scopes: readonly string[]): EventTransaction {
  const common = {
    protocol: protocols[flow],
    ...(asksTokenEndpoint(flow) ? {} : { requested_scopes: scopes }),
    metadata: {},
  };
  if (grantTypes[flow] !== undefined) return { ...common, acr_values: [], locale: 'en', ui_locales: [] };
  return {
    ...common,
    id: 'txn0000000000000000000000000001',
    acr_values: [],
    locale: 'en',
    ui_locales: ['en'],
    redirect_uri: 'https://app.acme.example/callback',
    response_type: ['code'],
    response_mode: flow === 'silent' ? 'web_message' : 'query',
    state: 'AABBccddEEFFGGTTasrs',
    ...(flow === 'silent' ? { prompt: ['none'] } : {}),
  };
}

// Multi-resource refresh tokens: one token, exchanged for APIs that the client's policies name.
function policiesOf({ flow, audience, scopes }: LoginDescription): Partial<PostLoginEvent['client']> {
  if (flow !== 'refresh-other-audience' || audience === undefined) return {};
  return { refresh_token: { policies: [{ audience, scope: scopes ?? defaultScopes }] } };
}

function refreshTokenOf(
  { flow, audience, firstAudience, scopes = defaultScopes }: LoginDescription,
  { client, user }: PostLoginEvent,
): NonNullable<PostLoginEvent['refresh_token']> {
  const first =
    flow === 'refresh-other-audience' ? (firstAudience ?? 'https://first.acme.example') : audience;
  return {
    id: 'rt_0000000000000001',
    created_at: moment,
    client_id: client.client_id,
    user_id: user.user_id,
    session_id: 'sess_0000000000000001',
    rotating: true,
    ...(first === undefined ? {} : { resource_servers: [{ audience: first, scopes: scopes.join(' ') }] }),
  };
}

function fullUser(user: EventUser): EventUser {
  const [provider = '', id = ''] = user.user_id.split(/\|(.*)/su);
  const address = `${createHash('sha256').update(user.user_id).digest('hex').slice(0, 8)}@acme.example`;
  return {
    app_metadata: {},
    user_metadata: {},
    created_at: moment,
    updated_at: moment,
    email: address,
    email_verified: true,
    name: address,
    nickname: 'user',
    picture: 'https://www.gravatar.com/avatar/?d=identicon',
    multifactor: [],
    identities: [{ connection: 'Username-Password-Authentication', isSocial: false, provider, user_id: id }],
    ...user,
  };
}

function withMetadata(user: LoginDescription['user']): { app_metadata?: unknown; user_metadata?: unknown } {
  return {
    ...(user?.appMetadata === undefined ? {} : { app_metadata: user.appMetadata }),
    ...(user?.userMetadata === undefined ? {} : { user_metadata: user.userMetadata }),
  };
}

function userId(id: string | undefined): string {
  return id ?? 'auth0|5f7c8ec7c33c6c004bbafe82';
}
