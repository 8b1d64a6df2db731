// `claimgen deploy` over HTTPS, against the stand-in: plan, apply, read back, roll back, and what it refuses.

import { rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openJournal } from '@claimgen/changes';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addOthers } from '../../../tenant/test/actions.ts';
import { identifierOf, scopeOf } from '../../../tenant/test/tenants.ts';
import { wellKnown } from '../../../verifier/src/well-known.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

const NAME = 'claimgen-permissions';

const scopes = (...places: readonly number[]): string[] => places.map((place) => scopeOf(0, place));

/** A tenant whose permissions are pulled, and an Action that is built of them. */
async function builtWorld(options: WorldOptions = {}): Promise<World> {
  const world = await startWorld({ buildTime: 2_000, deployTime: 1_000, ...options });
  addOthers(world, ['enrich', 'audit']);
  for (const command of ['pull', 'build'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
  world.requests.length = 0;
  return world;
}

function ours({ api }: World): { readonly code: string; readonly deployed: string | undefined } | undefined {
  const action = [...api.tenant.actions.values()].find(({ name }) => name === NAME);
  return action && { code: action.code, deployed: action.versions.at(-1)?.code };
}

function bound({ api }: World): readonly string[] {
  return (api.tenant.bindings.get('post-login') ?? []).map(({ display_name }) => display_name);
}

const code = (world: World): string => world.project.read(`claimgen/actions/${NAME}/code.js`);
const writes = (world: World): readonly string[] =>
  world.requests.filter((request) => !request.startsWith('GET') && !request.includes('/oauth/'));

/** Takes a permission of a role away, in the tenant, and builds again. */
async function changeRole(world: World, kept: number): Promise<void> {
  const { roles } = world.api.tenant;
  const role = roles.get('rol_0');
  if (role === undefined) throw new Error('there is no such role');
  roles.set('rol_0', { ...role, permissions: role.permissions.slice(0, kept) });
  for (const command of ['pull', 'build'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
  world.requests.length = 0;
}

/** Takes permissions of two APIs from their roles. */
async function changeBoth(world: World): Promise<void> {
  const { roles } = world.api.tenant;
  for (const [id, role] of roles) roles.set(id, { ...role, permissions: role.permissions.slice(0, 1) });
  for (const command of ['pull', 'build'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
}

describe('claimgen deploy', () => {
  it('creates, deploys and binds the Action last, and the second time sends nothing but GETs', async () => {
    const world = await builtWorld();
    const first = await world.claimgen('deploy --yes');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.out).toContain('1. create the Action');
    expect(first.out).toContain('the trigger runs The enrich, The audit, claimgen-permissions.');
    expect(ours(world)).toEqual({ code: code(world), deployed: code(world) });
    expect(bound(world)).toEqual(['The enrich', 'The audit', NAME]);
    world.requests.length = 0;
    const second = await world.claimgen('deploy');
    expect(second).toMatchObject({ exitCode: 0 });
    expect(second.out).toContain('no changes');
    expect(writes(world)).toEqual([]);
  });

  it('shows with --dry-run what would change, and sends nothing but GETs', async () => {
    const world = await builtWorld({ clients: 'any' });
    const planned = await world.claimgen('deploy --dry-run');
    expect(planned).toMatchObject({ exitCode: 0 });
    expect(planned.out).toContain('create the Action');
    expect(writes(world)).toEqual([]);
    const json = JSON.parse((await world.claimgen('deploy --dry-run --json')).out);
    expect(json).toMatchObject({
      dryRun: true,
      plans: [{ action: NAME, steps: ['create', 'deploy', 'bind'] }],
    });
  });

  it('asks nobody where nobody can answer, and does nothing', async () => {
    const world = await builtWorld();
    const refused = await world.claimgen('deploy');
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.error).toContain('Use --yes');
    expect(writes(world)).toEqual([]);
  });

  it('does what the person at the terminal says', async () => {
    const world = await builtWorld();
    const asked: string[] = [];
    const answering = (answer: boolean) => ({
      ask: () => Promise.reject(new Error('nothing to ask')),
      choose: () => Promise.reject(new Error('nothing to choose')),
      confirm: async (message: string) => {
        asked.push(message);
        return answer;
      },
    });
    expect(await world.claimgen('deploy', { prompter: answering(false) })).toMatchObject({ exitCode: 1 });
    expect(writes(world)).toEqual([]);
    expect(await world.claimgen('deploy', { prompter: answering(true) })).toMatchObject({ exitCode: 0 });
    expect(asked).toEqual(Array.from({ length: 2 }, () => `Apply this to ${world.served.domain}?`));
  });

  it('refuses what claimgen check fails on', async () => {
    const world = await builtWorld();
    world.project.write({ [`claimgen/actions/${NAME}/code.js`]: `${code(world)}// edited\n` });
    const refused = await world.claimgen('deploy --yes');
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.out).toContain('FAILED not what claimgen build would write');
    expect(world.requests).toEqual([]);
  });

  it('loses nothing of others unless it is told to', async () => {
    const world = await builtWorld();
    await world.claimgen('deploy --yes');
    const action = [...world.api.tenant.actions.values()].find(({ name }) => name === NAME);
    if (action === undefined) throw new Error('there is no Action');
    world.api.tenant.actions.set(action.id, { ...action, code: '// a draft of somebody' });
    await changeRole(world, 2);
    const refused = await world.claimgen('deploy --yes');
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.error).toContain('--allow-destructive');
    expect(writes(world)).toEqual([]);
    expect(await world.claimgen('deploy --yes --allow-destructive')).toMatchObject({ exitCode: 0 });
    expect(ours(world)?.deployed).toBe(code(world));
  });

  it('brings back the version before, and forth again', async () => {
    const world = await builtWorld();
    await world.claimgen('deploy --yes');
    const before = code(world);
    await changeRole(world, 2);
    await world.claimgen('deploy --yes');
    expect(ours(world)?.deployed).not.toBe(before);
    expect(await world.claimgen('deploy --rollback')).toMatchObject({ exitCode: 2 });
    expect(await world.claimgen('deploy --rollback --dry-run')).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen('deploy --rollback --yes')).toMatchObject({ exitCode: 0 });
    expect(ours(world)?.deployed).toBe(before);
    expect(await world.claimgen('deploy --yes')).toMatchObject({ exitCode: 0 });
    expect(ours(world)?.deployed).toBe(code(world));
  });

  it('deploys every Action of a split, in their order', async () => {
    const world = await startWorld();
    world.project.write({
      'claimgen.config.yaml': world.project
        .read('claimgen.config.yaml')
        .replace('audiences:\n', 'action: { split: audience }\naudiences:\n')
        .replace(
          'environments:',
          '  second: { audience: https://api-1.example/, globs: ["*"] }\nenvironments:',
        ),
    });
    for (const command of ['pull', 'build', 'deploy --yes'])
      expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
    expect(bound(world)).toEqual([`${NAME}-first`, `${NAME}-second`]);
    world.requests.length = 0;
    expect(await world.claimgen('deploy')).toMatchObject({ exitCode: 0 });
    expect(writes(world)).toEqual([]);
    const examined = await world.claimgen('doctor');
    expect(examined.out).not.toContain('names the claim');
    expect(examined.exitCode).toBe(0);
  });

  it('sends the values of secrets from the environment or .env, and shows none', async () => {
    const world = await startWorld();
    world.project.write({
      'claimgen.config.yaml': world.project
        .read('claimgen.config.yaml')
        .replace(
          'audiences:\n',
          `action: { source: [roles, { managementApi: { domain: "${world.served.domain}" } }] }\naudiences:\n`,
        ),
      '.env': 'CLAIMGEN_CLIENT_ID=from-the-file\n',
    });
    for (const command of ['pull', 'build'])
      expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
    const missing = await world.claimgen('deploy --yes');
    expect(missing).toMatchObject({ exitCode: 2 });
    expect(missing.error).toContain('CLAIMGEN_CLIENT_SECRET');
    const env = { CLAIMGEN_CLIENT_SECRET: 'a-secret-of-the-action' };
    const deployed = await world.claimgen('deploy --yes', { env });
    expect(deployed).toMatchObject({ exitCode: 0 });
    expect(deployed.out + deployed.error).not.toContain('a-secret-of-the-action');
    const [action] = [...world.api.tenant.actions.values()];
    expect(action?.secrets).toEqual([
      { name: 'CLAIMGEN_CLIENT_ID', value: 'from-the-file' },
      { name: 'CLAIMGEN_CLIENT_SECRET', value: 'a-secret-of-the-action' },
    ]);
    // Without their values, too: a tenant keeps them.
    expect(await world.claimgen('deploy')).toMatchObject({ exitCode: 0 });
  });

  it('says why a build failed, and leaves logins as they were', async () => {
    let builds = true;
    const world = await builtWorld({ builds: () => builds });
    await world.claimgen('deploy --yes');
    const before = ours(world)?.deployed;
    await changeRole(world, 1);
    builds = false;
    const failed = await world.claimgen('deploy --yes --json');
    expect(failed).toMatchObject({ exitCode: 1 });
    expect(JSON.parse(failed.out).problems[0]).toMatchObject({ code: 'build_failed' });
    expect(ours(world)?.deployed).toBe(before);
    builds = true;
    expect(await world.claimgen('deploy --yes')).toMatchObject({ exitCode: 0 });
    expect(ours(world)?.deployed).toBe(code(world));
  });
});

async function serve(answer: (path: string) => readonly [number, string]): Promise<string> {
  const server = createServer((request, response) => {
    const [status, body] = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('an as-of in the claim', () => {
  it('is not deployed before an API that is asked says that it reads it', async () => {
    const world = await builtWorld();
    await world.claimgen('deploy --yes');
    world.project.write({
      'claimgen.config.yaml': world.project
        .read('claimgen.config.yaml')
        .replace('audiences:\n', 'action: { asOf: true }\naudiences:\n'),
    });
    expect(await world.claimgen('build')).toMatchObject({ exitCode: 0 });
    const answer = JSON.parse(wellKnown(JSON.parse(world.project.read('claimgen/verifier/first.json'))).body);
    const origin = await serve((path) => [
      200,
      JSON.stringify(path === '/old' ? { ...answer, reads: undefined } : answer),
    ]);
    world.requests.length = 0;
    // A file says nothing of the version that is deployed.
    for (const [more, why] of [
      ['', 'no API is known to read'],
      [' --verified-by claimgen/verifier/first.json', 'no API is known to read'],
      [` --verified-by ${origin}/new,${origin}/old`, `${origin}/old does not read`],
    ] as const) {
      const refused = await world.claimgen(`deploy --yes${more}`);
      expect(refused).toMatchObject({ exitCode: 1 });
      expect(refused.error).toContain('as-of');
      expect(refused.error).toContain(why);
    }
    expect(writes(world)).toEqual([]);
    expect(await world.claimgen(`deploy --yes --verified-by ${origin}/new`)).toMatchObject({ exitCode: 0 });
    // It is no longer new, and going back needs nobody.
    expect(await world.claimgen('deploy')).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen('deploy --rollback --yes')).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen('deploy --yes')).toMatchObject({ exitCode: 1 });
  });
});

describe('a new lineage', () => {
  /** Deployed, then rebased and activated: the verifiers of before don't read what the Action would write. */
  async function rebasedWorld(): Promise<World> {
    const world = await builtWorld();
    await world.claimgen('deploy --yes');
    world.project.write({ 'old.json': world.project.read('claimgen/verifier/first.json') });
    // Another order needs another use of the permissions.
    const { roles } = world.api.tenant;
    for (const [id, role] of roles)
      roles.set(id, { ...role, permissions: role.permissions.slice(id === 'rol_0' ? 1 : 2) });
    for (const command of ['pull', 'build', 'rebase', 'rebase --activate', 'build'])
      expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
    world.requests.length = 0;
    return world;
  }

  it('is not deployed before somebody says that the APIs read it', async () => {
    const world = await rebasedWorld();
    for (const more of [
      '',
      ' --dry-run',
      ' --verified-by old.json',
      ' --verified-by claimgen/verifier/first.json,old.json',
    ]) {
      const refused = await world.claimgen(`deploy --yes${more}`);
      expect(refused).toMatchObject({ exitCode: 1 });
      expect(refused.error).toMatch(/lineage .* of first/);
    }
    expect(writes(world)).toEqual([]);
    for (const file of ['json', 'js']) {
      const planned = await world.claimgen(`deploy --dry-run --verified-by claimgen/verifier/first.${file}`);
      expect(planned).toMatchObject({ exitCode: 0 });
    }
    expect(await world.claimgen('deploy --yes --verified-by claimgen/verifier/first.json')).toMatchObject({
      exitCode: 0,
    });
    // It is no longer new.
    expect(await world.claimgen('deploy')).toMatchObject({ exitCode: 0 });
  });

  it('is not activated while an API that is named lacks it', async () => {
    const world = await builtWorld();
    world.project.write({ 'old.json': world.project.read('claimgen/verifier/first.json') });
    const { roles } = world.api.tenant;
    for (const [id, role] of roles)
      roles.set(id, { ...role, permissions: role.permissions.slice(id === 'rol_0' ? 1 : 2) });
    for (const command of ['pull', 'build', 'rebase'])
      expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
    const before = world.project.snapshot();
    expect(await world.claimgen('rebase --verified-by old.json')).toMatchObject({ exitCode: 2 });
    expect(await world.claimgen('rebase --activate --verified-by old.json')).toMatchObject({ exitCode: 1 });
    expect(world.project.snapshot()).toEqual(before);
    const named = 'rebase --activate --verified-by claimgen/verifier/first.json';
    expect(await world.claimgen(named)).toMatchObject({ exitCode: 0 });
    // Nothing is left to activate, so nobody has to read it.
    expect(await world.claimgen('rebase --activate --verified-by old.json')).toMatchObject({ exitCode: 0 });
  });

  it('is deployed when the API itself says so', async () => {
    const world = await rebasedWorld();
    const { body } = wellKnown(JSON.parse(world.project.read('claimgen/verifier/first.json')));
    const origin = await serve((path) =>
      path === '/.well-known/claimgen' ? [200, body] : [path === '/html' ? 200 : 404, '<html></html>'],
    );
    expect(await world.claimgen(`deploy --yes --verified-by ${origin}/nothing`)).toMatchObject({
      exitCode: 3,
    });
    expect(await world.claimgen(`deploy --yes --verified-by ${origin}/html`)).toMatchObject({ exitCode: 2 });
    expect(writes(world)).toEqual([]);
    expect(await world.claimgen(`deploy --yes --verified-by ${origin}/.well-known/claimgen`)).toMatchObject({
      exitCode: 0,
    });
  });

  it('is not rolled back to once verifiers no longer read it', async () => {
    const world = await rebasedWorld();
    await world.claimgen('deploy --yes --verified-by claimgen/verifier/first.json');
    for (const command of ['rebase --prune', 'build'])
      expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
    const refused = await world.claimgen('deploy --rollback --yes');
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.error).toContain('do not read');
  });
});

describe('a log of changes', () => {
  const LOG = `import { initJournal, openJournal } from '@claimgen/changes';
export default () => openJournal('./log', { create: true });
`;
  /** A journal that takes nothing while there is a file named "down", and says then what nobody may read. */
  const JOURNAL = `import { existsSync } from 'node:fs';
import { openJournal } from '@claimgen/changes';
const path = (name) => new URL(name, import.meta.url).pathname;
export default () => {
  const log = openJournal(path('log'), { create: true });
  return {
    append: (records) => existsSync(path('down'))
      ? Promise.reject(Object.assign(new Error('redis://user:password@host'), { code: 'ECONNREFUSED' }))
      : log.append(records),
    snapshot: () => log.snapshot(),
    close: () => log.close(),
  };
};
`;
  const DEPLOY = 'deploy --yes --settle 0 --changes log.mjs';

  /** On the machine's own clock, by which records are dated. */
  async function loggedWorld(options: WorldOptions = {}): Promise<World> {
    const world = await builtWorld({ speed: 1, buildTime: 0, deployTime: 0, ...options });
    world.project.write({ 'log.mjs': JOURNAL });
    symlinkSync(join(process.cwd(), 'node_modules'), join(world.project.path, 'node_modules'));
    return world;
  }

  /** Without times. */
  async function recordsOf({ project }: World): Promise<readonly object[]> {
    const log = openJournal(join(project.path, 'log'));
    const { records } = await log.snapshot();
    await log.close();
    return records.map((record) => ({ ...(record as object), at: undefined }));
  }

  const FIRST = { v: 1, aud: 'first', of: 'users', lost: [], gained: scopes(0, 1, 2) };
  const LOST = { v: 1, aud: 'first', of: 'users', lost: scopes(1, 2), gained: [] };

  it('is told what roles lost and gained, when logins go by it', async () => {
    const world = await loggedWorld();
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    expect(await recordsOf(world)).toEqual([FIRST]);
    await changeRole(world, 1);
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    expect(await recordsOf(world)).toEqual([FIRST, LOST]);
    // Nothing has changed for anybody.
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    expect(await recordsOf(world)).toHaveLength(2);
    expect(await world.claimgen(DEPLOY.replace('deploy', 'deploy --rollback'))).toMatchObject({
      exitCode: 0,
    });
    expect((await recordsOf(world))[2]).toEqual({ ...LOST, lost: [], gained: LOST.lost });
  });

  it('that could not be written is told by the next deploy, which changes nothing else', async () => {
    const world = await loggedWorld();
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    await changeRole(world, 1);
    world.project.write({ down: '' });
    const failed = await world.claimgen(DEPLOY);
    expect(failed).toMatchObject({ exitCode: 3 });
    expect(failed.error).toContain('the changes were not published (ECONNREFUSED)\n  Run the command again');
    expect(failed.out + failed.error).not.toContain('password');
    expect(ours(world)?.deployed).toBe(code(world));
    expect(await recordsOf(world)).toEqual([FIRST]);
    world.project.remove('down');
    world.requests.length = 0;
    const second = await world.claimgen(`${DEPLOY} --json`);
    expect(JSON.parse(second.out)).toMatchObject({ published: true, results: [{ done: [] }] });
    expect(writes(world)).toEqual([]);
    expect(await recordsOf(world)).toEqual(expect.arrayContaining([FIRST, LOST]));
    const told = (await recordsOf(world)).length;
    expect(JSON.parse((await world.claimgen(`${DEPLOY} --json`)).out).published).toBe(false);
    expect(await recordsOf(world)).toHaveLength(told);
  });

  it('is told of deploys without it, before the next one, which may fail', async () => {
    let builds = true;
    const world = await loggedWorld({ builds: () => builds });
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    await changeRole(world, 1);
    expect(await world.claimgen('deploy --yes')).toMatchObject({ exitCode: 0 });
    await changeRole(world, 0);
    builds = false;
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 1 });
    expect(await recordsOf(world)).toEqual([FIRST, LOST]);
    builds = true;
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    expect((await recordsOf(world)).at(-1)).toEqual({ ...LOST, lost: scopes(0) });
  });

  it('that a rollback could not be told to is no reason to roll back once more', async () => {
    const world = await loggedWorld();
    const { roles } = world.api.tenant;
    const role = roles.get('rol_0');
    if (role === undefined) throw new Error('there is no such role');
    await changeRole(world, 1);
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    roles.set('rol_0', role);
    await changeRole(world, 3);
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    world.project.write({ down: '' });
    const failed = await world.claimgen(DEPLOY.replace('deploy', 'deploy --rollback'));
    expect(failed).toMatchObject({ exitCode: 3 });
    expect(failed.error).toContain('claimgen publish --everyone');
    world.project.remove('down');
    expect(await recordsOf(world)).not.toContainEqual(LOST);
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    expect(await recordsOf(world)).toContainEqual(LOST);
  });

  /** With an Action for each of two audiences, deployed, and a role that has lost permissions of both. */
  async function splitWorld(): Promise<World> {
    const world = await loggedWorld();
    world.project.write({
      'claimgen.config.yaml': world.project
        .read('claimgen.config.yaml')
        .replace('audiences:\n', 'action: { split: audience }\naudiences:\n')
        .replace('environments:', `  second: { audience: ${identifierOf(1)}, globs: ["*"] }\nenvironments:`),
    });
    rmSync(join(world.project.path, 'claimgen'), { recursive: true });
    expect(await world.claimgen('build')).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    await changeBoth(world);
    return world;
  }

  it('is told of the Action that was deployed where the next one is refused', async () => {
    const world = await splitWorld();
    const told = (await recordsOf(world)).length;
    // Each Action is written, then deployed.
    world.api.fail([{ on: 'PATCH /api/v2/actions', after: 1, status: 400 }]);
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 1 });
    expect((await recordsOf(world)).slice(told)).toMatchObject([{ aud: 'first' }, { aud: 'second' }]);
  });

  it('that a rollback was cut off half-way is no reason to roll back once more, and is told', async () => {
    const world = await splitWorld();
    expect(await world.claimgen(DEPLOY)).toMatchObject({ exitCode: 0 });
    const told = (await recordsOf(world)).length;
    world.api.fail([{ on: 'POST /api/v2/actions', after: 1, status: 400 }]);
    const failed = await world.claimgen(DEPLOY.replace('deploy', 'deploy --rollback'));
    expect(failed).toMatchObject({ exitCode: 1 });
    expect(failed.error).toContain(`${NAME}-first is rolled back already`);
    expect(failed.error).toContain('a second rollback brings back what the first one took away');
    // What the first one gives again, tokens don't have.
    expect((await recordsOf(world)).slice(told)).toMatchObject([{ aud: 'first' }, { aud: 'second' }]);
  });

  it('is told again after a minute, by when no instance runs the Action of before', async () => {
    const world = await builtWorld();
    world.project.write({
      'log.mjs': `import { appendFileSync } from 'node:fs';
export default () => ({
  append: async ([{ at }]) => appendFileSync(new URL('times', import.meta.url), at + '\\n'),
  snapshot: async () => ({ horizon: 0, records: [] }),
  close: async () => undefined,
});
`,
    });
    const { exitCode, error } = await world.claimgen('deploy --yes --changes log.mjs');
    expect([exitCode, error]).toEqual([0, expect.stringContaining('again in 60 seconds')]);
    const times = world.project.read('times').trim().split('\n');
    expect(times).toHaveLength(2);
    expect(await world.claimgen('deploy --yes --settle soon --changes log.mjs')).toMatchObject({
      exitCode: 2,
    });
  });

  it('that does not open, or takes nothing, is told of without what it says', async () => {
    const world = await builtWorld();
    world.project.write({
      'log.mjs': LOG.replace("'./log', { create: true }", "'/nowhere', {}"),
      'closed.mjs': "export default () => { throw new Error('redis://user:password@host is down'); };\n",
      'none.mjs': 'export const log = 7;\n',
      'blind.mjs': 'export default () => ({ append: async () => {}, close: async () => {} });\n',
    });
    const closed = await world.claimgen('deploy --yes --changes closed.mjs');
    expect(closed).toMatchObject({ exitCode: 3 });
    expect(closed.out + closed.error).not.toContain('password');
    expect(await world.claimgen('deploy --yes --changes none.mjs')).toMatchObject({ exitCode: 2 });
    expect(await world.claimgen('deploy --yes --changes blind.mjs')).toMatchObject({ exitCode: 2 });
    expect(await world.claimgen('deploy --yes --changes missing.mjs')).toMatchObject({ exitCode: 2 });
    expect(writes(world)).toEqual([]);
  });
});
