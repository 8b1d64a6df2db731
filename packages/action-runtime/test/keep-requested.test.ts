import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepRequested } from '../src/keep-requested.ts';
import type { PostLoginEvent } from '../src/post-login.ts';
import { audienceOf, ORDERS, readLog } from './recorded-login.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 500);
const BILLING = 'https://billing.acme.example';
const UNKNOWN = ['claimgen: orders: the event does not say which scopes are requested'];
/** A member of the event that Auth0 leaves out. */
const ABSENT = undefined;

/** Of read, write, refund and billing/read, what is kept; the event may have any form. */
function kept(event: object): number[] {
  return keepRequested([0, 1, 2, 4], audienceOf(), event as PostLoginEvent);
}

/** What is kept without a line in the log. */
function keptQuietly(event: object): number[] {
  const log = readLog();
  const places = kept(event);
  expect(log).toEqual([]);
  return places;
}

describe('of the places held, those are kept', () => {
  it('whose permission is among the scopes of the transaction, in their order', () => {
    const requested = (...requested_scopes: string[]) => keptQuietly({ transaction: { requested_scopes } });
    expect(requested('openid', 'refund', 'read')).toEqual([0, 2]);
    expect(requested('billing/read')).toEqual([4]);
    // Held by nobody here, unknown, or the empty name of a place without a permission.
    expect(requested('audit', 'unknown', '__proto__', '')).toEqual([]);
    expect(requested()).toEqual([]);
  });

  it.each([
    'oauth2-password',
    'oauth2-resource-owner',
    'oauth2-resource-owner-jwt-bearer',
    'oauth2-token-exchange',
  ])('whose permission is a scope in the body of the request: %s', (protocol) => {
    const request = { body: { scope: 'openid refund read' } };
    expect(keptQuietly({ transaction: { protocol }, request })).toEqual([0, 2]);
    const transaction = { protocol, requested_scopes: ['write'] };
    expect(keptQuietly({ transaction, request })).toEqual([1]);
  });

  it('which are none where a login page, and not the client, has sent the body', () => {
    const request = { body: { scope: 'read' } };
    const log = readLog();
    for (const transaction of [ABSENT, null, {}, { protocol: 'oidc-basic-profile' }, { protocol: '' }]) {
      expect(kept({ transaction, request })).toEqual([]);
      expect(log.splice(0)).toEqual(UNKNOWN);
    }
  });

  it.each<[string, object]>([
    ['no request', {}],
    ['null for a request', { request: null }],
    ['a request without a body', { request: {} }],
    ['null for a body', { request: { body: null } }],
    ['a body without scopes', { request: { body: {} } }],
    ['an empty scope', { request: { body: { scope: '' } } }],
    ['a scope that is no string', { request: { body: { scope: ['read'] } } }],
  ])('which are none, with a line in the log, where a password login has %s', (_title, event) => {
    const log = readLog();
    expect(kept({ transaction: { protocol: 'oauth2-password' }, ...event })).toEqual([]);
    expect(log).toEqual(UNKNOWN);
  });

  it('which are none where the scopes of the transaction are no list', () => {
    const log = readLog();
    expect(kept({ transaction: { requested_scopes: 'read' } })).toEqual([]);
    expect(log).toEqual(UNKNOWN);
  });
});

