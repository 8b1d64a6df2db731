import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { EXAMPLE, WRITTEN } from './example.ts';

describe('claimgen check', () => {
  it('passes after a build, also where git wrote the files with CRLF, and writes nothing', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const built = folder.snapshot();
    expect((await folder.claimgen('check')).exitCode).toBe(0);
    expect(folder.snapshot()).toEqual(built);
    folder.write(
      Object.fromEntries(WRITTEN.map((path) => [path, (built.get(path) ?? '').replaceAll('\n', '\r\n')])),
    );
    expect((await folder.claimgen('check')).exitCode).toBe(0);
  });

  it('fails when any one of the files was touched or is gone, and names it', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const built = folder.snapshot();
    for (const path of WRITTEN) {
      const text = built.get(path) ?? '';
      // The lock and the verifier's layout are checked when they are read; white space alone is no hand edit. The Action's description is
      // compared by what it means, as tenant exports write it, too.
      const isDescription = path === 'claimgen/actions/claimgen-permissions.json';
      folder.write({ [path]: isDescription ? text.replace('node22', 'node18') : `${text}\n` });
      const touched = await folder.claimgen('check');
      expect([path, touched.exitCode]).toEqual([path, 1]);
      expect(touched.out).toContain(path);
      folder.write({ [path]: text });
      if (path === 'claimgen.lock.json') continue;
      rmSync(join(folder.path, path));
      const gone = await folder.claimgen('check');
      expect([path, gone.exitCode]).toEqual([path, 1]);
      expect(gone.out).toContain(path);
      folder.write({ [path]: text });
    }
    expect((await folder.claimgen('check')).exitCode).toBe(0);
  });

  it('fails when the catalog or the config changed since the build', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    folder.write({
      'catalog.json': (EXAMPLE['catalog.json'] ?? '').replace(
        '"orders:refund"',
        '"orders:refund", "orders:void"',
      ),
    });
    const { exitCode, out } = await folder.claimgen('check');
    expect(exitCode).toBe(1);
    expect(out).toContain('Run claimgen build and commit what it writes.');
    expect(
      JSON.parse((await folder.claimgen('check --json')).out).failures.map(
        ({ code }: { code: string }) => code,
      ),
    ).toContain('stale');
    await folder.claimgen('build');
    expect((await folder.claimgen('check')).exitCode).toBe(0);
  });

  it('fails for an environment that was not built, and says how to build it', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const { exitCode, out } = await folder.claimgen('check --env prod');
    expect(exitCode).toBe(1);
    expect(out).toContain('Run claimgen build --env prod');
  });
});
