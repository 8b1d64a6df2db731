import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

const CONFIG = `catalog: catalog.json
claim: pz
audiences:
${Array.from({ length: 6 }, (_, index) => `  api${index}: { audience: "https://api${index}.example", globs: ["*"] }\n`).join('')}`;

/** Permissions of all APIs; the second state has more, so that every generated file differs. */
function catalog(count: number): string {
  const permissions = Array.from({ length: count }, (_, index) => `thing${index}:read`);
  return JSON.stringify({ permissions, roles: { All: permissions } });
}

function startBuild(cwd: string): ChildProcess {
  return spawn(process.execPath, [bin, 'build'], { cwd, stdio: 'ignore' });
}

describe('a build that is killed', () => {
  it('leaves every file as it was or as it will be, and the next build completes it', async () => {
    expect(existsSync(bin)).toBe(true);
    const folder = projectFolder({ 'claimgen.config.yaml': CONFIG, 'catalog.json': catalog(40) });
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    const old = folder.snapshot();
    folder.write({ 'catalog.json': catalog(44) });
    await once(startBuild(folder.path), 'exit');
    const finished = folder.snapshot();
    const generated = [...finished.keys()].filter(
      (path) => finished.get(path) !== old.get(path) && path !== 'catalog.json',
    );
    expect(generated.length).toBeGreaterThan(20);
    let interrupted = 0;
    for (let round = 0; round < 20; round++) {
      folder.write(Object.fromEntries(generated.map((path) => [path, old.get(path)])));
      const child = startBuild(folder.path);
      const exit = once(child, 'exit');
      // Another file each time: as soon as it is new, the build is killed, among the files that follow.
      const watched = generated[(round * 7) % generated.length] ?? '';
      while (child.exitCode === null && folder.read(watched) === old.get(watched)) await setTimeout(1);
      child.kill('SIGKILL');
      await exit;
      const now = folder.snapshot();
      const isNew = generated.map((path) => {
        const text = now.get(path);
        expect([path, text === old.get(path) || text === finished.get(path)]).toEqual([path, true]);
        return text === finished.get(path);
      });
      if (isNew.includes(true) && isNew.includes(false)) interrupted++;
    }
    expect(interrupted).toBeGreaterThan(0);
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    const last = folder.snapshot();
    for (const path of generated) expect(last.get(path)).toBe(finished.get(path));
  }, 300_000);
});
