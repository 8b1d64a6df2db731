// Keys and claims that a branch renames, as `check --base` tells them.
import { describe, expect, it } from 'vitest';
import { type Repository, repository } from './repository.ts';

interface Audience {
  readonly key: string;
  readonly api?: string;
  readonly more?: string;
}

function files(audiences: readonly Audience[], more = ''): Record<string, string> {
  const lines = audiences.map(
    ({ key, api = 'hr', more: own = '' }) =>
      `  ${key}: { audience: https://${api}.acme.example, globs: ["${api}:*"]${own} }\n`,
  );
  return {
    'claimgen.config.yaml': `catalog: catalog.json
claim: https://acme.example/permissions
audiences:
${lines.join('')}${more}`,
    'catalog.json': JSON.stringify({
      permissions: ['hr:read', 'hr:write', 'pay:read'],
      roles: { Clerk: ['hr:read', 'pay:read'] },
    }),
  };
}

async function first(audiences: readonly Audience[], more = ''): Promise<Repository> {
  const repo = repository(files(audiences, more));
  await repo.commit('first');
  repo.git('switch', '-qc', 'feature');
  return repo;
}

/** Removes what a build under another key left behind, builds and commits. */
async function second(repo: Repository, audiences: readonly Audience[], more = ''): Promise<void> {
  repo.git('rm', '-qr', '--ignore-unmatch', 'claimgen/verifier');
  repo.folder.write(files(audiences, more));
  await repo.commit('second');
}

describe('an audience under another key', () => {
  it('fails, with the tokens that would be refused and the way around', async () => {
    const repo = await first([{ key: 'hr' }]);
    await second(repo, [{ key: 'people' }]);
    const { exitCode, failures, changes } = await repo.check('main');
    expect(exitCode).toBe(1);
    expect(failures).toMatchInlineSnapshot(`
      [
        {
          "audience": "people",
          "code": "audience_renamed",
          "fix": "Add previously: hr to audiences.people, take claimgen.lock.json from main and run claimgen build: the layout goes on, and both modules read all tokens.",
          "message": "people: "https://hr.acme.example" has the key hr at main, and begins a new layout here: APIs with the module hr refuse tokens of the new Action, and APIs with the module people refuse every token in use (layout_unknown, 401)",
        },
      ]
    `);
    // It is the same API: nobody gains or loses anything.
    expect(changes.audiences).toMatchObject([
      {
        name: 'people',
        previousName: 'hr',
        state: 'kept',
        roles: [],
        permissions: { added: [], removed: [] },
      },
    ]);
  });

  it('passes as the failure says: with previously, and the lock of the base', async () => {
    const repo = await first([{ key: 'hr' }]);
    await second(repo, [{ key: 'people' }]);
    repo.git('checkout', '-q', 'main', '--', 'claimgen.lock.json');
    await second(repo, [{ key: 'people', more: ', previously: hr' }]);
    const { exitCode, failures, changes } = await repo.check('main');
    expect([exitCode, failures]).toEqual([0, []]);
    expect(changes.audiences).toMatchObject([{ name: 'people', previousName: 'hr', layout: 'same' }]);
    const { out } = await repo.folder.claimgen('check --base main');
    expect(out).toContain('  people\n    named hr before\n');
  });

  it('passes where permissions are added at the same time', async () => {
    const repo = await first([{ key: 'hr' }]);
    const after = files([{ key: 'people', more: ', previously: hr' }]);
    repo.git('rm', '-qr', 'claimgen/verifier');
    repo.folder.write({
      ...after,
      'catalog.json': after['catalog.json']?.replace('"hr:read",', '"hr:read", "hr:fire",') ?? '',
    });
    await repo.commit('second');
    const { exitCode, changes } = await repo.check('main');
    expect(exitCode).toBe(0);
    expect(changes.audiences).toMatchObject([{ layout: 'grown', permissions: { added: ['hr:fire'] } }]);
  });

  it('fails where two APIs exchange their keys', async () => {
    const repo = await first([{ key: 'hr' }, { key: 'pay', api: 'pay' }]);
    await second(repo, [{ key: 'pay' }, { key: 'hr', api: 'pay' }]);
    const { exitCode, failures } = await repo.check('main');
    expect(exitCode).toBe(1);
    expect(failures.map(({ code, audience, fix }) => [code, audience, fix])).toEqual([
      ['audience_renamed', 'pay', expect.stringContaining('Let it keep the key hr')],
      ['audience_renamed', 'hr', expect.stringContaining('Let it keep the key pay')],
    ]);
  });

  it('fails where it is renamed in one environment only', async () => {
    const environments = (hr: string, pay: string) =>
      `environments: { prod: { audiences: { hr: https://${hr}.acme.com, pay: https://${pay}.acme.com } } }\n`;
    const both = [{ key: 'hr' }, { key: 'pay', api: 'pay' }];
    const repo = await first(both, environments('hr', 'pay'));
    await second(repo, both, environments('pay', 'hr'));
    await repo.folder.claimgen('build --env prod');
    expect((await repo.check('main')).failures.map(({ code }) => code)).toEqual([
      'audience_renamed',
      'audience_renamed',
    ]);
  });

  it('passes where both sides write lists of names, which any layout reads', async () => {
    const repo = await first([{ key: 'hr', more: ', encoding: names' }]);
    await second(repo, [{ key: 'people', more: ', encoding: names' }]);
    expect((await repo.check('main')).exitCode).toBe(0);
  });

  it('passes where an API is new, or leaves', async () => {
    const repo = await first([{ key: 'hr' }]);
    await second(repo, [{ key: 'pay', api: 'pay' }]);
    const { exitCode, changes } = await repo.check('main');
    expect(exitCode).toBe(0);
    expect(changes.audiences).toMatchObject([
      { name: 'pay', state: 'added', roles: [{ role: 'Clerk', gained: ['pay:read'] }] },
      { name: 'hr', state: 'removed', roles: [{ role: 'Clerk', lost: ['hr:read'] }] },
    ]);
    const { out } = await repo.folder.claimgen('check --base main');
    expect(out).toContain('  hr: left the config\n    1 role had permissions there');
  });
});

