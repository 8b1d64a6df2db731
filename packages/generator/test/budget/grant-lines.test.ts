// The tokens of the client credentials flow, to the byte.
import { describe, expect, it } from 'vitest';
import { lineLength } from '#auth0/access-token';
import { proveGrants } from '../../src/budget/grant-proof.ts';
import { jsonBytes } from '../../src/budget/worst-claim.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import type { ClientGrant } from '../../src/catalog/client-grant.ts';
import { readConfig } from '../../src/config/config.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

const API = 'https://orders.example';
const issuer = 'https://acme.eu.auth0.com/';

function audienceOf(token: object, budget: object = {}) {
  const config = {
    catalog: 'catalog.json',
    claim: 'pz',
    token: { issuer, ...token },
    budget,
    audiences: { orders: { audience: API, globs: ['*'] } },
  };
  const { audiences } = readConfig(parseSourceText('claimgen.config.json', JSON.stringify(config)));
  return audiences[0] as (typeof audiences)[number];
}

function catalogOf(clientGrants: readonly ClientGrant[], apis: Catalog['apis'] = []): Catalog {
  const permissions = [
    { name: 'orders:read', audience: API },
    { name: 'orders:write', audience: API },
    { name: 'other', audience: 'https://other.example' },
    { name: 'plain' },
  ];
  return { permissions, roles: [], apis, notes: [], clientGrants };
}

const grant = (client: string, scopes: ClientGrant['scopes'], audience = API): ClientGrant => ({
  client,
  audience,
  scopes,
});

const common = {
  iss: issuer,
  sub: `${'c'.repeat(32)}@clients`,
  aud: API,
  iat: 1_700_000_000,
  exp: 1_700_000_000,
};

describe('the token of a machine', () => {
  it.each<[string, object, object]>([
    ['of a client', {}, { org_id: 'org_0123456789abcdef', gty: 'client-credentials', azp: 'c'.repeat(32) }],
    [
      'where tenants have no organizations',
      { organization: false, organizationName: true },
      { gty: 'client-credentials', azp: 'c'.repeat(32) },
    ],
    [
      'of an organization with its name',
      { organizationName: true },
      {
        org_id: 'org_0123456789abcdef',
        org_name: 'n'.repeat(50),
        gty: 'client-credentials',
        azp: 'c'.repeat(32),
      },
    ],
    [
      'as RFC 9068 has it',
      { profile: 'rfc9068', organization: false },
      { client_id: 'c'.repeat(32), jti: 'j'.repeat(22) },
    ],
  ])('has all that is granted in scope: %s', (_, token, more) => {
    const audience = audienceOf(token);
    const scopes = ['orders:read', 'é'];
    const payload = { ...common, scope: 'orders:read é', ...more };
    expect(proveGrants(audience, '', catalogOf([grant('M', scopes)]))).toEqual([
      { client: 'M', scopes: 2, line: lineLength(audience.token, jsonBytes(payload)), over: 0 },
    ]);
  });

  it("has them in Auth0's own claim as well where the API writes it", () => {
    const audience = audienceOf({ organization: false });
    const lineOf = (apis: Catalog['apis']) =>
      proveGrants(audience, '', catalogOf([grant('M', ['orders:read'])], apis))[0]?.line;
    const payload = {
      ...common,
      scope: 'orders:read',
      gty: 'client-credentials',
      azp: 'c'.repeat(32),
    };
    const other = { identifier: 'https://other.example', tokenDialect: 'access_token_authz' };
    expect(lineOf([other])).toBe(lineLength(audience.token, jsonBytes(payload)));
    expect(lineOf([other, { identifier: API, tokenDialect: 'access_token_authz' }])).toBe(
      lineLength(audience.token, jsonBytes({ ...payload, permissions: ['orders:read'] })),
    );
  });

  it('has every permission of the API, and of no other, where all are granted', () => {
    const audience = audienceOf({});
    const [all, listed] = [grant('A', 'all'), grant('B', ['orders:read', 'orders:write'])];
    const proven = proveGrants(audience, '', catalogOf([all, listed]));
    expect(proven.map(({ scopes }) => scopes)).toEqual([2, 2]);
    expect(proven[0]?.line).toBe(proven[1]?.line);
  });

  it('is sized by the line, the largest first and equals by their client, for the grants of this API', () => {
    const list = [
      grant('B', ['orders:read']),
      grant('D', ['x'.repeat(300)]),
      grant('A', ['orders:read']),
      grant('C', ['orders:read']),
      grant('E', ['x'.repeat(900)], 'https://other.example'),
    ];
    const proven = proveGrants(audienceOf({}), '', catalogOf(list));
    expect(proven.map(({ client }) => client)).toEqual(['D', 'A', 'B', 'C']);
  });

  it('is over the budget by what it has more', () => {
    const [fits] = proveGrants(audienceOf({}), '', catalogOf([grant('M', ['x'.repeat(300)])]));
    const line = fits?.line as number;
    const overBy = (bytes: number) =>
      proveGrants(audienceOf({}, { bytes }), '', catalogOf([grant('M', ['x'.repeat(300)])]))[0]?.over;
    expect(overBy(line)).toBe(0);
    expect(overBy(line - 7)).toBe(7);
  });

  it('is none where the catalog knows no client grants', () => {
    const { clientGrants: _, ...catalog } = catalogOf([]);
    expect(proveGrants(audienceOf({}), '', catalog)).toEqual([]);
  });
});
