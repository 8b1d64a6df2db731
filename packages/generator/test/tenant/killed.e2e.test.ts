// kill -9 of the program at each of its requests, before the tenant has done it and after: tenant and files are as before or as after, and
// a second run completes it.
import { type ApiAnswer, ManagementApi } from '@claimgen/simulator/management-api/index';
import { describe, expect, it, vi } from 'vitest';
import { addOthers } from '../../../tenant/test/actions.ts';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { type Finished, filesIn, type Running, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

const COMMANDS: Readonly<
  Record<string, { readonly before: readonly string[]; readonly args: readonly string[] }>
> = {
  pull: { before: [], args: ['pull'] },
  'pull into a folder': { before: [], args: ['pull', '--out', 'tenant'] },
  deploy: { before: ['pull', 'build'], args: ['deploy', '--yes'] },
  revoke: { before: [], args: ['revoke', 'auth0|1', '--yes'] },
  init: { before: [], args: ['init', '--yes'] },
};

async function prepared(before: readonly string[], withoutConfig: boolean): Promise<World> {
  const world = await startWorld({ speed: 1 });
  addOthers(world, ['enrich']);
  const user = { permissions: [], roles: [], sessions: ['s1'], refreshTokens: ['r1'] };
  world.api.tenant.users.set('auth0|1', user);
  if (withoutConfig) world.project.remove('claimgen.config.yaml');
  for (const command of before) expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
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

/** What logins run, what is bound, and what the user has. */
function tenantOf({ api }: World): readonly unknown[] {
  const { actions, bindings, users } = api.tenant;
  const deployed = [...actions.values()].map(({ name, versions }) => [
    name,
    versions.map(({ code }) => code),
  ]);
  return [deployed, bindings.get('post-login')?.map(({ display_name }) => display_name), ...users];
}

function filesOf({ project, served }: World): readonly unknown[] {
  const files = [...project.snapshot()].filter(
    ([path, text]) => text !== undefined && !path.endsWith('.journal'),
  );
  return files.map(([path, text]) => [path, text?.replaceAll(served.domain, 'tenant')]);
}

describe.each(Object.entries(COMMANDS))('kill -9 of %s', (name, { before, args }) => {
  it.each(['before', 'after'] as const)('at any request, %s the tenant has done it', async (when) => {
    const whole = await prepared(before, name === 'init');
    const filesBefore = filesOf(whole);
    expect(await run(whole, args, undefined, when)).toMatchObject({ exitCode: 0 });
    const [tenantAfter, filesAfter] = [tenantOf(whole), filesOf(whole)];
    let printed = '';
    for (let request = 0; ; request++) {
      const world = await prepared(before, name === 'init');
      const killed = await run(world, args, request, when);
      expect(['SIGKILL', 0]).toContain(killed.exitCode);
      const files = filesOf(world);
      // init writes the catalog first, then the config.
      if (name !== 'init')
        expect([JSON.stringify(filesBefore), JSON.stringify(filesAfter)]).toContain(JSON.stringify(files));
      if (killed.exitCode === 0) {
        expect([tenantOf(world), files]).toEqual([tenantAfter, filesAfter]);
        break;
      }
      const second = await run(world, args, undefined, when);
      expect(second, second.error).toMatchObject({ exitCode: 0 });
      expect(tenantOf(world)).toEqual(tenantAfter);
      expect(filesOf(world)).toEqual(filesAfter);
      printed += killed.out + killed.error + second.out + second.error;
      for (const text of filesIn(world.cache).values()) expect(text).not.toContain(SECRET);
    }
    expect(printed).not.toContain(SECRET);
    expect(printed).not.toContain('.simulated');
  });
});