describe('at the exchange of a refresh token', () => {
  const issuedFor = (scopes: unknown, audience = ORDERS) => ({
    refresh_token: {
      resource_servers: [
        { audience: BILLING, scopes: 'refund' },
        { audience, scopes },
      ],
    },
  });
  const policyOf = (scope: unknown, audience = ORDERS) => ({
    client: {
      refresh_token: {
        policies: [
          { audience: BILLING, scope: ['refund'] },
          { audience, scope },
        ],
      },
    },
  });
  const exchange = (scope: unknown, ...members: object[]) => ({
    transaction: { protocol: 'oauth2-refresh-token' },
    request: { body: { scope } },
    ...Object.assign({}, ...members),
  });

  it('all is kept that the refresh token was issued for, where the exchange asks for no scope', () => {
    expect(keptQuietly(exchange(ABSENT, issuedFor('openid read write')))).toEqual([0, 1]);
    expect(keptQuietly(exchange(null, issuedFor('read')))).toEqual([0]);
    // As RFC 6749, section 3.2, has it: a parameter without a value is one that was left out.
    expect(keptQuietly(exchange('', issuedFor('read')))).toEqual([0]);
    expect(keptQuietly({ ...exchange(''), request: ABSENT, ...issuedFor('read') })).toEqual([0]);
  });

  it('no more is kept than the exchange asks for, or than the refresh token was issued for', () => {
    expect(keptQuietly(exchange('write', issuedFor('openid read write')))).toEqual([1]);
    expect(keptQuietly(exchange('read write refund', issuedFor('openid read')))).toEqual([0]);
    expect(keptQuietly(exchange('read', issuedFor('')))).toEqual([]);
    expect(keptQuietly(exchange(['read'], issuedFor('read')))).toEqual([]);
  });

  it('the policy of the client adds to that, of the same API or of another', () => {
    expect(keptQuietly(exchange(ABSENT, issuedFor('read'), policyOf(['write'])))).toEqual([0, 1]);
    expect(keptQuietly(exchange('write', issuedFor('read'), policyOf(['write'])))).toEqual([1]);
    expect(keptQuietly(exchange('read write', policyOf(['write', 'refund'])))).toEqual([1]);
    expect(keptQuietly(exchange(ABSENT, policyOf(['write', 'refund'])))).toEqual([1, 2]);
  });

  it('a policy counts by whole names, whatever its form', () => {
    expect(keptQuietly(exchange('read', policyOf(['readonly', 'billing/read'])))).toEqual([]);
    expect(keptQuietly(exchange('read', policyOf('readonly')))).toEqual([]);
  });

  it('nothing is kept for what the event says of the transaction or of another API', () => {
    const transaction = { protocol: 'oauth2-refresh-token', requested_scopes: ['read'] };
    const other = [issuedFor('read', BILLING), policyOf(['read'], BILLING)];
    const log = readLog();
    expect(kept({ ...exchange('read', ...other), transaction })).toEqual([]);
    expect(log).toEqual(UNKNOWN);
  });

  it.each<[string, object]>([
    ['neither', {}],
    ['null for both', { refresh_token: null, client: null }],
    ['a refresh token without APIs', { refresh_token: {} }],
    ['a client without a refresh token', { client: {} }],
    ['a client with null for one', { client: { refresh_token: null } }],
    ['a client without policies', { client: { refresh_token: {} } }],
    ['no scopes of the API', issuedFor(ABSENT)],
    ['scopes of the API that are no string', issuedFor(['read'])],
    ['no scopes of the policy', policyOf(ABSENT)],
  ])(
    'nothing is kept, with a line in the log, where the event tells of refresh token and policy %s',
    (_title, members) => {
      const log = readLog();
      for (const scope of [ABSENT, 'read']) {
        expect(kept(exchange(scope, members))).toEqual([]);
        expect(log.splice(0)).toEqual(UNKNOWN);
      }
    },
  );

  it('a scope is kept just when Auth0 puts it into the token', () => {
    const names = ['read', 'write', 'refund', 'audit', 'billing/read'];
    const scopes = fc.option(fc.subarray(names), { nil: undefined });
    const log = readLog();
    fc.assert(
      fc.property(scopes, scopes, scopes, (issued, policy, asked) => {
        const event = exchange(
          asked?.join(' '),
          issued === undefined ? {} : issuedFor(issued.join(' ')),
          policy === undefined ? {} : policyOf(policy),
        );
        const allowed = new Set([...(issued ?? []), ...(policy ?? [])]);
        const isAsked = (name: string) => (asked?.length ?? 0) === 0 || asked?.includes(name);
        expect(kept(event)).toEqual(
          [0, 1, 2, 4].filter((place) => {
            const name = names[place] ?? '';
            return allowed.has(name) && isAsked(name);
          }),
        );
        expect(log.splice(0)).toEqual(issued === undefined && policy === undefined ? UNKNOWN : []);
      }),
      { numRuns: runs },
    );
  });
});
