import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hasGit } from '../../../../test/left-out.ts';
import type { AudiencePopulation } from '../../src/population/audience-tally.ts';
import type { Population } from '../../src/population/measure-population.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

const permissions = Array.from({ length: 300 }, (_, index) => `orders:${String(index).padStart(3, '0')}`);

const CATALOG = {
  permissions,
  roles: {
    Clerk: permissions.filter((_, index) => index % 2 === 0),
    Auditor: permissions.filter((_, index) => index % 7 === 3),
    Owner: permissions,
  },
};

function configOf(audience: object, top: object = {}): string {
  return JSON.stringify({
    catalog: 'catalog.json',
    claim: 'https://acme.example/permissions',
    audiences: { orders: { audience: 'https://orders.example', globs: ['*'], ...audience } },
    ...top,
  });
}

const DIRECT = { action: { source: ['roles', { event: 'user.app_metadata.permissions' }] } };

function project(audience: object = {}, top: object = {}): ProjectFolder {
  return projectFolder({
    'catalog.json': JSON.stringify(CATALOG),
    'claimgen.config.json': configOf(audience, top),
  });
}

/** Runs the command with --json and gives the single audience's figures. */
async function measure(
  folder: ProjectFolder,
  args: string,
  stdin = '',
): Promise<Population & { readonly orders: AudiencePopulation; readonly exitCode: number }> {
  const { out, error, exitCode } = await folder.claimgen(`population --json ${args}`, { stdin });
  expect(error).toBe('');
  const population = JSON.parse(out) as Population;
  return { ...population, orders: population.audiences[0] as AudiencePopulation, exitCode };
}

function lines(...users: readonly object[]): string {
  return users.map((user) => `${JSON.stringify(user)}\n`).join('');
}

