// A token of `claimgen dev` carries what `simulate` shows for the same user: to the byte.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issueAccessToken, loadAction, loginEvent } from '../../src/simulate.ts';
import { Application } from './application.ts';
import { billing, devProject, orders, startDevProcess } from './dev-process.ts';

/** The text that a token's payload is. */
function payloadText(token: string): string {
  return Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
}

/** The users of the fixtures, as a login is described. */
const users = [
  { user: { id: 'auth0|clerk', roles: ['Clerk'], profile: { name: 'Clara' } } },
  { user: { id: 'auth0|accountant', roles: ['Accountant', 'Clerk'] } },
  { user: { id: 'auth0|nobody', roles: [] } },
  { user: { id: 'auth0|member', roles: ['Clerk'] }, organization: { id: 'org_1', name: 'acme' } },
];
const scopes = ['', 'openid', 'openid profile email offline_access', 'openid orders:read offline_access'];
const apis = [
  { audience: orders, profile: 'auth0' },
  { audience: billing, profile: 'rfc9068' },
] as const;

describe('a token of claimgen dev', () => {
  it.each(apis)(
    'for $audience has the payload that @claimgen/generator/simulate makes with the built Action',
    async ({ audience, profile }) => {
      const folder = devProject();
      expect(await folder.claimgen('build')).toMatchObject({ exitCode: 0 });
      const action = loadAction(readFileSync(join(folder.path, 'claimgen/actions/p/code.js'), 'utf8'));
      const { issuer } = await startDevProcess(folder);
      let compared = 0;
      for (const login of users) {
        for (const scope of scopes) {
          const app = new Application(issuer);
          const tokens = await app.login({ login_hint: login.user.id, audience, scope });
          const described = {
            ...login,
            audience,
            scopes: scope === '' ? [] : scope.split(' '),
            client: { id: 'web' },
          };
          const issued = [{ flow: 'password' as const, token: tokens.access_token }];
          if (tokens.refresh_token !== undefined) {
            const refreshed = await app.refresh(tokens.refresh_token);
            issued.push({ flow: 'refresh' as never, token: refreshed.access_token });
          }
          for (const { flow, token } of issued) {
            const text = payloadText(token);
            const { iat, jti = '' } = JSON.parse(text);
            const event = loginEvent({ ...described, flow });
            const result = await action.login(event);
            expect(text).toBe(
              JSON.stringify(issueAccessToken(result, event, { issuer, profile }, { at: iat, id: jti })),
            );
            compared += 1;
          }
        }
      }
      expect(compared).toBe(users.length * (scopes.length + 2));
    },
  );

  it('has that payload for any user, scopes and API', async () => {
    const name = fc.constantFrom('orders:read', 'orders:write', 'invoices:pay', 'unknown', 'ö');
    const user = fc.record({
      roles: fc.option(fc.subarray(['Clerk', 'Accountant']), { nil: null }),
      app_metadata: fc.record({ permissions: fc.uniqueArray(name), note: fc.string({ unit: 'binary' }) }),
      organization: fc.option(
        fc.record({ id: fc.constantFrom('org_1', 'org_2'), name: fc.constant('acme') }),
        {
          nil: undefined,
        },
      ),
      name: fc.string(),
    });
    const scope = fc.subarray(['openid', 'profile', 'orders:read', 'invoices:pay', 'offline_access', 'x']);
    const count = Math.min(Number(process.env['CLAIMGEN_RUNS'] ?? 40), 300);
    const drawn = fc.sample(fc.record({ user, scope, api: fc.constantFrom(...apis) }), count);
    const source = ['roles', { event: 'user.app_metadata.permissions', organizations: 'tenant-wide' }];
    const folder = devProject(
      { action: { name: 'p', source } },
      {
        'users.yaml': JSON.stringify({
          users: drawn.map(({ user }, index) => ({ id: `auth0|${index}`, ...user })),
        }),
      },
    );
    expect(await folder.claimgen('build')).toMatchObject({ exitCode: 0 });
    const action = loadAction(readFileSync(join(folder.path, 'claimgen/actions/p/code.js'), 'utf8'));
    const { issuer } = await startDevProcess(folder);
    let compared = 0;
    for (const [index, { user, scope, api }] of drawn.entries()) {
      const { audience, profile } = api;
      const { roles, app_metadata: appMetadata, organization, name } = user;
      const event = loginEvent({
        user: { id: `auth0|${index}`, roles, appMetadata, profile: { name } },
        ...(organization === undefined ? {} : { organization }),
        audience,
        scopes: scope,
        client: { id: 'web' },
      });
      const result = await action.login(event);
      const app = new Application(issuer);
      const request = { login_hint: `auth0|${index}`, audience, scope: scope.join(' ') };
      if (result.denied !== undefined) {
        expect((await app.callback(request)).get('error_description')).toBe(result.denied);
        continue;
      }
      const { access_token } = await app.login(request);
      const text = payloadText(access_token);
      const { iat, jti = '' } = JSON.parse(text);
      expect(text).toBe(
        JSON.stringify(issueAccessToken(result, event, { issuer, profile }, { at: iat, id: jti })),
      );
      compared += 1;
    }
    expect(compared).toBeGreaterThan(count / 4);
  });

  it('has the permissions and the claim that claimgen simulate prints', async () => {
    const folder = devProject();
    const app = new Application((await startDevProcess(folder)).issuer);
    for (const { user } of users.slice(0, 3)) {
      const { access_token } = await app.login({ login_hint: user.id, audience: orders, scope: 'openid' });
      const line = JSON.stringify({ id: user.id, roles: user.roles, client: 'web', scopes: ['openid'] });
      const { out } = await folder.claimgen(`simulate --json --audience orders --user '${line}'`);
      const [simulated] = JSON.parse(out).logins;
      const [shown] = (await (await app.fetch('logins.json')).json()) as { permissions: string[] }[];
      expect(shown?.permissions).toEqual(simulated.permissions);
      const claim = JSON.parse(payloadText(access_token))['https://acme.example/permissions'];
      expect(claim).toHaveLength(simulated.claimCharacters);
    }
  });
});
