// The nightly workflow of docs/guide/tenant.md: what it runs, as GitHub runs it, against a tenant that has drifted and one that has not.
import { spawn } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { PROGRAM, startWorld, type World } from './world.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly on: { readonly schedule: readonly { readonly cron: string }[] };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly env: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>
  >;
}

const page = readFileSync(
  fileURLToPath(new URL('../../../../docs/guide/tenant.md', import.meta.url)),
  'utf8',
);
const [, yaml = ''] =
  /^```yaml\n(# \.github\/workflows\/claimgen-drift\.yml\n[\s\S]*?)^```$/m.exec(page) ?? [];
const workflow = load(yaml) as Workflow;
const { env, steps } = workflow.jobs['drift'] ?? { env: {}, steps: [] };
const commands = steps.flatMap(({ run }) => run ?? []);

/** What the repository's settings have. */
function settingOf(expression: string, { served }: World): string {
  const settings: Readonly<Record<string, string>> = {
    'vars.AUTH0_DOMAIN': served.domain,
    'secrets.AUTH0_CLIENT_ID': 'the-client',
    'secrets.AUTH0_CLIENT_SECRET': SECRET,
  };
  const [, name = ''] = /^\$\{\{ ([\w.]+) \}\}$/.exec(expression) ?? [];
  const value = settings[name];
  if (value === undefined) throw new Error(`there is no ${expression}`);
  return value;
}

/** Runs a line as the runner does, https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
function runLine(line: string, world: World): Promise<{ readonly exitCode: number | null; out: string }> {
  const { PATH = '' } = process.env;
  const child = spawn('bash', ['-e', '-c', line], {
    cwd: world.project.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH,
      HOME: world.cache,
      CI: 'true',
      NODE_EXTRA_CA_CERTS: world.certificate.file,
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, settingOf(value, world)])),
    },
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      out += chunk;
    });
  }
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, out })));
}

/** The project installs nothing: this checkout's program is what is linked. */
async function installedWorld(): Promise<World> {
  const world = await startWorld({ speed: 1 });
  for (const command of ['pull', 'build', 'deploy --yes'])
    expect(await world.claimgen(`${command} --env prod`)).toMatchObject({ exitCode: 0 });
  const name = { name: 'acme', version: '1.0.0' };
  world.project.write({
    'package.json': JSON.stringify({ ...name, private: true }),
    'package-lock.json': JSON.stringify({ ...name, lockfileVersion: 3, packages: { '': name } }),
  });
  const [install = ''] = commands;
  expect(install).toBe('npm ci');
  expect(await runLine(install, world)).toMatchObject({ exitCode: 0 });
  world.project.write({ 'node_modules/.bin': undefined });
  symlinkSync(PROGRAM, join(world.project.path, 'node_modules/.bin/claimgen'));
  return world;
}

it('passes every night until a role changes in the tenant, which it names', async () => {
  expect(workflow.on.schedule[0]?.cron).toMatch(/^[0-5]?\d [01]?\d \* \* \*$/);
  expect(workflow.permissions).toEqual({ contents: 'read' });
  const world = await installedWorld();
  const [, instead = ''] = /^`(claimgen pull --check [^`]*)` in its place/m.exec(page) ?? [];
  const examined = [...commands.slice(1), `npx ${instead}`];
  expect(examined).toEqual(['npx claimgen doctor --env prod', 'npx claimgen pull --check --env prod']);
  for (const line of commands.slice(1))
    expect(await runLine(line, world)).toEqual({ exitCode: 0, out: 'Nothing is wrong with the tenant.\n' });
  const role = world.api.tenant.roles.get('rol_0');
  if (role === undefined) throw new Error('there is no such role');
  world.api.tenant.roles.set('rol_0', { ...role, permissions: role.permissions.slice(1) });
  for (const line of examined) {
    const { exitCode, out } = await runLine(line, world);
    expect(exitCode, out).toBe(1);
    expect(out).toMatch(/^~ role Role 0 lost /m);
    expect(out).not.toContain(SECRET);
  }
});