describe('claimgen population', () => {
  it('sizes the same modelled users alike, and others with another seed', async () => {
    const folder = project({}, DIRECT);
    const first = await measure(folder, '--model 500');
    expect(first.users).toBe(500);
    expect(await measure(folder, '--model 500 --seed 1')).toEqual(first);
    expect((await measure(folder, '--model 500 --seed 2')).orders.largest).not.toEqual(first.orders.largest);
    const { p50, p95, p99, max } = first.orders.line;
    expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].toSorted((a, b) => a - b));
    expect(max).toBe(first.orders.largest[0]?.line);
    expect(max).toBeLessThanOrEqual(first.orders.bound);
  });

  it('reads users from standard input, in the forms that exports come in', async () => {
    const users = lines(
      { user_id: 'auth0|1', roles: ['Clerk'] },
      { id: 'auth0|2', roles: [{ id: 'rol_1', name: 'Clerk' }] },
      { Id: 'auth0|3', permissions: [] },
      { user_id: 'auth0|4', permissions: ['orders:001', { permission_name: 'orders:002' }] },
      { user_id: 'auth0|5', app_metadata: { permissions: ['orders:001', 'orders:002', 'not:there'] } },
    );
    const { orders, users: count } = await measure(project({}, DIRECT), '--users -', `\uFEFF${users}\n\n`);
    expect(count).toBe(5);
    const line = (id: string) => orders.largest.find((user) => user.id === id)?.line;
    expect(line('auth0|1')).toBe(line('auth0|2'));
    expect(line('auth0|4')).toBe(line('auth0|5'));
    expect(line('auth0|3')).toBeLessThan(line('auth0|4') ?? 0);
  });

  it('leaves out what the sources of the audience do not read, and says so', async () => {
    const users = lines({ user_id: 'a' }, { user_id: 'a', permissions: permissions.slice(0, 50) });
    const unread = await measure(project(), '--users -', users);
    expect(unread.orders.claim.max).toBe(unread.orders.claim.p50);
    expect(unread.orders.directUnread).toBe(1);
    const read = await measure(project({}, DIRECT), '--users -', users);
    expect(read.orders.claim.max).toBeGreaterThan(read.orders.claim.p50);
    expect(read.orders.directUnread).toBe(0);
  });

  it('joins an export without roles with a file of roles, packed or not', async () => {
    const folder = project();
    folder.write({
      'roles.ndjson': lines({ user_id: 'a', roles: ['Auditor'] }, { user_id: 'a', roles: ['Clerk'] }),
    });
    writeFileSync(join(folder.path, 'users.json.gz'), gzipSync(lines({ Id: 'a' }, { Id: 'b' })));
    const joined = await measure(folder, '--users users.json.gz --roles-per-user roles.ndjson');
    const direct = await measure(
      folder,
      '--users -',
      lines({ id: 'a', roles: ['Clerk', 'Auditor'] }, { id: 'b' }),
    );
    expect(joined.orders).toEqual(direct.orders);
  });

  it('counts users of roles that the catalog does not know', async () => {
    const users = lines({ id: 'a', roles: ['Gone'] }, { id: 'b', roles: ['Gone', 'Clerk'] });
    const { unknownRoles } = await measure(project(), '--users -', users);
    expect(unknownRoles).toEqual([{ role: 'Gone', users: 2 }]);
  });

  it('names who is over the budget, lists all of them in a file and exits with 1', async () => {
    const folder = project({ encoding: 'names', budget: { bytes: 3000 }, token: { subjectBytes: 20 } });
    const users = lines({ id: 'small' }, { id: 'large', roles: ['Owner'] }, { id: 'long'.repeat(10) });
    const { orders, exitCode } = await measure(folder, '--users - --over-budget-file over.ndjson', users);
    expect(exitCode).toBe(1);
    expect(orders.over).toBe(1);
    expect(orders.overflowing.map(({ id }) => id)).toEqual(['large']);
    expect(orders.subjectTooLong).toBe(1);
    expect(JSON.parse(folder.read('over.ndjson'))).toEqual({ audience: 'orders', ...orders.overflowing[0] });
    const { out } = await folder.claimgen('population --users -', { stdin: users });
    expect(out).toContain('OVER THE BUDGET: 1 user\n');
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it.skipIf(!hasGit)(
    'says what a change of config does to users, against a folder and against a commit',
    async () => {
      const folder = project();
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
          cwd: folder.path,
        });
      git('init', '-q');
      git('add', '.');
      git('commit', '-qm', 'before');
      folder.write({
        'old/catalog.json': JSON.stringify(CATALOG),
        'old/claimgen.config.json': configOf({}),
        'claimgen.config.json': configOf({ encoding: 'names', budget: { bytes: 3000 } }),
      });
      const users = lines(
        { id: 'none' },
        { id: 'clerk', roles: ['Clerk'] },
        { id: 'owner', roles: ['Owner'] },
      );
      const against = await measure(folder, '--users - --base HEAD', users);
      const { change, over } = against.orders;
      expect(change).toMatchObject({ grown: 2, shrunk: 1, newlyOver: over, noLongerOver: 0 });
      expect(change?.newlyOverflowing.map(({ id }) => id)).toContain('owner');
      expect(change?.base.line.max).toBeLessThan(against.orders.line.max);
      expect((await measure(folder, '--users - --base old', users)).orders).toEqual(against.orders);
      expect(git('status', '--porcelain', '--untracked-files=no').toString()).toBe(
        ' M claimgen.config.json\n',
      );
    },
  );

  it.each([
    ['{"id": "a"}\n{"id": "b", "roles": "Clerk"}', 2, 'role names'],
    ['{"roles": []}', 1, 'no user id'],
    ['{"id": "a"', 1, 'not JSON'],
    ['{"id": "a", "permissions": [1]}', 1, 'array of permissions'],
  ])('refuses %j and names the line, not what stands in it', async (stdin, line, message) => {
    const { exitCode, error } = await project().claimgen('population --users -', { stdin });
    expect(exitCode).toBe(2);
    expect(error).toContain(`standard input:${line}:1: `);
    expect(error).toContain(message);
    expect(error).not.toContain('Clerk:');
  });

  it.each([
    ['--users gone.ndjson', "can't be read"],
    ['--users - --model 5', 'exclude each other'],
    ['--model 0', 'whole numbers'],
    ['--model 5 --base nowhere', 'git'],
    ['--users - --over-budget-file catalog.json/over.ndjson', "can't be written"],
  ])('refuses %s', async (args, message) => {
    const { exitCode, error } = await project().claimgen(`population ${args}`);
    expect(exitCode).toBe(2);
    expect(error).toContain(message);
  });
});
