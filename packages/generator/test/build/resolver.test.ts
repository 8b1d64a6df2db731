// `resolver: true`: the tables that a resolver reads, beside what a build writes.
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { EXAMPLE } from './example.ts';

const CONFIG = 'claimgen.config.yaml';
const FILE = 'claimgen/resolver/orders.json';

/** The example with more lines in the entry of orders. */
function project(...lines: string[]): ReturnType<typeof projectFolder> {
  const text = EXAMPLE[CONFIG] ?? '';
  const entry = '    prefixes: ["orders:"]\n';
  return projectFolder({
    ...EXAMPLE,
    [CONFIG]: text.replace(entry, entry + lines.map((line) => `    ${line}\n`).join('')),
  });
}

describe('resolver: true', () => {
  it('writes the tables of the Action, with the roles, and changes no byte of anything else', async () => {
    const [without, with_] = [project(), project('resolver: true')];
    await without.claimgen('build');
    const { exitCode } = await with_.claimgen('build');
    expect(exitCode).toBe(0);
    const [before, after] = [without.snapshot(), with_.snapshot()];
    expect([...after.keys()].filter((path) => !before.has(path)).sort()).toEqual(['claimgen/resolver', FILE]);
    for (const [path, text] of before)
      if (path !== CONFIG) expect([path, after.get(path)]).toEqual([path, text]);
    const { format, audiences, roles } = JSON.parse(after.get(FILE) ?? '');
    expect(format).toBe('claimgen-resolver-1');
    expect(audiences).toHaveLength(1);
    expect(Object.keys(audiences[0])).toEqual(
      expect.arrayContaining(['audience', 'claim', 'ids', 'ends', 'sources']),
    );
    expect(roles.length).toBeGreaterThan(0);
  });

  it('has check fail where the tables are stale or gone, and build replace them and nothing of others', async () => {
    const folder = project('resolver: true');
    await folder.claimgen('build');
    expect((await folder.claimgen('check')).exitCode).toBe(0);
    const text = folder.read(FILE);
    folder.write({ [FILE]: text.replace('[', '[ ') });
    const stale = await folder.claimgen('check');
    expect([stale.exitCode, stale.out.includes(FILE)]).toEqual([1, true]);
    await folder.claimgen('build');
    expect(folder.read(FILE)).toBe(text);
    folder.write({ [FILE]: '{"mine":true}' });
    const refused = await folder.claimgen('build');
    expect([refused.exitCode, refused.error.includes(FILE)]).toEqual([2, true]);
  });

  it('leaves a file behind that check names, where it is taken away', async () => {
    const folder = project('resolver: true');
    await folder.claimgen('build');
    folder.write({ [CONFIG]: EXAMPLE[CONFIG] });
    const check = await folder.claimgen('check');
    expect([check.exitCode, check.out.includes(FILE)]).toEqual([1, true]);
  });

  it('writes them for each environment', async () => {
    const folder = project('resolver: true');
    expect((await folder.claimgen('build --env prod')).error).toBe('');
    expect(folder.snapshot().has('claimgen/prod/resolver/orders.json')).toBe(true);
  });

  it.each([
    ['grant: requested', /audiences\.orders\.grant: a resolver does not know which scopes/],
    [
      'action: { source: [{ event: client.metadata.permissions }] }',
      /audiences\.orders\.action\.source: a resolver can read lists below user\.app_metadata only/,
    ],
  ])('is refused for what only a login knows: %s', async (line, message) => {
    const { exitCode, error } = await project('resolver: true', line).claimgen('build');
    expect([exitCode, error.replace(/\s+/g, ' ')]).toEqual([2, expect.stringMatching(message)]);
  });
});
