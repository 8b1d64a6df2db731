// A catalog.json is compared with the tenant line by line; what that finds is what a comparison in memory finds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CatalogChange,
  type ComparedCatalog,
  comparedCatalog,
  diffCatalogs,
} from '../../src/pull/catalog-diff.ts';
import { catalogFile } from '../../src/pull/catalog-file.ts';
import { diffCatalogFile } from '../../src/pull/diff-catalog-file.ts';
import type { TenantExport } from '../../src/pull/tenant-export.ts';

/** Few names, so that two tenants have much in common, and some that are awkward in lines. */
const NAME = fc.constantFrom('a', 'b', 'c', 'a b', '"]', '\\', 'é\u2028x', '__proto__', '],', '{"name":');
const SCOPES = fc.uniqueArray(NAME, { maxLength: 4 });
/** Auth0 leaves them out until somebody sets them. */
const SET = fc.record(
  { enforce_policies: fc.boolean(), token_dialect: fc.constantFrom('access_token', 'access_token_authz') },
  { requiredKeys: [] },
);
const API = fc.record({
  identifier: fc.constantFrom('https://one.example/', 'urn:two', '{', 'constructor'),
  name: NAME,
  scopes: SCOPES.map((names) => names.map((value) => ({ value, description: `"${value}",` }))),
  token_lifetime: fc.integer({ min: 1, max: 3 }),
  signing_alg: fc.constantFrom('RS256', 'PS256'),
  token_encryption: fc.constantFrom(null, { format: 'compact-nested-jwe' }),
});
const PERMISSION = fc.record({
  permission_name: NAME,
  resource_server_identifier: fc.constantFrom('https://one.example/', 'urn:two', 'gone'),
});
const GRANT = fc.record({ client_id: NAME, audience: fc.constantFrom('urn:two', '{'), scope: SCOPES });
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const TENANT: fc.Arbitrary<TenantExport> = fc.record({
  apis: fc
    .uniqueArray(
      fc.tuple(API, SET).map(([api, set]) => ({ ...api, ...set })),
      { selector: ({ identifier }) => identifier },
    )
    .map((apis) => apis.sort((a, b) => byText(a.identifier, b.identifier))),
  roles: fc.uniqueArray(
    fc.record({
      name: NAME,
      permissions: fc.uniqueArray(PERMISSION, { selector: (held) => JSON.stringify(held), maxLength: 4 }),
    }),
    { selector: ({ name }) => name },
  ),
  clientGrants: fc.uniqueArray(GRANT, {
    selector: ({ client_id, audience }) => JSON.stringify([client_id, audience]),
  }),
  notes: fc.constant([]),
});

const linesOf = (tenant: TenantExport): string[] => [...catalogFile(tenant)].join('').split('\n');
/** Within a kind, APIs and roles come in the order of the file. */
const inAnyOrder = (changes: readonly CatalogChange[] | undefined): string[] | undefined =>
  changes?.map((change) => JSON.stringify(change)).sort();

describe('diffCatalogFile', () => {
  it('sees RBAC and a dialect that are switched on where nobody had set them, and nothing in what they are by default', () => {
    const api = { identifier: 'urn:two', name: 'a', scopes: [], signing_alg: 'RS256', token_lifetime: 60 };
    const tenant = (more: object): TenantExport => ({
      apis: [{ ...api, ...more }],
      roles: [],
      clientGrants: [],
      notes: [],
    });
    const [unset, byDefault] = [
      tenant({}),
      tenant({ enforce_policies: false, token_dialect: 'access_token' }),
    ];
    const on = tenant({ enforce_policies: true, token_dialect: 'access_token_authz' });
    const changed = [
      { kind: 'api-setting', api: 'urn:two', setting: 'enforcePolicies', before: 'false', after: 'true' },
      {
        kind: 'api-setting',
        api: 'urn:two',
        setting: 'tokenDialect',
        before: 'access_token',
        after: 'access_token_authz',
      },
    ];
    expect(diffCatalogFile(linesOf(unset), on)).toEqual(changed);
    expect(diffCatalogFile(linesOf(byDefault), on)).toEqual(changed);
    expect(diffCatalogFile(linesOf(unset), byDefault)).toEqual([]);
    expect(diffCatalogFile(linesOf(byDefault), unset)).toEqual([]);
  });

  it('finds what a comparison of whole catalogs finds', () => {
    fc.assert(
      fc.property(TENANT, TENANT, (before, after) => {
        const whole = diffCatalogs(comparedCatalog(before), comparedCatalog(after));
        const found = diffCatalogFile(linesOf(before), after);
        expect(inAnyOrder(found)).toEqual(inAnyOrder(whole));
        expect(found?.map(({ kind }) => kind)).toEqual(whole.map(({ kind }) => kind));
        expect(diffCatalogFile(linesOf(after), after)).toEqual([]);
      }),
      { numRuns: Number(process.env['CLAIMGEN_RUNS'] ?? 300) },
    );
  });

  it('leaves a file that is not as a pull writes it to others, or reads the same from it', () => {
    fc.assert(
      fc.property(
        TENANT,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('drop', 'double', 'swap', 'cut'),
        (tenant, i, j, how) => {
          const lines = linesOf(tenant);
          const [a, b] = [i % lines.length, j % lines.length];
          const [one = '', other = ''] = [lines[a], lines[b]];
          if (how === 'drop') lines.splice(a, 1);
          else if (how === 'double') lines.splice(b, 0, one);
          else if (how === 'swap') [lines[a], lines[b]] = [other, one];
          else lines.splice(a);
          const found = diffCatalogFile(lines, tenant);
          if (found === undefined) return;
          // Commas at the ends of lines are not looked at; everything else is.
          const text = lines
            .join('\n')
            .replace(/([\]}])(?=\n\s*[{"])/gu, '$1,')
            .replace(/,(?=\n\s*[\]}])/gu, '');
          const { permissions, roles, apis, clientGrants } = JSON.parse(text);
          const catalog: ComparedCatalog = {
            permissions,
            roles: Object.entries(roles as object).map(([name, held]) => ({ name, permissions: held })),
            apis,
            clientGrants,
          };
          expect(inAnyOrder(found)).toEqual(inAnyOrder(diffCatalogs(catalog, comparedCatalog(tenant))));
        },
      ),
      { numRuns: Number(process.env['CLAIMGEN_RUNS'] ?? 300) },
    );
  });

  it.each([
    ['nothing', ''],
    ['another object', '{\n  "name": "package"\n}\n'],
    ['a list', '[]'],
    [
      'permissions as strings',
      '{\n  "permissions": [\n    "a"\n  ],\n  "roles": {},\n  "apis": [],\n  "clientGrants": []\n}\n',
    ],
    [
      'other keys',
      '{\n  "permissions": [],\n  "roles": {},\n  "apis": [],\n  "clientGrants": [],\n  "more": 1\n}\n',
    ],
    [
      'more after it',
      '{\n  "permissions": [],\n  "roles": {},\n  "apis": [],\n  "clientGrants": []\n}\nmore',
    ],
  ])('leaves %s to others, and lets go of the file', (_, text) => {
    let isOpen = true;
    function* lines(): Generator<string> {
      try {
        yield* text.split('\n');
      } finally {
        isOpen = false;
      }
    }
    const nothing: TenantExport = { apis: [], roles: [], clientGrants: [], notes: [] };
    expect(diffCatalogFile(lines(), nothing)).toBe(undefined);
    expect(isOpen).toBe(false);
  });
});
