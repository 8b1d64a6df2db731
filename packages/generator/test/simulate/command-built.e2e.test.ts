import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Finished, ProjectFolder } from '../project-folder.ts';
import { clerk, managed, orders, shop } from './shop.ts';

/** Runs the installed command in a process of its own. */
function installed(
  at: ProjectFolder,
  args: readonly string[],
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const bin = fileURLToPath(new URL('../../bin/claimgen.js', import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...flags, bin, ...args],
      { cwd: at.path, maxBuffer: 1 << 28, env: { ...process.env, ...env } },
      (error, out, complaint) => {
        resolve({ exitCode: Number(error?.code ?? 0) as Finished['exitCode'], out, error: complaint });
      },
    );
  });
}

test('--built runs the file on disk, with all its failures', async () => {
  const at = shop();
  const missing = await at.claimgen('simulate --built');
  expect([missing.exitCode, missing.error]).toEqual([
    2,
    'claimgen/actions/p/code.js: the Action has not been built\n  Run claimgen build, or leave --built out.\n',
  ]);
  await at.claimgen('build');
  const command = `simulate --built --audience orders --user ${clerk}`;
  expect((await at.claimgen(command)).out).toContain('grants orders:read');

  const code = at.read('claimgen/actions/p/code.js');
  const edited = (more: string): void => at.write({ 'claimgen/actions/p/code.js': `${code}\n${more}` });
  edited("exports.onExecutePostLogin = async () => { throw new Error('broken'); };");
  const failed = await at.claimgen(command);
  expect([failed.exitCode, failed.out.includes('failed: broken')]).toEqual([1, true]);

  edited(
    "exports.onExecutePostLogin = async (_, api) => api.accessToken.setCustomClaim('permissions', ['all']);",
  );
  expect((await at.claimgen(command)).out).toContain(
    'Auth0 ignores the claim "permissions": restricted name',
  );

  edited('import fs from "node:fs";');
  const refused = await at.claimgen(command);
  expect(refused.exitCode).toBe(1);
  expect(refused.out).toContain('FAILED Auth0 would not take the Action');

  // Without --built, what is on disk is of no account.
  expect((await at.claimgen(command.replace('--built ', ''))).exitCode).toBe(0);
});

test('--built fails for an Action that gives Organization Roles what the tenant’s roles have', async () => {
  const action = (organizations: string): object => ({
    action: { name: 'p', source: [{ roles: {}, organizations }] },
  });
  const at = shop(action('trust-names'));
  await at.claimgen('build');
  expect((await at.claimgen('simulate --built')).exitCode).toBe(0);
  at.write({ 'claimgen.config.json': shop(action('ask')).read('claimgen.config.json') });
  const { exitCode, out } = await at.claimgen('simulate --built --audience orders');
  expect(exitCode).toBe(1);
  expect(out.match(/^FAILED.*|^ +permissions: .*/gm)).toEqual([
    expect.stringMatching(
      /^FAILED {2}orders, password, Organization Roles by the names of the tenant's {2}allowed/,
    ),
    '          permissions: the user holds some, though by the config this login gets none',
  ]);
});

test('--built fails where every role holds nothing, though the catalog’s roles grant something by now', async () => {
  const audiences = { orders: { audience: orders, globs: ['*'], allowNobody: true } };
  const at = shop({ audiences });
  const roles = at.read('catalog.json');
  at.write({ 'catalog.json': roles.replace(/"roles".*/s, '"roles":{"Clerk":[]}}') });
  await at.claimgen('build');
  // Nobody is meant to get anything: nothing is wrong.
  expect((await at.claimgen('simulate --built')).exitCode).toBe(0);
  at.write({ 'catalog.json': roles });
  const { exitCode, out } = await at.claimgen('simulate --built --flow refresh');
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^FAILED {2}orders, refresh, every role {2}allowed; 0 permissions/m);
  expect(out).toContain("permissions: the user holds none, though the catalog's roles grant some");
});

test.each(['18', '22'])('Node %s gives what the Node of claimgen gives', async (node) => {
  const at = shop(managed(10_000));
  await at.claimgen('build');
  const here = await installed(at, ['simulate', '--json']);
  const there = await installed(at, ['simulate', '--json', '--built', '--node', node]);
  expect([there.exitCode, there.error]).toEqual([0, '']);
  expect(JSON.parse(there.out)).toEqual(JSON.parse(here.out));
});

test('a Node that can not be had is told with the reason, and without a stack', async () => {
  const at = shop();
  const run = (env: Readonly<Record<string, string>>) => installed(at, ['simulate', '--node', '18'], [], env);
  const none = await run({ PATH: at.path });
  expect([none.exitCode, none.error]).toEqual([
    2,
    "the Action can't be run on that Node: there is no npx on the PATH\n  Install npm, or leave --node out for the Node that runs claimgen.\n",
  ]);
  const offline = await run({
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_cache: `${at.path}/cache`,
    npm_config_fetch_retries: '0',
  });
  expect(offline.exitCode).toBe(2);
  expect(offline.error).toMatch(
    /^the Action can't be run on that Node: npx could not provide Node 18: .*ECONNREFUSED.*\n {2}Give npx a way to the registry/,
  );
  const nowhere = await run({ TMPDIR: `${at.path}/missing` });
  expect(nowhere.exitCode).toBe(2);
  expect(nowhere.error).toContain('the host could not be written to');
  for (const { error } of [none, offline, nowhere]) expect(error).not.toMatch(/^ +at /m);
});

test('more users than the heap could hold are run one by one', async () => {
  const at = shop();
  const users = Array.from({ length: 6_000 }, (_, number) => `{"id":"auth0|${number}","roles":["Clerk"]}\n`);
  at.write({ 'users.ndjson': users.join('') });
  const args = ['simulate', '--audience', 'orders', '--users', 'users.ndjson', '--json'];
  const { exitCode, out } = await installed(at, args, ['--max-old-space-size=32']);
  expect([exitCode, out.trimEnd().split('\n').length]).toEqual([0, 6_001]);
});
