import fc from 'fast-check';
import { generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AudienceReport } from '../../src/budget/audience-sizes.ts';
import { proveGrants } from '../../src/budget/grant-proof.ts';
import { readConfig } from '../../src/config/config.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';
import { projectFolder } from '../project-folder.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 30);

const API = 'https://orders.example';
const scopes = Array.from({ length: 200 }, (_, index) => `orders:service${index}:write`);

function tenant(grants: readonly object[], dialect = 'access_token') {
  return {
    'tenant/resource-servers/orders.json': JSON.stringify({
      name: 'Orders',
      identifier: '##API##',
      enforce_policies: true,
      token_dialect: dialect,
      scopes: scopes.map((value) => ({ value })),
    }),
    ...Object.fromEntries(
      grants.map((grant, index) => [`tenant/grants/${index}.json`, JSON.stringify(grant)]),
    ),
    'claimgen.config.json': JSON.stringify({
      catalog: 'tenant',
      keywords: { API },
      claim: 'https://acme.example/permissions',
      budget: { bytes: 4000 },
      // Machines alone: no role grants anything.
      audiences: { orders: { audience: API, globs: ['*'], allowNobody: true } },
    }),
  };
}

const grant = (client: string, scope: readonly string[], more: object = {}) => ({
  client_id: client,
  audience: '##API##',
  scope,
  ...more,
});

async function checked(grants: readonly object[], dialect?: string) {
  const folder = projectFolder(tenant(grants, dialect));
  const { out } = await folder.claimgen('check --json');
  const { audiences, failures, fits } = JSON.parse(out);
  return { orders: audiences[0] as AudienceReport, failures: failures as { code: string }[], fits, folder };
}

describe('client grants of the catalog', () => {
  it('are sized by the scopes that stand in the tokens, the largest first', async () => {
    const { orders, fits, failures } = await checked([
      grant('Small', scopes.slice(0, 2)),
      grant('Large', scopes.slice(0, 90)),
      grant('Elsewhere', scopes, { audience: 'https://other.example' }),
      grant('Users', scopes, { subject_type: 'user' }),
    ]);
    expect(orders.grants.map(({ client, scopes: count }) => [client, count])).toEqual([
      ['Large', 90],
      ['Small', 2],
    ]);
    expect(fits).toBe(true);
    expect(failures.map(({ code }) => code)).toEqual(['stale']);
    expect(orders.notes.join(' ')).toContain('Machines: 2 client grants');
  });

  it('fail the check where a machine could pass the budget, with a line for each', async () => {
    const { failures, fits, folder } = await checked([
      grant('All', [], { allow_all_scopes: true }),
      grant('Few', scopes.slice(0, 3)),
    ]);
    expect(fits).toBe(false);
    expect(failures.map(({ code }) => code)).toEqual(['grant_budget', 'stale']);
    const { out, exitCode } = await folder.claimgen('check --junit junit.xml');
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /^FAILED grant_budget: orders: the client "All" can send [\d,]+ bytes with the 200 scopes/m,
    );
    expect(folder.read('junit.xml')).toContain('grant_budget');
  });

  it('count the stock claim, too, where the API has it on', async () => {
    const list = [grant('One', scopes.slice(0, 30))];
    const plain = await checked(list);
    const authz = await checked(list, 'access_token_authz');
    const [without, within] = [plain, authz].map(({ orders }) => orders.grants[0]?.line ?? 0);
    expect(within).toBeGreaterThan((without ?? 0) + JSON.stringify(scopes.slice(0, 30)).length);
  });

  it('are read from tenant.yaml', async () => {
    const files = tenant([]);
    const folder = projectFolder({
      'claimgen.config.json': files['claimgen.config.json'].replace('"tenant"', '"tenant.yaml"'),
      'tenant.yaml': `resourceServers:\n  - { name: O, identifier: "##API##", scopes: [{ value: a:b }] }\nclientGrants:\n  - { client_id: M, audience: "##API##", scope: ["a:b"] }\n`,
    });
    const { out } = await folder.claimgen('check --json');
    expect(JSON.parse(out).audiences[0].grants).toMatchObject([{ client: 'M', scopes: 1 }]);
  });

  it.each([
    [{ client_id: 'a', scope: [] }, /grants\/0\.json:1:1: there is no "audience" here/],
    [{ client_id: 'a', audience: API, scope: 'x' }, /grants\/0\.json:1:\d+: scope: "scope" must be an array/],
    [['x'], /grants\/0\.json:1:1: there is no "audience" here/],
  ])('refuse %j', async (bad, message) => {
    const { exitCode, error } = await projectFolder(tenant([bad])).claimgen('check');
    expect(exitCode).toBe(2);
    expect(error).toMatch(message);
  });

  it('need neither client nor scope: what they leave open counts with all that it may be', async () => {
    const { orders } = await checked([{ audience: API }]);
    expect(orders.grants).toMatchObject([{ client: 'a client without a name', scopes: scopes.length }]);
  });
});

describe('the bound for machines', () => {
  let key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  beforeAll(async () => {
    key = (await generateKeyPair('RS256')).privateKey;
  });

  it('is passed by no token really signed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[a-zé:"\\/]{1,20}$/), { maxLength: 60 }),
        fc.constantFrom('auth0', 'rfc9068'),
        fc.string({ minLength: 1, maxLength: 32, unit: fc.constantFrom('a', 'Z', '9') }),
        fc.boolean(),
        async (granted, profile, client, organization) => {
          const { audiences } = readConfig(
            parseSourceText(
              'claimgen.config.json',
              JSON.stringify({
                catalog: 'c.json',
                claim: 'https://acme.example/permissions',
                token: { profile, organization, issuer: 'https://acme.eu.auth0.com/' },
                audiences: { orders: { audience: API, globs: ['*'] } },
              }),
            ),
          );
          const catalog = {
            permissions: [],
            roles: [],
            apis: [],
            notes: [],
            clientGrants: [{ client, audience: API, scopes: granted }],
          };
          const [proven] = proveGrants(audiences[0] as (typeof audiences)[number], '', catalog);
          const token = await new SignJWT({
            iss: 'https://acme.eu.auth0.com/',
            sub: `${client}@clients`,
            aud: API,
            iat: 1_800_000_000,
            exp: 1_800_086_400,
            ...(granted.length === 0 ? {} : { scope: granted.join(' ') }),
            ...(organization ? { org_id: 'org_0123456789abcdef' } : {}),
            ...(profile === 'auth0'
              ? { gty: 'client-credentials', azp: client }
              : { client_id: client, jti: 'j'.repeat(22) }),
          })
            .setProtectedHeader({
              alg: 'RS256',
              typ: profile === 'auth0' ? 'JWT' : 'at+jwt',
              kid: 'k'.repeat(30),
            })
            .sign(key);
          expect(`Authorization: Bearer ${token}\r\n`.length).toBeLessThanOrEqual(proven?.line ?? 0);
        },
      ),
      { numRuns: runs },
    );
  });
});
