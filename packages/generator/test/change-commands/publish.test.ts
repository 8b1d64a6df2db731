import { initJournal, openJournal } from '@claimgen/changes';
import type { ChangeRecord } from '@claimgen/verifier/changes';
import { describe, expect, it } from 'vitest';
import { hasGit } from '../../../../test/left-out.ts';
import { run } from '../../src/run.ts';
import { EXAMPLE } from '../build/example.ts';
import { repository } from '../check/repository.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

async function shop(): Promise<ProjectFolder> {
  const folder = projectFolder(EXAMPLE);
  await initJournal(`${folder.path}/changes`);
  return folder;
}

async function recordsOf({ path }: ProjectFolder): Promise<ChangeRecord[]> {
  const log = openJournal(`${path}/changes`);
  try {
    return (await log.snapshot()).records as ChangeRecord[];
  } finally {
    await log.close();
  }
}

const publish = (folder: ProjectFolder, args: string) => folder.claimgen(`publish --journal changes ${args}`);

describe('claimgen publish', () => {
  it('publishes what a user has lost and gained, with the time and the version', async () => {
    const folder = await shop();
    const before = Date.now();
    const { exitCode, out, error } = await publish(
      folder,
      "--user 'auth0|1' --org org_1 --audience orders --lost 'orders:refund orders:write' --gained orders:read --by 'ticket 4711'",
    );
    expect([exitCode, error]).toEqual([0, '']);
    expect(out).toBe(
      'Published 1 change:\n  auth0|1 in org_1 at orders: lost orders:refund, orders:write; gained orders:read\n',
    );
    const [record, ...others] = await recordsOf(folder);
    expect(others).toEqual([]);
    expect(record).toEqual({
      v: 1,
      at: expect.any(Number),
      sub: 'auth0|1',
      org: 'org_1',
      aud: 'orders',
      lost: ['orders:refund', 'orders:write'],
      gained: ['orders:read'],
      by: 'ticket 4711',
    });
    expect(record?.at).toBeGreaterThanOrEqual(before);
  });

  it('needs no config for what names no permission of it', async () => {
    const folder = projectFolder({});
    await initJournal(`${folder.path}/changes`);
    expect(await publish(folder, "--user 'auth0|1' --out")).toMatchObject({ exitCode: 0 });
    expect(await publish(folder, "--everyone --users-only --lost '*' --yes --json")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('"lost": "*"'),
    });
    expect(await recordsOf(folder)).toMatchObject([
      { sub: 'auth0|1', out: true },
      { of: 'users', lost: '*' },
    ]);
  });

  it.each([
    ["--user 'auth0|1' --lost orders:refnd", 'no layout has "orders:refnd"'],
    ["--user 'auth0|1' --lost orders:read,orders:write", 'no layout has "orders:read,orders:write"'],
    ["--user 'auth0|1' --audience orders --lost invoices:pay", 'no layout has "invoices:pay"'],
    ["--user 'auth0|1' --audience shop --out", 'no layout is named "shop"'],
    ['--lost orders:read', 'a change is about one user, or --everyone'],
    ["--user 'auth0|1' --everyone --lost orders:read", 'a change is about one user, or --everyone'],
    ["--user '' --lost orders:read", 'the option --user is empty'],
    ["--user 'auth0|1'", 'a change says what was lost or gained'],
    ["--user 'auth0|1' --out --lost orders:read", 'a change says what was lost or gained'],
    ["--user 'auth0|1' --lost ' '", 'the option --lost is empty'],
    ["--user 'auth0|1' --lost '* orders:read'", '--lost has names beside *'],
    ["--difference HEAD --user 'auth0|1'", '--difference says of whom'],
    ["--user 'auth0|1' --out --settle -1", '--settle is a number of seconds'],
    ['--everyone --out', 'this must be confirmed'],
    ["--everyone --audience orders --gained '*'", 'this must be confirmed'],
    ["--user 'auth0|1' --out --changes log.js", 'a log of changes must be named'],
  ])('refuses %s, and publishes nothing', async (args, message) => {
    const folder = await shop();
    const { exitCode, error } = await publish(folder, args);
    expect([exitCode, error]).toEqual([2, expect.stringContaining(message)]);
    expect(await recordsOf(folder)).toEqual([]);
  });

  it('refuses a log that is not there, and never makes one', async () => {
    const folder = projectFolder(EXAMPLE);
    const { exitCode, error } = await publish(folder, "--user 'auth0|1' --out");
    expect([exitCode, error]).toEqual([2, expect.stringContaining('no journal')]);
    expect([...folder.snapshot().keys()].sort()).toEqual(Object.keys(EXAMPLE).sort());
  });

  it('publishes again after --settle, with a later time', async () => {
    const folder = await shop();
    const slept: number[] = [];
    const exitCode = await run({
      args: ['publish', '--journal', 'changes', '--user', 'auth0|1', '--out', '--settle', '60'],
      cwd: folder.path,
      version: '0',
      readStdin: async () => '',
      clock: {
        now: Date.now,
        sleep: async (ms) => {
          slept.push(ms);
          await new Promise((resolve) => setTimeout(resolve, 5));
        },
      },
      out: () => undefined,
      error: () => undefined,
    });
    expect([exitCode, slept]).toEqual([0, [60_000]]);
    const [one, two] = await recordsOf(folder);
    expect(two?.at).toBeGreaterThan(one?.at ?? Number.POSITIVE_INFINITY);
  });

  it('asks before it publishes everything for everyone, and takes no for an answer', async () => {
    const folder = await shop();
    const asked: string[] = [];
    const exitCode = await run({
      args: ['publish', '--journal', 'changes', '--everyone', '--out'],
      cwd: folder.path,
      version: '0',
      readStdin: async () => '',
      prompter: {
        ask: async () => '',
        confirm: async (question) => {
          asked.push(question);
          return false;
        },
        choose: async () => [],
      },
      out: () => undefined,
      error: () => undefined,
    });
    expect([exitCode, asked.length]).toEqual([1, 1]);
    expect(await recordsOf(folder)).toEqual([]);
  });
});

