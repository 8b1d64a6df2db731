import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const A = 'https://a.example';
const B = 'https://b.example';

/** A config's from, and the API's own permissions besides. */
type Step = readonly [from: object, ...own: string[]];

const config = (from: object) =>
  JSON.stringify({
    catalog: 'catalog.json',
    claim: 'pz',
    audiences: { orders: { audience: 'https://orders.example', prefixes: ['orders:'], from } },
  });

const catalog = (...own: string[]) =>
  JSON.stringify({
    permissions: [
      'orders:read',
      ...own,
      { name: 'admin', audience: A },
      { name: 'admin', audience: B },
      { name: 'only', audience: A },
    ],
    roles: { Clerk: ['orders:read'] },
  });

describe('a prefix under "from" belongs to one API for good', () => {
  async function build(...steps: readonly Step[]) {
    const project = projectFolder({});
    let last = { exitCode: 0, out: '', error: '' };
    for (const [from, ...own] of steps) {
      project.write({ 'claimgen.config.json': config(from), 'catalog.json': catalog(...own) });
      last = await project.claimgen('build');
    }
    return { ...last, project };
  }

  it('and the lock remembers it', async () => {
    const { exitCode, project } = await build([{ [A]: 'a/' }], [{ [B]: 'b/' }]);
    expect(exitCode).toBe(0);
    const { audiences } = JSON.parse(project.read('claimgen.lock.json'));
    expect(audiences.orders.from).toEqual([
      ['a/', A],
      ['b/', B],
    ]);
  });

  it.each<[string, ...Step[]]>([
    ['swapped with that of another', [{ [A]: 'a/', [B]: 'b/' }], [{ [A]: 'b/', [B]: 'a/' }]],
    ['taken away and given to another', [{ [A]: 'a/' }], [{}], [{ [B]: 'a/' }]],
    ['inside that of another', [{ [A]: 'a/', [B]: 'a/b/' }]],
    ["inside the name of one of the API's own, not selected", [{ [A]: 'a/' }, 'a/admin']],
    ["that one of the API's own began with", [{}, 'orders:x/admin'], [{ [A]: 'orders:x/' }]],
  ])('so it is not %s', async (_: string, ...steps: readonly Step[]) => {
    const { exitCode, error } = await build(...steps);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/^claimgen\.config\.json:\d+:\d+: audiences\.orders\.from.*\n {2}Choose a prefix/);
  });

  it('and comes back with a lost lock', async () => {
    const { project } = await build([{ [A]: 'a/' }]);
    const lock = project.read('claimgen.lock.json');
    project.remove('claimgen.lock.json');
    expect((await project.claimgen('build --restore-lock')).exitCode).toBe(0);
    expect(project.read('claimgen.lock.json')).toBe(lock);
  });
});
