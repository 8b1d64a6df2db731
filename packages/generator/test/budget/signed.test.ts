import fc from 'fast-check';
import { generateKeyPair, SignJWT } from 'jose';
import { beforeAll, expect, it, vi } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { flows } from '#simulator/event/login-description';
import { loadAction } from '#simulator/host/action-host';
import { issueAccessToken } from '#simulator/host/issue-token';
import type { AudienceReport } from '../../src/budget/audience-sizes.ts';
import { projectFolder } from '../project-folder.ts';

// A build, an Action and two signatures a run.
// A key pair, a build and a signature for each run.
vi.setConfig({ testTimeout: 900_000 });

const runs = Math.ceil(Number(process.env['CLAIMGEN_RUNS'] ?? 24) / 2);

const permission = fc.stringMatching(/^[a-d]{1,3}[:/][a-zé"\\😀]{1,20}$/u);

const catalogs = fc
  .record({
    own: fc.uniqueArray(permission, { minLength: 1, maxLength: 60 }),
    roles: fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,8}$/), fc.array(fc.nat(59), { maxLength: 40 }), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  })
  .map(({ own, roles }) => ({
    permissions: own,
    roles: Object.fromEntries(
      Object.entries(roles).map(([name, indexes]) => [
        name,
        [...new Set(indexes.flatMap((index) => own[index] ?? []))],
      ]),
    ),
  }));

const configs = fc.record({
  encoding: fc.constantFrom('bitset', 'names'),
  globs: fc.constantFrom(['*'], ['*', '!a*'], ['{a,b,c}*', 'd*']),
  claim: fc.constantFrom('https://acme.example/permissions', 'pz', 'https://é.example/"quoted"'),
  identifier: fc.constantFrom('https://orders.example', 'urn:orders', 'https://é.example/"x"'),
  profile: fc.constantFrom('auth0' as const, 'rfc9068' as const),
  scopes: fc.constantFrom('keep', 'strip'),
  scope: fc.constantFrom('openid', 'openid profile email offline_access', 'all'),
  organization: fc.boolean(),
  issuer: fc.constantFrom('https://acme.eu.auth0.com/', 'https://login.é.example/'),
  algorithm: fc.constantFrom('RS256', 'PS256'),
});

const users = fc.record({
  // 60 bytes of JSON are assumed; escapes take more than a byte a character.
  id: fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme-ascii' }),
  roles: fc.array(fc.nat(4), { maxLength: 5 }),
  held: fc.array(fc.nat(59), { maxLength: 60 }),
  scopes: fc.array(fc.nat(59), { maxLength: 60 }),
  all: fc.boolean(),
  flow: fc.constantFrom(...flows.filter((flow) => flow !== 'refresh-other-audience' && flow !== 'minimal')),
  inOrganization: fc.boolean(),
  clientId: fc.string({ minLength: 1, maxLength: 32, unit: fc.constantFrom('a', 'Z', '9') }),
});

let keys: ReadonlyMap<string, Awaited<ReturnType<typeof generateKeyPair>>['privateKey']>;
beforeAll(async () => {
  const algorithms = ['RS256', 'PS256'];
  const made = await Promise.all(
    algorithms.map(async (name) => [name, (await generateKeyPair(name)).privateKey] as const),
  );
  keys = new Map(made);
});

it('no token that the emitted Action leads to is larger than the proof says, for any catalog, config and user', async () => {
  const seen = { largest: 0, tokens: 0 };
  await fc.assert(
    fc.asyncProperty(
      catalogs,
      configs,
      fc.array(users, { minLength: 1, maxLength: 2 }),
      async (catalog, config, people) => {
        const { encoding, globs, claim, identifier, scopes, issuer, ...token } = config;
        const folder = projectFolder({
          'catalog.json': JSON.stringify(catalog),
          'claimgen.config.json': JSON.stringify({
            catalog: 'catalog.json',
            claim,
            action: {
              name: 'a',
              scopes,
              source: ['roles', { event: 'user.app_metadata.permissions', organizations: 'tenant-wide' }],
            },
            budget: { bytes: 100_000 },
            token: { ...token, issuer },
            audiences: { orders: { audience: identifier, encoding, globs } },
          }),
        });
        const { out, error, exitCode } = await folder.claimgen('build --json');
        // A selection that comes out empty, or a claim name that is refused, is no build.
        fc.pre(exitCode === 0);
        expect(error).toBe('');
        const { proof } = JSON.parse(out).audiences[0] as AudienceReport;
        const action = loadAction(folder.read('claimgen/actions/a/code.js'));
        const roleNames = Object.keys(catalog.roles);
        const known = catalog.permissions;
        for (const { id, roles, held, all, flow, inOrganization, clientId, scopes: asked } of people) {
          const event = loginEvent({
            flow,
            audience: identifier,
            client: { id: clientId },
            user: {
              id,
              roles: roles.flatMap((index) => roleNames[index] ?? []),
              appMetadata: { permissions: all ? known : held.flatMap((index) => known[index] ?? []) },
            },
            scopes:
              token.scope === 'all'
                ? [
                    'openid',
                    'profile',
                    'email',
                    'offline_access',
                    ...new Set(asked.flatMap((index) => known[index] ?? [])),
                  ]
                : token.scope.split(' '),
            ...(inOrganization && token.organization
              ? { organization: { id: `org_${'o'.repeat(16)}`, name: 'acme' } }
              : {}),
          });
          const payload = issueAccessToken(
            await action.login(event),
            event,
            { issuer, profile: token.profile, organizationNames: true },
            { at: 1_800_000_000, id: 'j'.repeat(22) },
          );
          if (payload === undefined) throw new Error('no token');
          const signed = await new SignJWT({ ...payload })
            .setProtectedHeader({
              alg: token.algorithm,
              typ: token.profile === 'auth0' ? 'JWT' : 'at+jwt',
              kid: 'k'.repeat(54),
            })
            .sign(keys.get(token.algorithm) as never);
          const line = Buffer.byteLength(`Authorization: Bearer ${signed}\r\n`);
          expect(line).toBeLessThanOrEqual(proof.line);
          seen.tokens++;
          seen.largest = Math.max(seen.largest, line);
        }
      },
    ),
    { numRuns: runs },
  );
  expect(seen.tokens).toBeGreaterThanOrEqual(runs);
  expect(seen.largest).toBeGreaterThan(600);
});
