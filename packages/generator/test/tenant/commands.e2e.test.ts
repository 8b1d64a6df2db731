// `claimgen doctor`, `revoke` and `init` over HTTPS, against the stand-in.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { identifierOf, scopeOf, tenantOf } from '../../../tenant/test/tenants.ts';
import type { Prompter } from '../../src/io/prompter.ts';
import { CLAIM, startWorld, type World } from './world.ts';

async function deployedWorld(): Promise<World> {
  const world = await startWorld();
  for (const command of ['pull', 'build', 'deploy --yes'])
    expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
  world.requests.length = 0;
  return world;
}

function token(payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(payload)}.c2lnbmF0dXJl`;
}

describe('claimgen doctor', () => {
  it('finds nothing after a deploy, and sends nothing but GETs', async () => {
    const world = await deployedWorld();
    const examined = await world.claimgen('doctor');
    expect(examined).toMatchObject({ exitCode: 0, out: 'Nothing is wrong with the tenant.\n' });
    expect(world.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  it('says what a role gained or lost in the tenant since, and fails', async () => {
    const world = await deployedWorld();
    const { roles } = world.api.tenant;
    const role = roles.get('rol_0');
    if (role === undefined) throw new Error('there is no such role');
    roles.set('rol_0', { ...role, permissions: role.permissions.slice(1) });
    const examined = await world.claimgen('doctor');
    expect(examined.exitCode).toBe(1);
    expect(examined.out).toContain(`~ role Role 0 lost ${scopeOf(0, 0)} (${identifierOf(0)})`);
    expect(JSON.parse((await world.claimgen('doctor --json')).out).drift).toHaveLength(1);
    // Without the comparison it is not seen.
    expect(await world.claimgen('doctor --quick')).toMatchObject({ exitCode: 0 });
  });

  it('takes no interest in what changes in APIs that the config does not name', async () => {
    const world = await deployedWorld();
    const { apis } = world.api.tenant;
    const api = apis.get('api_1');
    if (api === undefined) throw new Error('there is no such API');
    apis.set('api_1', { ...api, token_lifetime: 1_000, scopes: [] });
    expect(await world.claimgen('doctor')).toMatchObject({ exitCode: 0 });
  });

  it('says that the Action is missing, and that it is another one than in git', async () => {
    const world = await deployedWorld();
    const { actions } = world.api.tenant;
    const [action] = [...actions.values()];
    if (action === undefined) throw new Error('there is no Action');
    actions.set(action.id, {
      ...action,
      versions: action.versions.map((version) => ({ ...version, code: `${version.code}// by hand\n` })),
    });
    const differs = await world.claimgen('doctor');
    expect(differs.exitCode).toBe(1);
    expect(differs.out).toContain('FAILED Action "claimgen-permissions": logins run other code');
    actions.clear();
    world.api.tenant.bindings.clear();
    expect((await world.claimgen('doctor')).out).toContain(
      'FAILED the tenant has no Action "claimgen-permissions"',
    );
  });

  it('looks at a token from standard input, and repeats nothing of it', async () => {
    const world = await deployedWorld();
    const good = token({
      iss: `https://${world.served.domain}/`,
      aud: identifierOf(0),
      [CLAIM]: 'x.y',
      exp: 9e9,
      iat: 9e9,
    });
    expect((await world.claimgen('doctor --token', { stdin: good })).out).not.toContain('FAILED');
    const bare = token({ iss: 'https://other.example/', aud: identifierOf(0), sub: 'secret-subject' });
    const found = await world.claimgen('doctor --token', { stdin: bare });
    expect(found.out).toContain("the token's issuer is not");
    expect(found.out).not.toContain('secret-subject');
    expect(await world.claimgen('doctor --token', { stdin: '' })).toMatchObject({ exitCode: 2 });
    expect(await world.claimgen(`doctor --token=${good}`)).toMatchObject({ exitCode: 2 });
  });
});

