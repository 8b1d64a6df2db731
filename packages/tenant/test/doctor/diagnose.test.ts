import { PLANS, type StoredApi } from '@claimgen/simulator/management-api/index';
import { describe, expect, it } from 'vitest';
import { diagnose, type Expected } from '../../src/doctor/diagnose.ts';
import { comparedCatalog } from '../../src/pull/catalog-diff.ts';
import { pull } from '../../src/pull/pull.ts';
import type { OpenTenant } from '../../src/tenant.ts';
import { addOthers, deploy, desired, ours } from '../actions.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';
import { identifierOf, tenantOf } from '../tenants.ts';

const claim = 'https://acme.example/p';
const audiences = [{ name: 'orders', identifier: identifierOf(0), claim }];

async function start(): Promise<StandIn & { readonly opened: OpenTenant }> {
  const standIn = await startStandIn({ tenant: tenantOf({ apis: 1, scopes: 3, roles: 2, permissions: 3 }) });
  const opened = await standIn.open();
  await deploy(opened, desired(1));
  return { ...standIn, opened };
}

function changeApi({ api }: StandIn, change: Partial<StoredApi>): void {
  const before = api.tenant.apis.get('api_0') as StoredApi;
  api.tenant.apis.set('api_0', { ...before, ...change });
}

async function codes(tenant: OpenTenant, more: Partial<Expected> = {}): Promise<string[]> {
  const { findings } = await diagnose(tenant, { action: desired(1), audiences, ...more });
  for (const { message, fix } of findings) expect([message, fix]).not.toContain('');
  return findings.map(({ code, severity }) => `${severity} ${code}`);
}

function jwt(claims: object): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
}

