// Each term of the proof: its bytes, and the assumption that it rests on.
import { describe, expect, it } from 'vitest';
import { dependsOnSelected, proveToken, type TokenProof } from '../../src/budget/token-proof.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { readConfig } from '../../src/config/config.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

const API = 'https://orders.example';
const permissions: Catalog['permissions'] = [
  { name: 'orders:read', audience: API },
  { name: 'orders:refund', audience: API },
  { name: 'plain' },
  { name: 'other', audience: 'https://other.example' },
];

interface Case {
  readonly token?: object;
  readonly audience?: object;
  readonly api?: object;
  readonly sample?: Record<string, unknown>;
}

function inputOf({ token = {}, audience = {}, api, sample = {} }: Case) {
  const config = {
    catalog: 'catalog.json',
    claim: 'pz',
    token,
    audiences: { orders: { audience: API, globs: ['*'], ...audience } },
  };
  const { audiences } = readConfig(parseSourceText('claimgen.config.json', JSON.stringify(config)));
  const catalog: Catalog = {
    permissions,
    roles: [],
    apis:
      api === undefined
        ? []
        : [
            { identifier: 'https://other.example', tokenDialect: 'access_token_authz' },
            { identifier: API, ...api },
          ],
    notes: [],
  };
  return { audience: audiences[0] as (typeof audiences)[number], environment: '', catalog, sample };
}

function proofOf(each: Case): TokenProof {
  return proveToken({
    ...inputOf(each),
    claimBytes: 100,
    selected: new Map(
      permissions
        .filter(({ name }) => name !== 'orders:refund')
        .map((permission) => [permission.name, permission]),
    ),
  });
}

function termOf(each: Case, wanted: string): readonly [bytes: number, assumption: string] | undefined {
  const term = proofOf(each).terms.find(({ name }) => name === wanted);
  return term && [term.bytes, term.assumption];
}

/** The bytes of a claim in a payload. */
function member(name: string, value: unknown): number {
  return Buffer.byteLength(JSON.stringify({ [name]: value })) - 2;
}

