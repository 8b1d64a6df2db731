// `claimgen dev` as a process of its own: how it ends, and what it says where its package isn't installed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { devProject } from './dev-process.ts';

const generator = fileURLToPath(new URL('../..', import.meta.url));
const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

it.each(['SIGINT', 'SIGTERM'] as const)('ends in order at %s, and its port is free', async (signal) => {
  const folder = devProject();
  const args = [join(generator, 'bin/claimgen.js'), 'dev', '--json', '--port', '0'];
  const dev = spawn(process.execPath, args, { cwd: folder.path, stdio: ['ignore', 'pipe', 'ignore'] });
  const lines: { event: string; issuer?: string }[] = [];
  const reader = createInterface(dev.stdout);
  reader.on('line', (line) => lines.push(JSON.parse(line)));
  await once(reader, 'line');
  const issuer = lines[0]?.issuer ?? '';
  // A connection that is kept alive does not keep the process.
  expect((await fetch(`${issuer}.well-known/jwks.json`)).status).toBe(200);
  dev.kill(signal);
  const [exitCode] = await once(dev, 'close');
  expect([exitCode, lines.map(({ event }) => event)]).toEqual([0, ['started', 'ended']]);
  await expect(fetch(issuer)).rejects.toThrow();
});

it('says which package to install where it is missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const own = join(folder, 'node_modules/@claimgen/generator');
  mkdirSync(own, { recursive: true });
  for (const part of ['bin', 'dist', 'schema', 'data', 'package.json'])
    cpSync(join(generator, part), join(own, part), { recursive: true });
  for (const name of readdirSync(modules))
    if (name !== '@claimgen') symlinkSync(join(modules, name), join(folder, 'node_modules', name));
  for (const name of ['action-runtime', 'verifier'])
    symlinkSync(join(modules, '@claimgen', name), join(folder, 'node_modules/@claimgen', name));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(own, 'bin/claimgen.js'), 'dev'], {
    cwd: devProject().path,
    encoding: 'utf8',
  });
  expect([status, stdout, stderr]).toEqual([
    2,
    '',
    'this command needs the package @claimgen/dev, which is not installed\n  Run npm install --save-dev @claimgen/dev.\n',
  ]);
});
