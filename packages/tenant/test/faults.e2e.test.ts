// Every function under every fault, at each of its requests in turn: it ends as planned or with a TenantError, the tenant is as before
// or as after, and a second run completes it.

import type { Fault } from '@claimgen/simulator/management-api/index';
import { describe, expect, it } from 'vitest';
import { planRollback, rollback } from '../src/deploy/rollback.ts';
import { diagnose } from '../src/doctor/diagnose.ts';
import { TenantError } from '../src/errors.ts';
import { pull } from '../src/pull/pull.ts';
import { revokeUser } from '../src/revoke/revoke-user.ts';
import type { OpenTenant } from '../src/tenant.ts';
import { exportUsers } from '../src/users/export-users.ts';
import { addOthers, deploy, desired, ours } from './actions.ts';
import { type StandIn, startStandIn } from './stand-in.ts';
import { identifierOf, tenantOf } from './tenants.ts';

/** One that passes, and whether it must be got over without a second run. */
const FAULTS: readonly (readonly [string, Fault, boolean])[] = [
  ['429', { status: 429 }, true],
  ['500', { status: 500 }, false],
  ['a cut connection before the tenant does anything', { cut: 'before' }, true],
  ['a cut connection after the tenant has done it', { cut: 'after' }, true],
  ['half an answer', { half: true }, true],
  ['a page of HTML', { body: '<html></html>' }, true],
  ['a token that expires', { expire: true }, true],
];

interface Operation {
  readonly prepare?: (standIn: StandIn, tenant: OpenTenant) => Promise<unknown>;
  readonly run: (tenant: OpenTenant, standIn: StandIn) => Promise<unknown>;
  /** What of the tenant it changes, as text. */
  readonly changes: (standIn: StandIn) => string;
}

const nothing = (): string => 'nothing';
const action = (standIn: StandIn): string => {
  const versions = ours(standIn)?.versions.map(({ code }) => code);
  return JSON.stringify([
    versions?.at(-1),
    standIn.api.tenant.bindings.get('post-login')?.map(({ display_name }) => display_name),
  ]);
};
const user = (standIn: StandIn): string => JSON.stringify(standIn.api.tenant.users.get('auth0|1'));

const OPERATIONS: Readonly<Record<string, Operation>> = {
  pull: { run: (tenant) => pull(tenant), changes: nothing },
  'deploy of a new Action': { run: (tenant) => deploy(tenant, desired(1)), changes: action },
  'deploy of new code': {
    prepare: (_, tenant) => deploy(tenant, desired(1)),
    run: (tenant) => deploy(tenant, desired(2)),
    changes: action,
  },
  rollback: {
    prepare: async (_, tenant) => {
      for (const build of [1, 2]) await deploy(tenant, desired(build));
    },
    run: async (tenant, standIn) => {
      // A second run would go back to where the first came from.
      if (ours(standIn)?.versions.at(-1)?.code === desired(1).code) return;
      await rollback(tenant, await planRollback(tenant, 'acme-permissions'));
    },
    changes: action,
  },
  doctor: {
    prepare: (_, tenant) => deploy(tenant, desired(1)),
    run: (tenant) =>
      diagnose(tenant, {
        action: desired(1),
        audiences: [{ name: 'orders', identifier: identifierOf(0), claim: 'https://acme.example/p' }],
      }),
    changes: nothing,
  },
  revoke: { run: (tenant) => revokeUser(tenant, 'auth0|1'), changes: user },
  'export of users': {
    run: async (tenant, { transport }) => {
      const users = [];
      for await (const exported of exportUsers(tenant, { download: transport })) users.push(exported);
      expect(users).toEqual([{ user_id: 'auth0|1', roles: ['Role 0', 'Role 2'] }]);
    },
    changes: nothing,
  },
};

async function start(): Promise<StandIn> {
  const tenant = tenantOf({ apis: 2, scopes: 3, roles: 3, permissions: 3 });
  tenant.users.set('auth0|1', {
    permissions: [],
    roles: ['Role 0', 'Role 2'],
    sessions: ['s1'],
    refreshTokens: ['r1'],
  });
  const standIn = await startStandIn({ tenant, buildTime: 1_000, deployTime: 1_000, speed: 2_000 });
  addOthers(standIn, ['enrich']);
  return standIn;
}

describe.each(Object.entries(OPERATIONS))('%s', (_, { prepare, run, changes }) => {
  it.each(FAULTS)('with %s at any one request', async (_name, fault, mustOvercome) => {
    for (let after = 0; ; after++) {
      const standIn = await start();
      const tenant = await standIn.open();
      await prepare?.(standIn, tenant);
      const before = changes(standIn);
      standIn.api.fail([{ ...fault, after, on: '* /api/v2' }]);
      const outcome = await run(tenant, standIn).then(
        () => undefined,
        (error: unknown) => error,
      );
      const reached = standIn.api.faultsLeft === 0;
      standIn.api.fail([]);
      const then = changes(standIn);
      if (outcome !== undefined) {
        expect(outcome).toBeInstanceOf(TenantError);
        expect(mustOvercome).toBe(false);
      }
      await run(tenant, standIn);
      const end = changes(standIn);
      if (changes !== user)
        expect([
          before,
          end,
          JSON.stringify([undefined, ['The enrich']]),
          JSON.stringify([desired(1).code, ['The enrich']]),
        ]).toContain(then);
      if (outcome === undefined) expect(then).toBe(end);
      if (!reached) break;
    }
  });

  it.each([
    ['500 at every request', { status: 500 }, 'tenant_unreachable'],
    ['429 at every request', { status: 429 }, 'rate_limited'],
    ['a page of HTML at every request', { body: '<html></html>' }, /answer_invalid|outcome_unknown/u],
    ['connections that are cut', { cut: 'before' }, /tenant_unreachable|outcome_unknown/u],
    ['JSON of another form', { body: { ok: true } }, 'answer_invalid'],
    ['no access', { status: 403 }, 'scope_missing'],
  ] as const)('ends with an error for %s', async (_name, fault, code) => {
    const standIn = await start();
    const tenant = await standIn.open();
    await prepare?.(standIn, tenant);
    const before = changes(standIn);
    standIn.api.fail([{ ...fault, times: Number.POSITIVE_INFINITY, on: '* /api/v2' }]);
    const outcome = await run(tenant, standIn).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(TenantError);
    expect((outcome as TenantError).code).toMatch(code);
    expect(changes(standIn)).toBe(before);
  });

  it('ends in time where the tenant is silent', async () => {
    const standIn = await start();
    await prepare?.(standIn, await standIn.open());
    const tenant = await standIn.open({ timeout: 1_000_000, attemptTimeout: 50 });
    standIn.api.fail([{ silent: true, times: Number.POSITIVE_INFINITY, on: '* /api/v2' }]);
    await expect(run(tenant, standIn)).rejects.toMatchObject({ code: 'deadline_exceeded', exitCode: 3 });
  });

  it('ends at once where it is interrupted', async () => {
    const standIn = await start();
    await prepare?.(standIn, await standIn.open());
    const controller = new AbortController();
    const tenant = await standIn.open({ signal: controller.signal });
    standIn.api.fail([{ silent: true, on: '* /api/v2' }]);
    const running = run(tenant, standIn);
    setTimeout(() => controller.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
  });
});