describe('the terms of a token', () => {
  it('have the slash that the issuers of Auth0 end in, with or without it in the config', () => {
    const line = (issuer: string) => proofOf({ token: { issuer } }).line;
    expect(line('https://acme.eu.auth0.com')).toBe(line('https://acme.eu.auth0.com/'));
  });

  it('name scopes with any white space between them, as a block of YAML has it', () => {
    for (const scope of ['all', 'openid', 'openid orders:read', '']) {
      const written = `\n  ${scope.replaceAll(' ', ' \n\t')}\n`;
      expect(proofOf({ token: { scope: written } })).toEqual(proofOf({ token: { scope } }));
    }
  });

  // So lints let the build pass where the tenant has the other one (lint/api-lints.ts).
  it('are longer in the profile rfc9068, whatever ids clients have', () => {
    for (const clientIdBytes of [1, 32, 500]) {
      const [auth0, rfc9068] = ['auth0', 'rfc9068'].map(
        (profile) => proofOf({ token: { profile, clientIdBytes } }).line,
      );
      expect(rfc9068).toBeGreaterThan(auth0 as number);
    }
  });

  it('are these by default', () => {
    expect(proofOf({}).terms).toMatchInlineSnapshot(`
      [
        {
          "assumption": "an issuer of up to 42 characters (token.issuer states it)",
          "bytes": 50,
          "name": "iss",
        },
        {
          "assumption": "user ids of up to 60 bytes",
          "bytes": 68,
          "name": "sub",
        },
        {
          "assumption": "the API, and userinfo where openid is requested",
          "bytes": 85,
          "name": "aud",
        },
        {
          "assumption": "seconds until the year 2286",
          "bytes": 16,
          "name": "iat",
        },
        {
          "assumption": "seconds until the year 2286",
          "bytes": 16,
          "name": "exp",
        },
        {
          "assumption": "clients request at most: openid profile email offline_access",
          "bytes": 45,
          "name": "scope",
        },
        {
          "assumption": "a login to an organization",
          "bytes": 31,
          "name": "org_id",
        },
        {
          "assumption": "up to 32 characters",
          "bytes": 40,
          "name": "azp",
        },
        {
          "assumption": "the longest grant types",
          "bytes": 34,
          "name": "gty",
        },
        {
          "assumption": "any set of the selected permissions",
          "bytes": 105,
          "name": "pz",
        },
      ]
    `);
    expect(proofOf({}).notes).toEqual([]);
  });

  it('are these of a token as RFC 9068 has it, for an organization, where the issuer is stated', () => {
    const token = {
      profile: 'rfc9068',
      organization: true,
      organizationName: true,
      issuer: 'https://a.eu.auth0.com/',
      clientIdBytes: 20,
      subjectBytes: 10,
    };
    expect(proofOf({ token }).terms).toMatchInlineSnapshot(`
      [
        {
          "assumption": "https://a.eu.auth0.com/",
          "bytes": 31,
          "name": "iss",
        },
        {
          "assumption": "user ids of up to 10 bytes",
          "bytes": 18,
          "name": "sub",
        },
        {
          "assumption": "the API, and userinfo where openid is requested",
          "bytes": 66,
          "name": "aud",
        },
        {
          "assumption": "seconds until the year 2286",
          "bytes": 16,
          "name": "iat",
        },
        {
          "assumption": "seconds until the year 2286",
          "bytes": 16,
          "name": "exp",
        },
        {
          "assumption": "clients request at most: openid profile email offline_access",
          "bytes": 45,
          "name": "scope",
        },
        {
          "assumption": "a login to an organization",
          "bytes": 31,
          "name": "org_id",
        },
        {
          "assumption": "organization names in tokens, up to 50 characters",
          "bytes": 63,
          "name": "org_name",
        },
        {
          "assumption": "up to 20 characters",
          "bytes": 34,
          "name": "client_id",
        },
        {
          "assumption": "22 characters",
          "bytes": 30,
          "name": "jti",
        },
        {
          "assumption": "any set of the selected permissions",
          "bytes": 105,
          "name": "pz",
        },
      ]
    `);
  });

  it('make up the payload with its commas and braces', () => {
    for (const token of [{}, { organization: true }, { profile: 'rfc9068' }]) {
      const { terms, payload } = proofOf({ token });
      expect(payload).toBe(terms.reduce((sum, { bytes }) => sum + bytes, 0) + (terms.length - 1) + 2);
    }
  });

  it('have the claim as large as it is proven, named as the config names it', () => {
    expect(termOf({}, 'pz')).toEqual([5 + 100, 'any set of the selected permissions']);
    expect(
      termOf({ audience: { claim: 'https://é.example/"p"', grant: 'requested' } }, 'https://é.example/"p"'),
    ).toEqual([
      member('https://é.example/"p"', 0) - 1 + 100,
      'any set of the selected permissions that clients request',
    ]);
  });

  it.each([
    ['openid', [API, `https://${'i'.repeat(33)}/userinfo`]],
    ['orders:read openid', [API, `https://${'i'.repeat(33)}/userinfo`]],
    ['orders:read openid2', API],
    ['all', [API, `https://${'i'.repeat(33)}/userinfo`]],
  ])('have userinfo in the audience where %j has openid', (scope, aud) => {
    expect(termOf({ token: { scope } }, 'aud')?.[0]).toBe(member('aud', aud));
  });

  it.each([
    ['openid orders:read', {}, 'openid orders:read', 'clients request at most: openid orders:read'],
    [
      'openid orders:read',
      { action: { scopes: 'strip' } },
      'openid',
      "clients request at most: openid orders:read; the Action removes the API's own",
    ],
    [
      'all',
      {},
      'openid profile email offline_access orders:refund orders:read plain',
      'the standard scopes and every scope of the API',
    ],
    [
      'all',
      { action: { scopes: 'strip' } },
      'openid profile email offline_access',
      "the standard scopes and every scope of the API; the Action removes the API's own",
    ],
  ])('have what clients request as scope: %j with %j', (scope, audience, value, assumption) => {
    expect(termOf({ token: { scope }, audience }, 'scope')).toEqual([member('scope', value), assumption]);
  });
});

