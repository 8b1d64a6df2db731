/** From the Action to the API: tokens that say nothing of permissions, a real verifier, a tenant over HTTP. */
import { openMemoryLog, publish } from '@claimgen/changes';
import { createVerifier, hasPermission, permissionState, type VerifierOptions } from '@claimgen/verifier';
import { createTestIssuer, type TestIssuer } from '@claimgen/verifier/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { loginEvent } from '../../simulator/src/event/events.ts';
import { loadAction } from '../../simulator/src/host/action-host.ts';
import { build, CLAIM, ORDERS, SECRET, startTenant, type TestTenant, USER } from './support/tenant.ts';

const { layout, tables } = build();

async function open(tenant: TestTenant, options: Partial<VerifierOptions> = {}, built = { layout, tables }) {
  const issuer: TestIssuer<string> = await createTestIssuer(built.layout);
  const lines: string[] = [];
  const resolver = tenant.open({
    tables: built.tables,
    issuers: [issuer.issuer],
    log: (line) => lines.push(line),
  });
  const verifier = createVerifier({ ...issuer.options, resolver, ...options });
  const sign = (claims: Record<string, unknown> = {}) => issuer.sign({ subject: USER, claims });
  return { verifier, sign, lines };
}

describe('permissions that did not fit into the token', () => {
  it('are those that the Action would have written', async () => {
    const action = { source: ['roles'], onOverflow: 'marker' };
    const names = Array.from({ length: 40 }, (_, index) => ({
      name: `orders:${index}:${'x'.repeat(40)}`,
      audience: ORDERS,
    }));
    const catalog = { permissions: names, roles: { Clerk: names.slice(0, 1), Manager: names, Visitor: [] } };
    const built = build(action, { encoding: 'names', budget: { bytes: 1500 } }, catalog);
    const login = (...roles: string[]) =>
      loadAction(built.code).login(loginEvent({ audience: ORDERS, user: { id: USER, roles } }));
    const { accessTokenClaims } = await login('Manager');
    expect(accessTokenClaims[CLAIM]).toBe('!overflow');
    expect((await login('Clerk')).accessTokenClaims[CLAIM]).toEqual([names[0]?.name]);

    const tenant = await startTenant();
    tenant.api.tenant.users.set(USER, { permissions: [], roles: ['Manager'] });
    const { verifier, sign } = await open(tenant, {}, built);
    const access = await verifier.verify(await sign(accessTokenClaims));
    expect([...access.permissions].sort()).toEqual(names.map(({ name }) => name).sort());
    expect(access.readFrom).toBe('resolver');
  });
});

describe('permissions that shall not be in the token', () => {
  it('are read once for a thousand requests of one user, and no secret is written anywhere', async () => {
    const output: unknown[] = [];
    for (const method of ['log', 'warn', 'error', 'info', 'debug'] as const)
      vi.spyOn(console, method).mockImplementation((...values) => output.push(...values));
    onTestFinished(() => void vi.restoreAllMocks());
    const tenant = await startTenant();
    const { verifier, sign, lines } = await open(tenant, { permissions: 'resolver' });
    const token = await sign();
    const accesses = await Promise.all(Array.from({ length: 1000 }, () => verifier.verify(token)));
    expect(accesses.every((access) => hasPermission(access, 'orders:read'))).toBe(true);
    expect(accesses.some((access) => hasPermission(access, 'orders:write'))).toBe(false);
    expect(tenant.requests).toHaveLength(1);

    await tenant.close();
    const refused = await verifier.verify(await sign({ org_id: 'org_1' })).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'permissions_unavailable', status: 503 });
    const { stack, cause } = refused as Error;
    const written = [output, lines, stack, (cause as Error).stack].map(String).join('\n');
    expect(written).not.toMatch(new RegExp(`${SECRET}|simulated|eyJ`));
  });

  it('change at the next request where the change is published, in whichever direction', async () => {
    const tenant = await startTenant();
    const log = openMemoryLog();
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const { verifier, sign } = await open(tenant, {
      permissions: 'resolver',
      changes: { feed: log, onStale: 'deny', signal: stop.signal },
    });
    const token = await sign();
    expect([...(await verifier.verify(token)).permissions]).toEqual(['orders:read']);

    const published = async (change: object): Promise<void> => {
      const version = verifier.freshness()?.version;
      await publish(log, { sub: USER, ...change });
      await vi.waitUntil(() => verifier.freshness()?.version !== version);
    };
    tenant.api.tenant.users.set(USER, { permissions: [], roles: ['Manager'] });
    await published({ gained: ['orders:write', 'orders:refund'] });
    const manager = await verifier.verify(token);
    expect([...manager.permissions].sort()).toEqual(['orders:read', 'orders:refund', 'orders:write']);

    tenant.api.tenant.users.set(USER, { permissions: [], roles: [] });
    await published({ lost: ['orders:read', 'orders:refund', 'orders:write'] });
    expect(manager.permissions.size).toBe(0);
    const nobody = await verifier.verify(token);
    expect(permissionState(nobody, 'orders:read')).toBe('no');
    expect(nobody.permissions.size).toBe(0);
    expect(tenant.requests).toHaveLength(3);

    await published({ out: true });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_stale' });
  });
});
