import { encodeClaim } from '@claimgen/action-runtime';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportAudience } from '../../src/budget/audience-report.ts';
import { jsonBytes } from '../../src/budget/worst-claim.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { readConfig } from '../../src/config/config.ts';
import { SizeHistogram } from '../../src/model/size-histogram.ts';
import { claimTable } from '../../src/plan/claim-table.ts';
import { planProject } from '../../src/plan/plan.ts';
import { TokenSizes } from '../../src/sizing/token-size.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 30);

const config = (encoding: string, asOf: boolean) =>
  readConfig(
    parseSourceText(
      'claimgen.config.json',
      JSON.stringify({
        catalog: 'c.json',
        claim: 'https://acme.example/permissions',
        action: { source: ['roles', { event: 'user.app_metadata.permissions' }], asOf },
        audiences: { orders: { audience: 'https://orders.example', globs: ['*'], encoding } },
      }),
    ),
  );

const people = fc.record({
  roles: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.uniqueArray(fc.nat(79), { maxLength: 60 }), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
  direct: fc.uniqueArray(fc.nat(79), { maxLength: 9 }),
  id: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
  encoding: fc.constantFrom('bitset', 'names'),
  asOf: fc.boolean(),
});

describe('the size of a modelled or real user', () => {
  let key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  beforeAll(async () => {
    key = (await generateKeyPair('RS256', { extractable: true })).privateKey;
    expect((await exportJWK(key)).kty).toBe('RSA');
  });

  it('is that of a token really signed with what the proof assumes', async () => {
    await fc.assert(
      fc.asyncProperty(people, async ({ roles, direct, id, encoding, asOf }) => {
        const names = Array.from({ length: 80 }, (_, index) => `orders:${index}`);
        const pick = (indexes: readonly number[]) =>
          indexes.map((index) => ({ name: names[index] as string }));
        const catalog: Catalog = {
          permissions: names.map((name) => ({ name })),
          roles: Object.entries(roles).map(([name, held]) => ({ name, permissions: pick(held) })),
          apis: [],
          notes: [],
        };
        const { audiences } = planProject({
          config: config(encoding, asOf),
          catalogs: new Map([['', catalog]]),
          lock: new Map(),
          environment: '',
          samples: new Map(),
        });
        const plan = audiences[0] as (typeof audiences)[number];
        const { audience } = plan;
        const { proof } = reportAudience(plan, undefined);
        const size = new TokenSizes(plan).measure({
          id,
          roles: Object.keys(roles),
          direct: pick(direct),
          fields: {},
        });

        const table = claimTable(audience, plan.layout);
        const held = new Set([...direct, ...Object.values(roles).flat()].map((index) => names[index]));
        const places = table.names.flatMap((name, place) => (held.has(name) ? [place] : []));
        const claim = encodeClaim(table, places);
        expect(size.claim).toBe(jsonBytes(claim));
        const payload = Object.fromEntries(
          proof.terms.map(({ name, bytes }): [string, unknown] => {
            if (name === 'sub') return [name, id];
            if (name === audience.claim) return [name, claim];
            return [name, 'x'.repeat(bytes - jsonBytes(name) - 1 - 2)];
          }),
        );
        const token = await new SignJWT(payload)
          .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k'.repeat(audience.token.keyIdBytes) })
          .sign(key);
        expect(size.line).toBe(`Authorization: Bearer ${token}\r\n`.length);
      }),
      { numRuns: runs },
    );
  });
});

describe('quantiles', () => {
  it('are those of the sorted list', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5000), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 100 }),
        (sizes, percent) => {
          const histogram = new SizeHistogram();
          for (const size of sizes) histogram.add(size);
          const sorted = sizes.toSorted((a, b) => a - b);
          const rank = Math.max(1, Math.ceil((percent / 100) * sizes.length));
          expect(histogram.quantile(percent / 100)).toBe(sorted[rank - 1]);
          expect(histogram.quantiles().max).toBe(sorted.at(-1));
          expect(histogram.between(0, 6000)).toBe(sizes.length);
        },
      ),
      { numRuns: runs },
    );
  });
});