describe('the payload of token.sample', () => {
  it('counts where it has more than is assumed, and what nothing is assumed of', () => {
    const sample = {
      sub: 's'.repeat(90),
      azp: 'c',
      'https://acme.example/é': { tenant: ['a', null] },
      // As it is without a claim of claimgen's.
      pz: 'x'.repeat(5000),
    };
    expect(termOf({ sample }, 'sub')).toEqual([member('sub', sample.sub), 'as in token.sample']);
    expect(termOf({ sample }, 'azp')).toEqual(termOf({}, 'azp'));
    expect(termOf({ sample }, 'https://acme.example/é')).toEqual([
      member('https://acme.example/é', { tenant: ['a', null] }),
      'as in token.sample',
    ]);
    expect(termOf({ sample }, 'pz')).toEqual(termOf({}, 'pz'));
    expect(proofOf({ sample }).terms.filter(({ name }) => name === 'pz')).toHaveLength(1);
  });

  it('says no more where it has as much as is assumed', () => {
    expect(termOf({ sample: { sub: 's'.repeat(60) } }, 'sub')).toEqual([
      member('sub', 's'.repeat(60)),
      'user ids of up to 60 bytes',
    ]);
    expect(termOf({ sample: { sub: 's'.repeat(61) } }, 'sub')).toEqual([
      member('sub', 's'.repeat(61)),
      'as in token.sample',
    ]);
  });

  it('loses the scopes that the Action removes', () => {
    const scope = `orders:read ${'x'.repeat(50)} orders:refund`;
    const token = { scope: 'openid' };
    expect(termOf({ token, sample: { scope } }, 'scope')?.[0]).toBe(member('scope', scope));
    expect(
      termOf({ token, sample: { scope }, audience: { action: { scopes: 'strip' } } }, 'scope')?.[0],
    ).toBe(member('scope', 'x'.repeat(50)));
    // Other claims keep what they say.
    const note = { note: scope };
    expect(termOf({ token, sample: note, audience: { action: { scopes: 'strip' } } }, 'note')?.[0]).toBe(
      member('note', scope),
    );
    // What is no string has no scopes.
    const list = ['orders:read', 'y'.repeat(60)];
    expect(
      termOf({ token, sample: { scope: list }, audience: { action: { scopes: 'strip' } } }, 'scope')?.[0],
    ).toBe(member('scope', list));
  });
});

describe("Auth0's own claim", () => {
  // Those of the API, selected or not, and selected ones of no API.
  const all = ['orders:read', 'orders:refund', 'plain'];

  it.each([
    ['access_token_authz', {}],
    ['rfc9068_profile_authz', { enforcePolicies: true }],
  ])('is a term where token_dialect is %s with %j', (tokenDialect, more) => {
    const api = { tokenDialect, ...more };
    expect(termOf({ api }, 'permissions')).toEqual([
      member('permissions', all),
      `every permission of the API, as its token_dialect is ${tokenDialect}`,
    ]);
    // The catalog knows: what the sample had is no longer.
    const sample = { permissions: ['z'.repeat(500)] };
    expect(termOf({ api, sample }, 'permissions')?.[0]).toBe(member('permissions', all));
    expect(proofOf({ api, sample }).notes).toEqual([]);
  });

  it.each([
    [{ tokenDialect: 'access_token' }],
    [{ tokenDialect: 'access_token_authz', enforcePolicies: false }],
  ])('is none where the API is %j, also where the sample has it, which is said', (api) => {
    expect(termOf({ api }, 'permissions')).toBeUndefined();
    expect(proofOf({ api }).notes).toEqual([]);
    const sample = { permissions: ['orders:read'] };
    expect(termOf({ api, sample }, 'permissions')).toBeUndefined();
    expect(proofOf({ api, sample }).notes).toEqual([
      "token.sample has Auth0's own permissions claim; it is not counted, as the catalog says that the API has it off.",
    ]);
    expect(proofOf({ api, sample }).line).toBe(proofOf({ api }).line);
  });

  it('is a term where the sample has it and the catalog does not say: all of the API, or what the sample has', () => {
    const assumption = "every permission of the API, as token.sample has Auth0's own claim";
    for (const api of [undefined, {}, { enforcePolicies: true }]) {
      const of = (sample: Record<string, unknown>) => ({ ...(api === undefined ? {} : { api }), sample });
      expect(termOf(of({ permissions: [] }), 'permissions')).toEqual([
        member('permissions', all),
        assumption,
      ]);
      const longer = ['z'.repeat(500)];
      expect(termOf(of({ permissions: longer }), 'permissions')).toEqual([
        member('permissions', longer),
        assumption,
      ]);
      expect(proofOf(of({ permissions: longer })).notes).toEqual([]);
    }
    expect(termOf({}, 'permissions')).toBeUndefined();
  });
});

it('the line depends on what is selected where scopes are removed or all requested, and where Auth0’s own claim is', () => {
  expect(dependsOnSelected(inputOf({}))).toBe(false);
  expect(dependsOnSelected(inputOf({ audience: { action: { scopes: 'strip' } } }))).toBe(true);
  expect(dependsOnSelected(inputOf({ token: { scope: 'all' } }))).toBe(true);
  expect(dependsOnSelected(inputOf({ api: { tokenDialect: 'access_token_authz' } }))).toBe(true);
  expect(
    dependsOnSelected(inputOf({ api: { tokenDialect: 'access_token' }, sample: { permissions: [] } })),
  ).toBe(false);
  expect(dependsOnSelected(inputOf({ sample: { permissions: [] } }))).toBe(true);
});
