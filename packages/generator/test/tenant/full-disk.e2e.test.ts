// A disk on which no more fits, by the limit of a file's size that the shell sets: what was there stays, and the next run completes it.
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SECRET } from '../../../tenant/test/stand-in.ts';
import { type Finished, PROGRAM, startWorld, type World } from './world.ts';

/** Runs the program where no file may grow beyond so many blocks of 512 bytes. */
function onFullDisk(
  { project, served, certificate }: World,
  blocks: number,
  args: string,
): Promise<Finished> {
  const { PATH = '' } = process.env;
  const command = `ulimit -f ${blocks}; exec '${process.execPath}' '${PROGRAM}' ${args}`;
  const child = spawn('sh', ['-c', command], {
    cwd: project.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH,
      HOME: project.path,
      XDG_CACHE_HOME: `${project.path}/cache`,
      NODE_EXTRA_CA_CERTS: certificate.file,
      AUTH0_DOMAIN: served.domain,
      AUTH0_CLIENT_ID: 'the-client',
      AUTH0_CLIENT_SECRET: SECRET,
      // A write beyond the limit then fails with EFBIG, as one on a full disk does with ENOSPC, in place of ending the process.
      NODE_OPTIONS: "--import=data:text/javascript,process.on('SIGXFSZ',()=>{})",
    },
  });
  let [out, error] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    error += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ exitCode: signal ?? code ?? -1, out, error }));
  });
}

describe('on a full disk', () => {
  it.each([
    ['pull', 'catalog.json'],
    ['pull --out tenant', 'tenant/resource-servers/API 0.json'],
    ['pull --users users.ndjson', 'users.ndjson'],
  ])('claimgen %s leaves what was there', async (command, file) => {
    const world = await startWorld({ speed: 1_000 });
    for (let user = 0; user < 50; user++)
      world.api.tenant.users.set(`auth0|${user}`, { permissions: [], roles: ['Role 0'] });
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
    const before = world.project.read(file);
    for (const [id, api] of world.api.tenant.apis)
      world.api.tenant.apis.set(id, {
        ...api,
        scopes: [{ value: 'one:scope', description: 'd'.repeat(2_000) }],
      });
    world.api.tenant.users.set('auth0|new', { permissions: [], roles: [] });
    const full = await onFullDisk(world, 1, command);
    expect(full.exitCode, full.out + full.error).toBe(2);
    expect(full.error).toContain("can't be written");
    expect(world.project.read(file)).toBe(before);
    const left = [...world.project.snapshot().keys()].filter((path) => path.endsWith('.tmp'));
    expect(left).toEqual([]);
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
    expect(world.project.read(file)).not.toBe(before);
  });
});