describe('claimgen revoke', () => {
  async function worldOfUsers(): Promise<World> {
    const world = await startWorld();
    for (const id of ['auth0|1', 'auth0|2'])
      world.api.tenant.users.set(id, { permissions: [], roles: [], sessions: ['s'], refreshTokens: ['r'] });
    return world;
  }
  const left = ({ api }: World, id: string) => {
    const { sessions, refreshTokens } = api.tenant.users.get(id) ?? {};
    return [sessions?.length ?? 0, refreshTokens?.length ?? 0];
  };

  it('ends sessions and refresh tokens of one user, and says what it did not do', async () => {
    const world = await worldOfUsers();
    world.project.remove('claimgen.config.yaml');
    expect(await world.claimgen('revoke auth0|1')).toMatchObject({ exitCode: 2 });
    const revoked = await world.claimgen('revoke auth0|1 --yes');
    expect(revoked).toMatchObject({ exitCode: 0 });
    expect(revoked.out).toContain('stay good until they expire');
    expect([left(world, 'auth0|1'), left(world, 'auth0|2')]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(await world.claimgen('revoke auth0|1 --yes')).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen('revoke auth0|7 --yes')).toMatchObject({ exitCode: 1 });
    expect(await world.claimgen('revoke --yes')).toMatchObject({ exitCode: 2 });
    expect(await world.claimgen('revoke auth0|1 --everyone --yes')).toMatchObject({ exitCode: 2 });
  });

  it('publishes first that tokens are out, where a log is named, and again at the end', async () => {
    const world = await worldOfUsers();
    world.project.write({
      'log.mjs': `import { appendFileSync } from 'node:fs';
export default async () => ({
  append: async (records) => appendFileSync(new URL('records.ndjson', import.meta.url), JSON.stringify(records) + '\\n'),
  close: async () => undefined,
});
`,
    });
    expect(await world.claimgen('revoke auth0|1 --yes --changes log.mjs')).toMatchObject({ exitCode: 0 });
    expect(
      await world.claimgen(`revoke --everyone --yes --confirm ${world.served.domain} --changes log.mjs`),
    ).toMatchObject({ exitCode: 0 });
    const records = world.project
      .read('records.ndjson')
      .trim()
      .split('\n')
      .flatMap((line) => JSON.parse(line));
    const [one, all] = [
      { v: 1, sub: 'auth0|1', out: true },
      { v: 1, of: 'users', out: true },
    ];
    expect(records).toMatchObject([one, one, all, all]);
    // A token that a user got while others were logged out is not newer than the last.
    expect(records[3].at).toBeGreaterThan(records[2].at);
  });

  it('asks twice before it is about everyone', async () => {
    const world = await worldOfUsers();
    expect(await world.claimgen('revoke --everyone --yes')).toMatchObject({ exitCode: 2 });
    expect(await world.claimgen('revoke --everyone --yes --confirm other.example')).toMatchObject({
      exitCode: 1,
    });
    expect(left(world, 'auth0|1')).toEqual([1, 1]);
    expect(await world.claimgen(`revoke --everyone --yes --confirm ${world.served.domain}`)).toMatchObject({
      exitCode: 0,
    });
    expect([left(world, 'auth0|1'), left(world, 'auth0|2')]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('claimgen init', () => {
  async function emptyWorld(): Promise<World> {
    const world = await startWorld();
    world.project.remove('claimgen.config.yaml');
    return world;
  }

  it('pulls the tenant and writes a config that builds, without a question where nobody can answer', async () => {
    const world = await emptyWorld();
    const begun = await world.claimgen('init');
    expect(begun).toMatchObject({ exitCode: 0 });
    expect(begun.out).toContain('Next: npx claimgen build');
    expect(load(world.project.read('claimgen.config.yaml'))).toEqual({
      catalog: './catalog.json',
      claim: 'https://api-0.example/permissions',
      action: { name: 'claimgen-permissions', source: ['roles'], onError: 'deny' },
      audiences: {
        'api-0': { audience: identifierOf(0), globs: ['*'] },
        'api-1': { audience: identifierOf(1), globs: ['*'] },
      },
    });
    for (const command of ['build', 'check', 'deploy --yes', 'doctor'])
      expect(await world.claimgen(command)).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen('init')).toMatchObject({ exitCode: 2 });
  });

  it('takes what it is told from options', async () => {
    const world = await emptyWorld();
    const options = [
      '--audience',
      identifierOf(1),
      '--claim',
      'https://acme.example/p',
      '--direct',
      '--organizations=false',
    ];
    expect(await world.claimgen(['init', ...options, '--json'])).toMatchObject({ exitCode: 0 });
    expect(load(world.project.read('claimgen.config.yaml'))).toMatchObject({
      claim: 'https://acme.example/p',
      action: {
        source: ['roles', { managementApi: { domain: world.served.domain } }],
        organizations: 'none',
      },
      audiences: { 'api-1': {} },
    });
    expect(await world.claimgen('build')).toMatchObject({ exitCode: 0 });
  });

  it('asks the person at the terminal', async () => {
    const world = await emptyWorld();
    const asked: string[] = [];
    const prompter: Prompter = {
      async ask(message, { proposal } = {}) {
        asked.push(message);
        return proposal ?? '';
      },
      async confirm(message) {
        asked.push(message);
        return false;
      },
      async choose(message, choices) {
        asked.push(message);
        return choices.slice(1);
      },
    };
    expect(await world.claimgen('init', { prompter })).toMatchObject({ exitCode: 0 });
    expect(asked).toHaveLength(4);
    expect(world.project.read('claimgen.config.yaml')).toContain('organizations: none');
  });

  it('reads an export in place of the tenant, whatever its APIs are called', async () => {
    const world = await emptyWorld();
    const names = [
      ...['Orders: "EU"\n# x', '日本', 'orders eu', '../../etc', '__proto__', '-', 'a'.repeat(200)],
      // What Windows, Node and JavaScript keep for themselves.
      ...['CON', 'aux', 'Package', 'package', 'index', 'default', 'class', 'constructor', 'prototype'],
    ];
    const apis = names.map((name, index) => ({
      name,
      identifier: index === 0 ? 'urn:orders "eu"' : `https://a${index}.example`,
    }));
    const permissions = apis.map(({ identifier }, index) => ({
      name: `p${index}:read`,
      audience: identifier,
    }));
    world.project.write({
      'export/catalog.json': JSON.stringify({ apis, permissions, roles: { Clerk: permissions } }),
    });
    expect(await world.claimgen('init --catalog export/catalog.json')).toMatchObject({ exitCode: 0 });
    expect(await world.claimgen('build')).toMatchObject({ exitCode: 0 });
    expect(world.requests).toEqual([]);
  });

  it('says what a tenant without permissions needs', async () => {
    for (const size of [0, 1]) {
      const world = await startWorld({
        tenant: tenantOf({ apis: size, scopes: 0, roles: 1, permissions: 0 }),
      });
      world.project.remove('claimgen.config.yaml');
      const begun = await world.claimgen('init --yes');
      expect(begun).toMatchObject({ exitCode: 2, out: '' });
      expect(begun.error).toContain(
        'the tenant has no API with permissions\n  Add one under Applications > APIs',
      );
    }
  });

  it.each([
    ['an API that is not there', ['--audience', 'https://none.example']],
    ["a claim of Auth0's", ['--claim', 'https://auth0.com/p']],
    ['a claim that a token has anyway', ['--claim', 'sub']],
    ['an export that is not there', ['--catalog', 'none.json']],
  ])('refuses %s, and writes no config', async (_, options) => {
    const world = await emptyWorld();
    expect(await world.claimgen(['init', '--yes', ...options])).toMatchObject({ exitCode: 2 });
    expect([...world.project.snapshot().keys()]).not.toContain('claimgen.config.yaml');
  });
});

describe('without a terminal, without packages', () => {
  it('no command waits for an answer', async () => {
    const world = await startWorld();
    const env = { AUTH0_DOMAIN: '', AUTH0_CLIENT_ID: '', AUTH0_CLIENT_SECRET: '' };
    for (const args of [
      ['pull'],
      ['revoke', 'auth0|1'],
      ['pull', '--users', 'u.ndjson'],
      ['pull', '--auth0-cli'],
    ]) {
      const { exitCode, error } = await world.start(args, env).ended;
      expect([args.join(' '), exitCode, error.includes('AUTH0') || error.includes('Auth0 CLI')]).toEqual([
        args.join(' '),
        2,
        true,
      ]);
    }
  });

  it('says which package is missing', async () => {
    const world = await startWorld();
    // The generator alone, as npm installs it without its optional peer.
    const folder = join(world.project.path, 'node_modules');
    const link = `mkdir -p ${folder}/@claimgen && cp -r ${join(process.cwd(), 'packages/generator')} ${folder}/@claimgen/generator && cd ${folder}
      for name in action-runtime verifier; do cp -r ${join(process.cwd(), 'packages')}/$name @claimgen/$name; done
      for name in ${join(process.cwd(), 'node_modules')}/*; do case "$name" in */@claimgen) ;; *) ln -s "$name" . ;; esac; done`;
    execFileSync('sh', ['-euc', link]);
    const program = join(folder, '@claimgen/generator/bin/claimgen.js');
    const run = (args: readonly string[]) => {
      try {
        execFileSync(process.execPath, [program, ...args], { cwd: world.project.path, stdio: 'pipe' });
        return { status: 0, stderr: '' };
      } catch (error) {
        const { status, stderr } = error as { readonly status: number; readonly stderr: Buffer };
        return { status, stderr: String(stderr) };
      }
    };
    const { status, stderr } = run(['pull']);
    expect([status, stderr]).toEqual([
      2,
      'this command needs the package @claimgen/tenant, which is not installed\n  Run npm install --save-dev @claimgen/tenant.\n',
    ]);
    for (const args of [
      ['hub', '--journal', 'changes'],
      ['log', 'init', '--journal', 'changes'],
      ['publish', '--journal', 'changes', '--user', 'auth0|1', '--out'],
    ]) {
      expect(run(args)).toEqual({
        status: 2,
        stderr:
          'changes need the package @claimgen/changes, which is not installed\n  Run npm install --save-dev @claimgen/changes.\n',
      });
    }
    expect(run(['token-proxy', '--issuer', 'https://acme.eu.auth0.com/'])).toEqual({
      status: 2,
      stderr:
        'this command needs the package @claimgen/token-cache, which is not installed\n  Run npm install @claimgen/token-cache.\n',
    });
    expect(run(['--version']).status).toBe(0);
  });
});
