// kill -9 of the program at each of its requests, before the tenant has done it and after: tenant and files are as before or as after, and
// a second run completes it.
import { type ApiAnswer, ManagementApi } from '@claimgen/simulator/management-api/index';
import { describe, expect, it, vi } from 'vitest';
import { addOthers } from '../../../tenant/test/actions.ts';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { type Finished, filesIn, type Running, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

/** CI tries one of so many requests of the commands that send many; by default every one is tried. */
const sampled = Number(process.env['CLAIMGEN_FAULT_STEP'] ?? 1);

interface Killed {
  /** Commands before. */
  readonly before: readonly string[];
  readonly args: readonly string[];
  /** What is changed of the tenant, or the files, after the commands before. */
  readonly change?: (world: World) => Promise<void>;
  /** One of so many requests is tried; every one by default. */
  readonly step?: number;
  /** How much faster than the program's the tenant's clock is: its jobs are finished sooner. */
  readonly speed?: number;
  /** Whether a second run does nothing more: a rollback goes back to where the first came from. */
  readonly once?: true;
}

/** Other code is deployed after the first. */
async function deployAgain(world: World): Promise<void> {
  const role = world.api.tenant.roles.get('rol_0');
  if (role === undefined) throw new Error('there is no such role');
  world.api.tenant.roles.set('rol_0', { ...role, permissions: role.permissions.slice(1) });
  for (const command of ['pull', 'build', 'deploy --yes'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
}

const COMMANDS: Readonly<Record<string, Killed>> = {
  pull: { before: [], args: ['pull'] },
  'pull into a folder': { before: [], args: ['pull', '--out', 'tenant'] },
  deploy: { before: ['pull', 'build'], args: ['deploy', '--yes'] },
  'deploy --rollback': {
    before: ['pull', 'build', 'deploy --yes'],
    change: deployAgain,
    args: ['deploy', '--rollback', '--yes'],
    step: sampled,
    once: true,
  },
  'pull --users': { before: [], args: ['pull', '--users', 'users.ndjson'], step: sampled, speed: 1_000 },
  revoke: { before: [], args: ['revoke', 'auth0|1', '--yes'] },
  init: { before: [], args: ['init', '--yes'] },
};

async function prepared({ before, change, speed = 1 }: Killed, withoutConfig: boolean): Promise<World> {
  const world = await startWorld({ speed });
  addOthers(world, ['enrich']);
  const user = { permissions: [], roles: ['Role 0'], sessions: ['s1'], refreshTokens: ['r1'] };
  world.api.tenant.users.set('auth0|1', user);
  if (withoutConfig) world.project.remove('claimgen.config.yaml');
  for (const command of before) expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
  await change?.(world);
  return world;
}

function run(
  world: World,
  args: readonly string[],
  killAt: number | undefined,
  when: 'before' | 'after',
): Promise<Finished> {
  let running: Running | undefined;
  let count = 0;
  const handle = ManagementApi.prototype.handle.bind(world.api);
  world.api.handle = (request): ApiAnswer => {
    if (!request.path.startsWith('/api/v2') || count++ !== killAt) return handle(request);
    running?.kill();
    const answer = when === 'after' ? handle(request) : { status: 200 };
    return { ...answer, breakage: 'cut' };
  };
  running = world.start(args);
  return running.ended;
}

/** What was ever deployed, or where versions come again, what logins run; what is bound, and what the user has. */
function tenantOf({ api }: World, once: boolean): readonly unknown[] {
  const { actions, bindings, users } = api.tenant;
  const deployed = [...actions.values()].map(({ name, versions }) => [
    name,
    (once ? versions.slice(-1) : versions).map(({ code }) => code),
  ]);
  return [deployed, bindings.get('post-login')?.map(({ display_name }) => display_name), ...users];
}

function filesOf({ project, served }: World): readonly unknown[] {
  const files = [...project.snapshot()].filter(
    ([path, text]) => text !== undefined && !path.endsWith('.journal'),
  );
  return files.map(([path, text]) => [path, text?.replaceAll(served.domain, 'tenant')]);
}

describe.each(Object.entries(COMMANDS))('kill -9 of %s', (name, killed) => {
  const { args, step = 1, once = false } = killed;
  const prepare = () => prepared(killed, name === 'init');
  const stateOf = (world: World) => JSON.stringify(tenantOf(world, once));

  it.each(['before', 'after'] as const)('at any request, %s the tenant has done it', async (when) => {
    const whole = await prepare();
    const [tenantBefore, filesBefore] = [stateOf(whole), filesOf(whole)];
    expect(await run(whole, args, undefined, when)).toMatchObject({ exitCode: 0 });
    const [tenantAfter, filesAfter] = [stateOf(whole), filesOf(whole)];
    if (once) expect(tenantAfter).not.toBe(tenantBefore);
    let printed = '';
    for (let request = Math.floor(Math.random() * step); ; request += step) {
      const world = await prepare();
      const first = await run(world, args, request, when);
      expect(['SIGKILL', 0]).toContain(first.exitCode);
      const files = filesOf(world);
      // init writes the catalog first, then the config.
      if (name !== 'init')
        expect([JSON.stringify(filesBefore), JSON.stringify(filesAfter)]).toContain(JSON.stringify(files));
      if (first.exitCode === 0) {
        expect([stateOf(world), files]).toEqual([tenantAfter, filesAfter]);
        break;
      }
      printed += first.out + first.error;
      if (once) expect([tenantBefore, tenantAfter]).toContain(stateOf(world));
      if (!once || stateOf(world) !== tenantAfter) {
        const second = await run(world, args, undefined, when);
        expect(second, second.error).toMatchObject({ exitCode: 0 });
        printed += second.out + second.error;
      }
      expect(stateOf(world)).toBe(tenantAfter);
      expect(filesOf(world)).toEqual(filesAfter);
      for (const text of filesIn(world.cache).values()) expect(text).not.toContain(SECRET);
    }
    expect(printed).not.toContain(SECRET);
    expect(printed).not.toContain('.simulated');
  });
});
