// `claimgen pull` of a tenant that takes minutes, at two requests a second, as the program itself on a clock that runs faster.
// `node bench/tenant.js` does the same at Auth0's limits: 1,000 APIs of 1,000 scopes and 1,000 roles of 1,000 permissions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ManagementApi, PLANS } from '@claimgen/simulator/management-api/index';
import { expect, it, vi } from 'vitest';
import { identifierOf, scopeOf, tenantOf } from '../../../tenant/test/tenants.ts';
import { type Finished, startWorld, temporaryFolder } from './world.ts';

vi.setConfig({ testTimeout: 300_000 });

const SPEED = 300;
const CLOCK = fileURLToPath(new URL('../../../tenant/test/fast-clock.js', import.meta.url));
/** Twenty pages of 50 a role, and a few more requests. */
const ROLES = 12;
const REQUESTS = 20 * ROLES;

it('says beforehand how long it takes, goes on after kill -9, and stays below 300 MB', async () => {
  const start = Date.now();
  const tenant = tenantOf({ apis: ROLES, scopes: 1_000, roles: ROLES, permissions: 1_000 });
  const world = await startWorld({ tenant, pageCap: 50, rate: PLANS.free, speed: SPEED });
  const memory = join(temporaryFolder(), 'memory');
  const pull = async (killAt?: number): Promise<Finished & { readonly requests: number }> => {
    let requests = 0;
    const running = world.start(['pull'], {
      NODE_OPTIONS: `--import=${CLOCK}`,
      FAST_CLOCK_START: String(start),
      FAST_CLOCK_SPEED: String(SPEED),
      FAST_CLOCK_MEMORY: memory,
    });
    world.api.handle = (request) => {
      if (requests++ === killAt) running.kill();
      return ManagementApi.prototype.handle.call(world.api, request);
    };
    return { ...(await running.ended), requests };
  };
  const megabytes = (): number => Number(readFileSync(memory, 'utf8')) / 1_024;

  const killed = await pull(REQUESTS / 2);
  expect(killed.exitCode).toBe('SIGKILL');
  expect(killed.error).toMatch(/^2\d\d requests, about 2 min at 2 requests\/s$/mu);
  expect([...world.project.snapshot().keys()].sort()).toEqual([
    'catalog.json.journal',
    'claimgen.config.yaml',
  ]);

  const second = await pull();
  expect(second, second.error).toMatchObject({ exitCode: 0 });
  expect(second.out).toContain('12 APIs, 12,000 permissions, 12 roles');
  expect(second.requests).toBeLessThan(0.7 * REQUESTS);
  expect(megabytes()).toBeLessThan(300);
  expect([...world.project.snapshot().keys()].sort()).toEqual(['catalog.json', 'claimgen.config.yaml']);

  const role = tenant.roles.get('rol_1');
  if (role === undefined) throw new Error('there is no such role');
  tenant.roles.set('rol_1', { ...role, permissions: role.permissions.slice(1) });
  const third = await pull();
  expect(third.out).toContain(`~ role Role 1 lost ${scopeOf(1, 0)} (${identifierOf(1)})\n`);
  expect(third.out).toContain('differs in 1 place');
  expect(third.requests).toBeGreaterThan(REQUESTS);
  expect(megabytes()).toBeLessThan(300);
});
