// Places that can't be written, on Linux: /proc, in which Node's own recursive mkdir goes on for ever, and a folder that is for reading only. The program
// itself runs: where it hangs, so would the tests.
import { chmodSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Finished, startWorld, type World } from './world.ts';

/** Without what lets root write to every folder. */
const ORDINARY =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search,-fowner'] : [];

function run(
  world: World,
  command: string,
  {
    env = {},
    prefix = [],
  }: { readonly env?: Readonly<Record<string, string>>; readonly prefix?: readonly string[] } = {},
): Promise<Finished> {
  const running = world.start(command.split(' '), env, prefix);
  onTestFinished(() => running.kill());
  return running.ended;
}

async function builtWorld(): Promise<World> {
  const world = await startWorld({ speed: 1 });
  for (const command of ['pull', 'build'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
  return world;
}

// Elsewhere there is no /proc, and no setpriv.
describe.skipIf(process.platform !== 'linux')('a place that cannot be written', () => {
  it('is refused, and nothing is written, where the system makes no folders', async () => {
    const world = await builtWorld();
    const before = world.project.snapshot();
    for (const command of [
      'pull --out /proc/x/catalog.json',
      'pull --out /proc/x/tenant',
      'pull --users /proc/x/y/users.ndjson',
      'build --out /proc/x',
      'check --junit /proc/x/junit.xml',
    ]) {
      const { exitCode, out, error } = await run(world, command);
      expect([exitCode, out], `${command}\n${error}`).toEqual([2, '']);
      // Who is not root is refused for another reason.
      expect(error, command).toMatch(
        /^\/proc.*: (?:no folder can be made in this one|the file can't be written: permission is denied)\n {2}\S/,
      );
    }
    expect(world.project.snapshot()).toEqual(before);
  });

  it('is done without for the cache of tokens, and told for a log of changes', async () => {
    const world = await builtWorld();
    expect(await run(world, 'pull', { env: { XDG_CACHE_HOME: '/proc/x' } })).toMatchObject({ exitCode: 0 });
    const { exitCode, error } = await run(world, 'log init --journal /proc/x');
    expect(exitCode).toBe(3);
    expect(error).toContain('the log of changes was not made (log_unavailable)\n  ');
  });

  it('is refused, and nothing is written, in a folder for reading only', async () => {
    const world = await builtWorld();
    for (const [id, api] of world.api.tenant.apis)
      world.api.tenant.apis.set(id, { ...api, scopes: [{ value: 'other:scope', description: '' }] });
    onTestFinished(() => chmodSync(world.project.path, 0o755));
    for (const command of [
      'pull',
      'pull --out tenant',
      'pull --users users.ndjson',
      'build --out other',
      'init --yes',
    ]) {
      if (command === 'init --yes') {
        chmodSync(world.project.path, 0o755);
        world.project.remove('claimgen.config.yaml');
      }
      const before = world.project.snapshot();
      world.requests.length = 0;
      chmodSync(world.project.path, 0o555);
      const { exitCode, error } = await run(world, command, { prefix: ORDINARY });
      expect([exitCode, error], command).toEqual([
        2,
        expect.stringMatching(/can't be written: permission is denied\n {2}\S/),
      ]);
      // What may take hours is not begun.
      if (command.startsWith('pull --out') || command === 'pull') expect(world.requests).toEqual([]);
      expect(world.project.snapshot()).toEqual(before);
    }
  });
});