const withRoles = (roles: Readonly<Record<string, readonly string[]>>) => ({
  ...EXAMPLE,
  'claimgen.config.yaml': EXAMPLE['claimgen.config.yaml']?.replace(/^environments:.*/ms, '') ?? '',
  'catalog.json': JSON.stringify({
    permissions: ['orders:read', 'orders:write', 'orders:refund', 'invoices:read', 'invoices:pay'],
    roles,
  }),
});
const BEFORE = withRoles({ Clerk: ['orders:read', 'orders:write'], Accountant: ['invoices:pay'] });
const AFTER = withRoles({ Clerk: ['orders:read', 'orders:refund'], Accountant: ['invoices:pay'] });

describe.skipIf(!hasGit)('claimgen publish --difference', () => {
  it('publishes what roles lost and gained since a commit', async () => {
    const { folder, git, commit } = repository(BEFORE);
    await commit('deployed');
    git('tag', 'deployed');
    folder.write(AFTER);
    await commit('next');
    await initJournal(`${folder.path}/changes`);
    expect(await publish(folder, '--difference deployed --settle 0')).toMatchObject({
      exitCode: 0,
      error: '',
    });
    expect(await recordsOf(folder)).toMatchObject([
      { aud: 'orders', of: 'users', lost: ['orders:write'], gained: ['orders:refund'] },
    ]);
    expect((await publish(folder, '--difference HEAD --settle 0')).out).toContain('nothing to publish');
    expect(await recordsOf(folder)).toHaveLength(1);
  });

  it('knows permissions that an Action granted which is built no longer', async () => {
    const split = `action: { split: audience }\n${BEFORE['claimgen.config.yaml']}`;
    const { folder, git, commit } = repository({ ...BEFORE, 'claimgen.config.yaml': split });
    await commit('two Actions');
    git('tag', 'deployed');
    const { 'claimgen.config.yaml': config, ...others } = withRoles({
      Clerk: ['orders:read', 'orders:write'],
    });
    folder.write({ ...others, 'claimgen.config.yaml': `${config}    allowNobody: true\n` });
    const rebuilt = await folder.claimgen('build');
    await initJournal(`${folder.path}/changes`);
    expect(rebuilt).toMatchObject({ exitCode: 0 });
    expect(await publish(folder, '--difference deployed --settle 0')).toMatchObject({ exitCode: 0 });
    expect(await recordsOf(folder)).toMatchObject([
      { aud: 'billing-eu', lost: ['invoices:pay'], gained: [] },
    ]);
  });

  it('publishes everything for everyone where nobody can read what was deployed', async () => {
    const folder = projectFolder({
      ...AFTER,
      'deployed.js': 'exports.onExecutePostLogin = async () => {};\n',
    });
    await initJournal(`${folder.path}/changes`);
    const { out } = await publish(folder, '--difference deployed.js --settle 0 --by drill');
    expect(out).toContain('every user: lost anything; gained anything');
    expect(await recordsOf(folder)).toMatchObject([{ of: 'users', lost: '*', gained: '*', by: 'drill' }]);
  });

  it('refuses a commit that is unknown, or has no Action', async () => {
    const { folder, git } = repository(BEFORE);
    git('add', '-A');
    git('commit', '-qm', 'not built');
    await initJournal(`${folder.path}/changes`);
    for (const [source, message] of [
      ['nowhere', 'git knows no commit'],
      ['HEAD', 'HEAD has no Action'],
    ]) {
      const { exitCode, error } = await publish(folder, `--difference ${source}`);
      expect([exitCode, error]).toEqual([2, expect.stringContaining(message ?? '')]);
    }
    expect(await recordsOf(folder)).toEqual([]);
  });
});