describe('doctor', () => {
  it('finds nothing where all is well, and changes nothing', async () => {
    const standIn = await start();
    const catalog = comparedCatalog(await pull(standIn.opened));
    const writes = standIn.requests.filter((request) => !request.startsWith('GET')).length;
    expect(await codes(standIn.opened, { catalog })).toEqual([]);
    expect(standIn.requests.filter((request) => !request.startsWith('GET'))).toHaveLength(writes);
  });

  it.each<[string, (standIn: StandIn) => void, Partial<Expected>, string[]]>([
    [
      'permissions twice',
      (standIn) => changeApi(standIn, { token_dialect: 'rfc9068_profile_authz' }),
      {},
      ['warning permissions_twice'],
    ],
    ['RBAC off', (standIn) => changeApi(standIn, { enforce_policies: false }), {}, ['warning rbac_off']],
    [
      'a long lifetime',
      (standIn) => changeApi(standIn, { token_lifetime: 2_592_000 }),
      {},
      ['warning lifetime_long'],
    ],
    [
      'encrypted tokens',
      (standIn) =>
        changeApi(standIn, {
          token_encryption: {
            format: 'compact-nested-jwe',
            encryption_key: { alg: 'RSA-OAEP-256', pem: 'pem' },
          },
        }),
      {},
      ['error token_encrypted'],
    ],
    [
      'a quota that is nearly used up',
      (standIn) =>
        changeApi(standIn, { scopes: Array.from({ length: 960 }, (_, scope) => ({ value: `s${scope}` })) }),
      {},
      ['warning quota_near'],
    ],
    [
      'another API',
      () => undefined,
      { audiences: [{ name: 'orders', identifier: 'https://nowhere.example/', claim }] },
      ['error api_missing'],
    ],
    ['other code', () => undefined, { action: desired(2) }, ['error action_differs']],
    ['no Action', () => undefined, { action: desired(1, { name: 'other' }) }, ['error action_missing']],
    ['an Action that is not bound', ({ api }) => api.tenant.bindings.clear(), {}, ['error not_bound']],
    ['a changed draft', (standIn) => changeDraft(standIn), {}, ['warning draft_differs']],
  ])('finds %s', async (_, change, more, expected) => {
    const standIn = await start();
    change(standIn);
    expect(await codes(standIn.opened, more)).toEqual(expected);
  });

  function changeDraft(standIn: StandIn): void {
    const action = ours(standIn);
    if (action !== undefined) standIn.api.tenant.actions.set(action.id, { ...action, code: '// changed' });
  }

  it('finds another Action that sets our claim, and tells the order', async () => {
    const standIn = await startStandIn({
      tenant: tenantOf({ apis: 1, scopes: 1, roles: 0, permissions: 0 }),
    });
    addOthers(standIn, ['enrich']);
    const enrich = standIn.api.tenant.actions.get('act_enrich');
    const [version] = enrich?.versions ?? [];
    if (enrich === undefined || version === undefined) throw new Error('no Action');
    standIn.api.tenant.actions.set(enrich.id, {
      ...enrich,
      versions: [{ ...version, code: `api.accessToken.setCustomClaim('${claim}', 1)` }],
    });
    const tenant = await standIn.open();
    await deploy(tenant, desired(1));
    expect(await codes(tenant)).toEqual(['warning claim_overwritten', 'note runs_after']);
    standIn.api.tenant.bindings.set(
      'post-login',
      [...(standIn.api.tenant.bindings.get('post-login') ?? [])].reverse(),
    );
    expect(await codes(tenant)).toEqual(['error claim_overwritten', 'note runs_after']);
  });

  it('tells what a role gained and lost since', async () => {
    const standIn = await start();
    const catalog = comparedCatalog(await pull(standIn.opened));
    const role = standIn.api.tenant.roles.get('rol_0');
    if (role === undefined) throw new Error('no role');
    standIn.api.tenant.roles.set(role.id, { ...role, permissions: role.permissions.slice(1) });
    const { findings, drift } = await diagnose(standIn.opened, { action: desired(1), audiences, catalog });
    expect(findings.map(({ code }) => code)).toEqual(['drift']);
    expect(drift).toEqual([
      {
        kind: 'role-permissions',
        role: 'Role 0',
        gained: [],
        lost: [{ name: 'api0:do:0', audience: identifierOf(0) }],
      },
    ]);
  });

  it('tells of a small rate limit where logins share it', async () => {
    const standIn = await startStandIn({
      tenant: tenantOf({ apis: 1, scopes: 1, roles: 0, permissions: 0 }),
      rate: PLANS.free,
    });
    const tenant = await standIn.open();
    await deploy(tenant, desired(1));
    expect(await codes(tenant, { readsManagementApi: true })).toEqual(['warning rate_limit']);
  });

  it.each<[string, (domain: string) => string, string[]]>([
    [
      'without the claim',
      (domain) => jwt({ iss: `https://${domain}/`, aud: identifierOf(0) }),
      ['error token_without_claim'],
    ],
    [
      'for another API',
      (domain) => jwt({ iss: `https://${domain}/`, aud: 'https://other.example/' }),
      ['error token_audience'],
    ],
    [
      'of another issuer',
      () => jwt({ iss: 'https://other/', aud: [identifierOf(0), 'x'], [claim]: 'a.b' }),
      ['warning token_issuer'],
    ],
    [
      'with the permissions as well',
      (domain) => jwt({ iss: `https://${domain}/`, aud: identifierOf(0), [claim]: 'a.b', permissions: [] }),
      ['warning token_permissions_twice'],
    ],
    [
      'that has expired',
      (domain) => jwt({ iss: `https://${domain}/`, aud: identifierOf(0), [claim]: 'a.b', exp: 1 }),
      ['note token_expired'],
    ],
    [
      'from before the deployment',
      (domain) => jwt({ iss: `https://${domain}/`, aud: identifierOf(0), [claim]: 'a.b', iat: 1 }),
      ['note token_older_than_action'],
    ],
    ['that is opaque', () => 'k3VPvFZ0', ['error token_unreadable']],
    ['that is encrypted', () => 'a.b.c.d.e', ['error token_unreadable']],
  ])('reads a token %s, and never shows it', async (_, make, expected) => {
    const { opened, domain } = await start();
    const token = make(domain);
    const { findings } = await diagnose(opened, { action: desired(1), audiences, token });
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
    expect(JSON.stringify(findings)).not.toContain(token);
  });
});