describe('a claim of another name', () => {
  it('fails, and says which steps there are', async () => {
    const repo = await first([{ key: 'hr' }]);
    await second(repo, [{ key: 'hr', more: ', claim: pz' }]);
    const { exitCode, failures } = await repo.check('main');
    expect(exitCode).toBe(1);
    expect(failures).toMatchInlineSnapshot(`
      [
        {
          "audience": "hr",
          "code": "claim_renamed",
          "fix": "Keep the name. Or, in steps: let Auth0 add its own permissions claim (token_dialect ending in _authz), and give createVerifier fallback: ['permissions']; after a token's lifetime deploy verifiers and Action with the new name; after another, take both away (node_modules/@claimgen/generator/docs/explanation/layouts.md). This check fails until the new name is in main.",
          "message": "hr: the claim is named "pz", and "https://acme.example/permissions" at main: APIs that read the one find no permissions in tokens of "https://hr.acme.example" that carry the other",
        },
      ]
    `);
  });

  it('fails for each audience whose claim it is, under its new key as well', async () => {
    const repo = await first([{ key: 'hr' }, { key: 'pay', api: 'pay' }]);
    await second(repo, [
      { key: 'people', more: ', previously: hr, claim: pz' },
      { key: 'pay', api: 'pay' },
    ]);
    const { failures } = await repo.check('main');
    expect(failures.map(({ code, audience }) => [code, audience])).toEqual([['claim_renamed', 'people']]);
  });
});

