// Questions at a real terminal, which util-linux's `script` lends: what a person types is what is done, and Ctrl-C does nothing.
import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { PROGRAM, startWorld, type World } from './world.ts';

/** Types each answer once its question is there. */
async function atTerminal(
  world: World,
  args: string,
  answers: readonly (readonly [question: string, typed: string])[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly exitCode: number | null; readonly seen: string }> {
  const { PATH = '' } = process.env;
  const child = spawn(
    'script',
    ['-qec', `stty cols 120 rows 40; exec '${process.execPath}' '${PROGRAM}' ${args}`, '/dev/null'],
    {
      cwd: world.project.path,
      env: {
        PATH,
        TERM: 'xterm',
        HOME: world.project.path,
        XDG_CACHE_HOME: world.project.path,
        NODE_EXTRA_CA_CERTS: world.certificate.file,
        AUTH0_DOMAIN: world.served.domain,
        AUTH0_CLIENT_ID: 'the-client',
        AUTH0_CLIENT_SECRET: SECRET,
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let seen = '';
  const waiting = [...answers];
  child.stdout.on('data', (chunk) => {
    seen += chunk;
    const [next] = waiting;
    if (next === undefined || !seen.includes(next[0])) return;
    waiting.shift();
    // A terminal is in raw mode a moment after the question is drawn.
    setTimeout(() => child.stdin.write(next[1]), 300);
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, seen };
}

it('deploys when the person says yes, and does nothing when they say no or give up', async () => {
  const world = await startWorld({ speed: 1 });
  for (const command of ['pull', 'build'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
  const question = `Apply this to ${world.served.domain}?`;
  for (const [typed, code] of [
    ['n', 1],
    ['\u0003', 2],
  ] as const) {
    const { exitCode, seen } = await atTerminal(world, 'deploy', [[question, typed]]);
    expect(exitCode, seen).toBe(code);
    expect(world.api.tenant.actions.size).toBe(0);
  }
  const { exitCode, seen } = await atTerminal(world, 'deploy', [[question, 'y']]);
  expect(exitCode, seen).toBe(0);
  expect(world.api.tenant.actions.size).toBe(1);
});

it('asks for credentials that are nowhere, and shows no secret as it is typed', async () => {
  const world = await startWorld({ speed: 1 });
  const { exitCode, seen } = await atTerminal(
    world,
    'pull',
    [
      ["The tenant's domain", `${world.served.domain}\r`],
      ['Client ID', 'the-client\r'],
      ['Its client secret', `${SECRET}\r`],
    ],
    { AUTH0_DOMAIN: '', AUTH0_CLIENT_ID: '', AUTH0_CLIENT_SECRET: '' },
  );
  expect(exitCode, seen).toBe(0);
  expect(seen).not.toContain(SECRET);
  expect(JSON.parse(world.project.read('catalog.json')).apis).toHaveLength(2);
});
