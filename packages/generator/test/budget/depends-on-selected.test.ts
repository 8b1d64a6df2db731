import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dependsOnSelected, proveToken } from '../../src/budget/token-proof.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { readConfig } from '../../src/config/config.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 300);
const API = 'https://orders.example';

it('the selected permissions count for nothing but the claim, unless the proof says that they do', () => {
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(
      fc.record({
        scopes: fc.constantFrom('keep', 'strip'),
        scope: fc.constantFrom('openid', 'all', 'openid orders:1 plain:1'),
        dialect: fc.constantFrom(undefined, 'access_token', 'access_token_authz', 'rfc9068_profile_authz'),
        enforcePolicies: fc.boolean(),
        sample: fc.constantFrom({}, { permissions: ['plain:1'] }, { scope: 'openid plain:1 orders:1' }),
        chosen: fc.array(fc.nat(5), { minLength: 1 }),
      }),
      ({ scopes, scope, dialect, enforcePolicies, sample, chosen }) => {
        const config = {
          catalog: 'catalog.json',
          claim: 'pz',
          token: { scope },
          action: { scopes },
          audiences: { orders: { audience: API, globs: ['*'] } },
        };
        const [audience] = readConfig(
          parseSourceText('claimgen.config.json', JSON.stringify(config)),
        ).audiences;
        if (audience === undefined) throw new Error('no audience');
        const permissions = ['orders:1', 'orders:2', 'orders:3']
          .map((name): Catalog['permissions'][number] => ({ name, audience: API }))
          .concat([{ name: 'plain:1' }, { name: 'plain:2' }, { name: 'plain:33' }]);
        const api = { identifier: API, enforcePolicies };
        const catalog: Catalog = {
          permissions,
          roles: [],
          apis: [dialect === undefined ? api : { ...api, tokenDialect: dialect }],
          notes: [],
        };
        const input = { audience, environment: '', catalog, sample };
        const lineOf = (selected: Catalog['permissions']) =>
          proveToken({
            ...input,
            claimBytes: 100,
            selected: new Map(selected.map((permission) => [permission.name, permission])),
          }).line;
        const some = permissions.filter((_, index) => chosen.includes(index));
        const depends = dependsOnSelected(input);
        seen.add(depends);
        if (!depends) expect(lineOf(some)).toBe(lineOf(permissions));
      },
    ),
    { numRuns: runs },
  );
  expect(seen.size).toBe(2);
});