describe('a branch that is behind', () => {
  const catalogOf = (...names: readonly string[]) => ({
    'catalog.json': JSON.stringify({ permissions: names, roles: { Clerk: ['hr:read'] } }),
  });

  /** main has a permission more than the branch. */
  async function behind(): Promise<Repository> {
    const repo = repository({ ...files([{ key: 'hr' }]), ...catalogOf('hr:read') });
    await repo.commit('first');
    repo.git('branch', 'feature');
    repo.folder.write(catalogOf('hr:read', 'hr:write'));
    await repo.commit('second');
    repo.git('switch', '-q', 'feature');
    return repo;
  }

  it('is told to merge, and nothing of what the other added as removed', async () => {
    const repo = await behind();
    const { exitCode, failures, changes } = await repo.check('main');
    expect(exitCode).toBe(1);
    expect(failures).toEqual([
      {
        code: 'branch_behind',
        audience: 'hr',
        message: 'this branch is behind main, where permissions were added to the layout of hr since',
        fix: 'Merge main first.',
      },
    ]);
    expect(changes.behind).toBe(true);
    expect(changes.notes[0]).toMatch(
      /^this branch is behind main: what it changes is told against [0-9a-f]{12}/,
    );
    expect(changes.audiences).toMatchObject([{ permissions: { added: [], removed: [] }, layout: 'same' }]);
    repo.git('merge', '-q', 'main');
    expect((await repo.check('main')).exitCode).toBe(0);
  });

  it('passes where only other things moved on, and tells only what it does itself', async () => {
    const repo = repository({ ...files([{ key: 'hr' }]), ...catalogOf('hr:read', 'hr:write') });
    await repo.commit('first');
    repo.git('branch', 'feature');
    repo.folder.write({
      'catalog.json': JSON.stringify({ permissions: ['hr:read', 'hr:write'], roles: { Boss: ['hr:write'] } }),
    });
    await repo.commit('second');
    repo.git('switch', '-q', 'feature');
    const { exitCode, changes } = await repo.check('main');
    expect(exitCode).toBe(0);
    expect(changes).toMatchObject({ behind: true, roles: { added: [], removed: [] } });
  });

  it('is told to merge where both added permissions: the layouts have forked', async () => {
    const repo = await behind();
    repo.folder.write(catalogOf('hr:read', 'hr:fire'));
    await repo.commit('third');
    const { exitCode, failures, changes } = await repo.check('main');
    expect(exitCode).toBe(1);
    expect(failures).toMatchInlineSnapshot(`
      [
        {
          "audience": "hr",
          "code": "layout_forked",
          "fix": "Merge main first: take claimgen.lock.json from main, then run claimgen build.",
          "message": "hr: the layout gives places to other permissions than main does: verifiers deployed from there read only what both share",
        },
      ]
    `);
    expect(changes.audiences).toMatchObject([{ permissions: { added: ['hr:fire'], removed: [] } }]);
  });

  it('is none where the lock was put back: the base is in its history', async () => {
    const repo = await behind();
    repo.git('merge', '-q', 'main');
    repo.folder.write(catalogOf('hr:read'));
    repo.git('checkout', '-q', 'main~1', '--', 'claimgen.lock.json', 'claimgen');
    const { failures, changes } = await repo.check('main');
    expect(changes.behind).toBe(false);
    expect(failures).toMatchInlineSnapshot(`
      [
        {
          "audience": "hr",
          "code": "layout_forked",
          "fix": "Take claimgen.lock.json from main, then run claimgen build.",
          "message": "hr: the layout lacks permissions that it has at main, and the next ones would take their places",
        },
      ]
    `);
  });

  it('is none while main is being merged', async () => {
    const repo = await behind();
    repo.folder.write({ 'other.txt': 'x' });
    await repo.commit('third');
    repo.git('merge', '-q', '--no-commit', '--no-ff', 'main');
    const { exitCode, changes } = await repo.check('main');
    expect([exitCode, changes.behind]).toEqual([0, false]);
  });

  it('can not be told in a shallow clone, which is said', async () => {
    const repo = await behind();
    repo.git('clone', '-q', '--depth', '1', '--no-single-branch', `file://${repo.folder.path}`, 'shallow');
    const { out, exitCode } = await repo.folder.claimgen('check --json --base origin/main', {
      cwd: 'shallow',
    });
    const { failures, changes } = JSON.parse(out);
    expect([exitCode, changes.behind]).toEqual([1, null]);
    expect(failures[0].fix).toContain('if this branch is behind it (a shallow clone can');
  });
});
