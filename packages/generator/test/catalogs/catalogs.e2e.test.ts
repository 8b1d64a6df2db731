import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVerifier, hasPermission, type Layout } from '@claimgen/verifier';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { loadAction } from '#simulator/host/action-host';
import { issueAccessToken } from '#simulator/host/issue-token';
import { runOnNode } from '#simulator/host/run-on-node';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { readCatalogFile } from '../../src/catalog/catalog-file.ts';
import { run } from '../../src/run.ts';
import { type ModelUser, modelUsers } from './population.ts';

const data = process.env['CLAIMGEN_DATA'];
const USERS = 500;

const HOSTILE = [
  '',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  '*',
  '.*',
  'orders:*',
  '\u0000',
  '\ud800',
  'a'.repeat(280),
  '{{x}}',
  '##ENV##',
  "'",
  '"',
  '\\',
  '</script>',
];

/** Each audience of the config, and which names of the catalog it takes, told without claimgen. */
const AUDIENCES: readonly { readonly name: string; readonly takes: (name: string) => boolean }[] = [
  { name: 'all', takes: () => true },
  // globs: ["*", "!*a*e*"]
  { name: 'some', takes: (name) => !/a.*e/su.test(name) },
  // globs: ["*r*e*a*d*", "{*e*t*,*i*s?}"], encoding: names
  {
    name: 'names',
    takes: (name) => /r.*e.*a.*d/su.test(name) || /e.*t|i.*s.$/su.test(name),
  },
];

const CONFIG = (catalog: string) => ({
  catalog,
  claim: 'https://acme.example/permissions',
  action: { name: 'permissions', source: ['roles', { event: 'user.app_metadata.permissions' }] },
  budget: { bytes: 200_000 },
  audiences: {
    all: { audience: 'https://all.example', globs: ['*'] },
    some: { audience: 'https://some.example', globs: ['!*a*e*', '*'] },
    names: { audience: 'https://names.example', globs: ['*r*e*a*d*', '{*e*t*,*i*s?}'], encoding: 'names' },
  },
});

describe.skipIf(data === undefined)(
  'the emitted Action, signed tokens and the verifier agree on every permission of real catalogs',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'claimgen-catalogs-'));
    let keys: Awaited<ReturnType<typeof generateKeyPair>>;
    let server: Server;
    let issuer: string;

    beforeAll(async () => {
      keys = await generateKeyPair('RS256');
      const jwks = JSON.stringify({
        keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }],
      });
      server = createServer((_, response) =>
        response.setHeader('content-type', 'application/json').end(jwks),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });

    afterAll(() => {
      server.close();
      rmSync(folder, { recursive: true });
    });

    const sign = (payload: Record<string, unknown>) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k1' }).sign(keys.privateKey);

    async function build(
      name: string,
    ): Promise<{ catalog: Catalog; code: string; layouts: ReadonlyMap<string, Layout> }> {
      const file = join(data as string, `${name}.json`);
      const tenant = mkdtempSync(join(folder, name));
      writeFileSync(join(tenant, 'claimgen.config.json'), JSON.stringify(CONFIG(file)));
      const errors: string[] = [];
      const code = await run({
        args: ['build'],
        cwd: tenant,
        version: '0',
        readStdin: async () => '',
        out: () => {},
        error: (text) => errors.push(text),
      });
      expect([code, ...errors]).toEqual([0]);
      const read = (path: string) => readFileSync(join(tenant, 'claimgen', path), 'utf8');
      return {
        catalog: readCatalogFile({ file, text: readFileSync(file, 'utf8') }),
        code: read('actions/permissions/code.js'),
        layouts: new Map(
          AUDIENCES.map((audience) => [
            audience.name,
            JSON.parse(read(`verifier/${audience.name}.json`)) as Layout,
          ]),
        ),
      };
    }

    const login = (user: ModelUser, audience: string) =>
      loginEvent({
        audience: `https://${audience}.example`,
        user: {
          id: user.id,
          roles: [...user.roles],
          appMetadata: { permissions: [...user.permissions, ...HOSTILE] },
        },
        scopes: ['openid', 'profile'],
      });

    for (const name of ['npsp', 'openshift', 'mattermost', 'auth0mgmt', 'github']) {
      it(`${name}, for ${USERS} users`, async () => {
        const { catalog, code, layouts } = await build(name);
        const action = loadAction(code);
        const rolePermissions = new Map(
          catalog.roles.map((role) => [role.name, role.permissions.map((permission) => permission.name)]),
        );
        for (const { name: audience, takes } of AUDIENCES) {
          const verifier = createVerifier({
            issuer,
            layout: layouts.get(audience) as Layout,
            maxTokenLength: 1_000_000,
          });
          let granted = 0;
          for (const user of modelUsers(catalog, USERS, 20261122)) {
            const held = new Set([
              ...user.permissions,
              ...user.roles.flatMap((role) => rolePermissions.get(role) ?? []),
            ]);
            const event = login(user, audience);
            const payload = issueAccessToken(
              await action.login(event),
              event,
              { issuer },
              { at: Math.floor(Date.now() / 1000), id: 'j' },
            );
            const access = await verifier.verify(await sign({ ...payload }));
            const wrong = [...catalog.permissions.map((permission) => permission.name), ...HOSTILE].filter(
              (permission) =>
                hasPermission(access, permission) !== (held.has(permission) && takes(permission)),
            );
            expect(wrong).toEqual([]);
            expect(access.permissions.size).toBe([...held].filter(takes).length);
            granted += access.permissions.size;
          }
          expect(granted, 'the users hold something').toBeGreaterThan(USERS / 10);
        }
      });
    }

    it('npsp gives the same claims on Node 18 and Node 22', async () => {
      const { catalog, code } = await build('npsp');
      const action = loadAction(code);
      const users = [...modelUsers(catalog, 100, 7)];
      const expected = await Promise.all(
        users.map(async (user) => (await action.login(login(user, 'all'))).accessTokenClaims),
      );
      for (const version of ['18', '22'] as const) {
        const claims: unknown[] = [];
        const entry = new URL('../../dist/simulator/host/host-process.js', import.meta.url);
        for await (const { result, node } of runOnNode(version, {
          code,
          entry,
          logins: users.map((user) => ({ event: login(user, 'all') })),
        })) {
          expect(node).toContain(version);
          claims.push(result.accessTokenClaims);
        }
        expect(claims).toEqual(expected.map((claim) => ({ ...claim })));
      }
    });
  },
);

it('finds the real catalogs through CLAIMGEN_DATA, in CI always', (context) => {
  expect(data === undefined && process.env['CI'] === 'true').toBe(false);
  if (data === undefined) context.skip('SKIPPED: set CLAIMGEN_DATA to run the real catalogs');
});
