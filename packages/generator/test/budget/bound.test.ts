import { encodeClaim } from '@claimgen/action-runtime';
import fc from 'fast-check';
import { generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { base64urlLength } from '#auth0/access-token';
import { proveToken } from '../../src/budget/token-proof.ts';
import { jsonBytes, worstClaim } from '../../src/budget/worst-claim.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import type { AudienceConfig } from '../../src/config/audience-config.ts';
import { readConfig } from '../../src/config/config.ts';
import { type AudienceLayout, activeLineage, growLayout, namesOf } from '../../src/layout/layout.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 100);

function audienceOf(overrides: object, token: object): AudienceConfig {
  const config = {
    catalog: 'c.json',
    claim: 'https://acme.example/permissions',
    token,
    audiences: { orders: { audience: 'https://orders.example', globs: ['*'], ...overrides } },
  };
  return readConfig(parseSourceText('claimgen.config.json', JSON.stringify(config)))
    .audiences[0] as AudienceConfig;
}

const names = fc.uniqueArray(fc.stringMatching(/^[a-zé"\\:]{1,12}$/), { minLength: 1, maxLength: 60 });
const tokens = fc.record(
  {
    algorithm: fc.constantFrom('RS256', 'PS256'),
    profile: fc.constantFrom('auth0', 'rfc9068'),
    scope: fc.constantFrom('openid', 'read:x', 'all', 'openid profile email offline_access'),
    subjectBytes: fc.integer({ min: 1, max: 200 }),
    organization: fc.boolean(),
    organizationName: fc.boolean(),
    issuer: fc.constantFrom('https://acme.eu.auth0.com/', 'https://é.example/'),
  },
  { requiredKeys: [] },
);

/** A layout of some generations, and the names of it that this environment has. */
const situations = fc.record({
  generations: fc.array(names, { minLength: 1, maxLength: 4 }),
  absent: fc.array(fc.nat(200), { maxLength: 40 }),
  encoding: fc.constantFrom('bitset' as const, 'names' as const),
  asOf: fc.boolean(),
  token: tokens,
  held: fc.array(fc.nat(200), { maxLength: 60 }),
});

function situate({
  generations,
  absent,
  encoding,
  asOf,
  token,
}: {
  generations: string[][];
  absent: number[];
  encoding: 'bitset' | 'names';
  asOf: boolean;
  token: object;
}) {
  const audience = audienceOf(encoding === 'bitset' ? { encoding, action: { asOf } } : { encoding }, token);
  let layout: AudienceLayout | undefined;
  for (const generation of generations) layout = growLayout('orders', layout, generation, (list) => list);
  const all = namesOf(activeLineage(layout as AudienceLayout));
  const away = new Set(absent.map((index) => all[index % all.length] as string));
  const available = all.filter((name) => !away.has(name));
  return { audience, layout: layout as AudienceLayout, all, available, holes: away.size > 0 };
}

describe('no token is larger than the proof says', () => {
  let key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  beforeAll(async () => {
    key = (await generateKeyPair('RS256')).privateKey;
  });

  it('whatever a user holds; and some set of permissions reaches the claim bound of a layout without holes', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { audience, layout, all, available, holes } = situate(situation);
        const worst = worstClaim(audience, layout, new Set(available));
        const places = [...new Set(situation.held.map((index) => index % all.length))]
          .filter((place) => available.includes(all[place] as string))
          .sort((a, b) => a - b);
        const lineage = activeLineage(layout);
        const table = {
          encoding: audience.encoding,
          ...(audience.asOf ? { asOf: 'event' as const } : {}),
          names: all,
          ids: lineage.map(({ id }) => id),
          ends: endsOf(lineage.map(({ permissions }) => permissions.length)),
        };
        expect(jsonBytes(encodeClaim(table, places))).toBeLessThanOrEqual(worst.bytes);
        expect(jsonBytes(encodeClaim(table, worst.places))).toBe(worst.reached);
        if (!holes) expect(worst.reached).toBe(worst.bytes);
      }),
      { numRuns: runs * 10 },
    );
  });

  it('for small layouts with holes, by trying every subset', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 10 }), (kept) => {
        const all = Array.from({ length: 41 }, (_, index) => `p${String(index).padStart(2, '0')}`);
        const audience = audienceOf({}, {});
        const layout = growLayout('orders', undefined, all, (list) => list);
        const available = kept.map((index) => all[index] as string);
        const { bytes, reached } = worstClaim(audience, layout, new Set(available));
        const sorted = [...kept].sort((a, b) => a - b);
        const table = { encoding: 'bitset' as const, names: all, ids: ['AAAAAA'], ends: [all.length] };
        let longest = 0;
        for (let subset = 0; subset < 2 ** sorted.length; subset++) {
          longest = Math.max(
            longest,
            jsonBytes(
              encodeClaim(
                table,
                sorted.filter((_, index) => ((subset >> index) & 1) === 1),
              ),
            ),
          );
        }
        expect(longest).toBeLessThanOrEqual(bytes);
        expect(reached).toBeLessThanOrEqual(longest);
      }),
      { numRuns: Math.ceil(runs / 5) },
    );
  });

  it('and a really signed token with everything at its assumed limit has exactly the proven size', async () => {
    await fc.assert(
      fc.asyncProperty(situations, async (situation) => {
        const { audience, layout, all, available } = situate(situation);
        const worst = worstClaim(audience, layout, new Set(available));
        const catalog: Catalog = {
          permissions: available.map((name) => ({ name, audience: 'https://orders.example' })),
          roles: [],
          apis: [],
          notes: [],
        };
        const selected = new Map(catalog.permissions.map((permission) => [permission.name, permission]));
        const proof = proveToken({
          audience,
          environment: '',
          catalog,
          selected,
          claimBytes: worst.reached,
          sample: {},
        });
        const lineage = activeLineage(layout);
        const table = {
          encoding: audience.encoding,
          ...(audience.asOf ? { asOf: 'event' as const } : {}),
          names: all,
          ids: lineage.map(({ id }) => id),
          ends: endsOf(lineage.map(({ permissions }) => permissions.length)),
        };
        const { token } = audience;
        const scope =
          token.scope === 'all'
            ? ['openid profile email offline_access', ...available].join(' ')
            : token.scope;
        // As long as any that Auth0 gives to a tenant.
        const issuer = token.issuer ?? `https://${'i'.repeat(33)}/`;
        const payload = {
          iss: issuer,
          sub: 's'.repeat(token.subjectBytes),
          aud: scope.includes('openid')
            ? ['https://orders.example', `${issuer}userinfo`]
            : 'https://orders.example',
          iat: 1700000000,
          exp: 1700086400,
          scope,
          ...(token.organization ? { org_id: `org_${'o'.repeat(16)}` } : {}),
          ...(token.organizationName ? { org_name: 'n'.repeat(50) } : {}),
          ...(token.profile === 'rfc9068'
            ? { client_id: 'c'.repeat(32), jti: 'j'.repeat(22) }
            : { azp: 'c'.repeat(32), gty: ['refresh_token', 'password'] }),
          [audience.claim]: encodeClaim(table, worst.places),
        };
        const header = {
          alg: 'RS256',
          typ: token.profile === 'rfc9068' ? 'at+jwt' : 'JWT',
          kid: 'k'.repeat(54),
        };
        const signed = await new SignJWT(payload).setProtectedHeader(header).sign(key);
        expect(`Authorization: Bearer ${signed}\r\n`.length).toBe(proof.line);
      }),
      { numRuns: Math.ceil(runs / 3) },
    );
  });

  it('base64url without padding takes four characters for three bytes', () => {
    for (let bytes = 0; bytes < 100; bytes++)
      expect(base64urlLength(bytes)).toBe(Buffer.alloc(bytes).toString('base64url').length);
  });
});

function endsOf(sizes: readonly number[]): number[] {
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return end;
  });
}
