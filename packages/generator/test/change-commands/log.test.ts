import { openJournal } from '@claimgen/changes';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

async function horizonOf(path: string): Promise<number> {
  const log = openJournal(path);
  try {
    return (await log.snapshot()).horizon;
  } finally {
    await log.close();
  }
}

describe('claimgen log init', () => {
  it('makes a journal that has forgotten nothing', async () => {
    const folder = projectFolder({});
    const { exitCode, out } = await folder.claimgen('log init --journal changes');
    expect([exitCode, out]).toEqual([0, 'Made the log.\n']);
    expect(await horizonOf(`${folder.path}/changes`)).toBe(0);
  });

  it('leaves one that is there as it is', async () => {
    const folder = projectFolder({});
    await folder.claimgen('log init --journal changes');
    const before = folder.snapshot();
    const { exitCode, error } = await folder.claimgen('log init --journal changes');
    expect([exitCode, error]).toEqual([2, expect.stringContaining('there is a journal')]);
    expect(folder.snapshot()).toEqual(before);
  });

  it('with --lost makes one that refuses every token of before', async () => {
    const folder = projectFolder({});
    await folder.claimgen('log init --journal changes');
    const now = Date.now();
    const { exitCode, out } = await folder.claimgen('log init --journal changes --lost --json');
    expect([exitCode, JSON.parse(out)]).toEqual([0, { version: 1, lost: true }]);
    expect(await horizonOf(`${folder.path}/changes`)).toBeGreaterThanOrEqual(now);
  });

  it('calls init of a module, and repeats nothing that it throws', async () => {
    const folder = projectFolder({
      'log.mjs': `import { initJournal, openJournal } from '@claimgen/changes';
const folder = new URL('./own', import.meta.url).pathname;
export default () => openJournal(folder);
export const init = (options) => initJournal(folder, options);
`,
      'broken.mjs': `export const init = () => { throw Object.assign(new Error('redis://user:password@host'), { code: 'ECONNREFUSED' }); };\n`,
      'none.mjs': 'export default 7;\n',
    });
    // The packages are found from here.
    const { symlinkSync } = await import('node:fs');
    symlinkSync(new URL('../../../../node_modules', import.meta.url).pathname, `${folder.path}/node_modules`);
    expect(await folder.claimgen('log init --changes log.mjs')).toMatchObject({ exitCode: 0 });
    expect(await horizonOf(`${folder.path}/own`)).toBe(0);
    const broken = await folder.claimgen('log init --changes broken.mjs');
    expect(broken).toMatchObject({ exitCode: 3, error: expect.stringContaining('(ECONNREFUSED)') });
    expect(broken.out + broken.error).not.toContain('password');
    expect(await folder.claimgen('log init --changes none.mjs')).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('no function named init'),
    });
  });

  it.each([
    // The test runner has a word of its own for it.
    ['syntax.mjs', 'export default (', ''],
    ['missing.mjs', "import 'no-such-package';", 'ERR_MODULE_NOT_FOUND)'],
    ['throws.mjs', "throw new TypeError('redis://user:password@host');", 'TypeError)'],
    ['nothing.mjs', 'throw undefined;', 'undefined)'],
  ])('says that a module can not be loaded, and no more of it than why: %s', async (file, code, why) => {
    const folder = projectFolder({ [file]: `${code}\n` });
    for (const command of ['log init', "publish --user 'auth0|1' --out", 'hub']) {
      const { exitCode, error, out } = await folder.claimgen(`${command} --changes ${file}`);
      expect([exitCode, error]).toEqual([2, expect.stringContaining(`${file} can't be loaded (${why}`)]);
      expect(out + error).not.toContain('password');
    }
  });

  it.each([
    ['log --journal changes', 'needs <init>'],
    ['log show --journal changes', 'log does nothing but init'],
    ['log init', 'a log of changes must be named'],
    ["log init --journal ''", 'a log of changes must be named'],
    ['log init --changes missing.mjs', "can't be read"],
  ])('refuses %s, and writes nothing', async (args, message) => {
    const folder = projectFolder({});
    const { exitCode, error } = await folder.claimgen(args);
    expect([exitCode, error]).toEqual([2, expect.stringContaining(message)]);
    expect([...folder.snapshot().keys()]).toEqual([]);
  });
});
