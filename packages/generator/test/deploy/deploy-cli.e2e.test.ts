import { expect, test, vi } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { documentedCommands, shell } from './commands.ts';
import { startTenant, variablesFor } from './tenant.ts';

// npx may have to fetch auth0-deploy-cli first, and its imports wait for deployed Actions to settle.
vi.setConfig({ testTimeout: 600_000 });

// Names that auth0-deploy-cli would replace, wherever it saw them: by variables that are always set, and by ours.
const names = [
  'orders:read',
  'orders:##HOME##',
  'orders:@@HOME@@',
  'orders:"@@PATH@@"',
  'orders:##exports##',
  'x##event##',
];
const variables = {
  exports: 'replaced',
  event: 'replaced',
  claimgen: 'replaced',
  tables: 'replaced',
  api: 'replaced',
};
const catalog = JSON.stringify({
  permissions: names,
  roles: { '##HOME##': names, '@@HOME@@': ['orders:read'] },
});

const foreign = "exports.onExecutePostLogin = async () => { /* somebody else's */ };\n";

function config(more: object = {}): string {
  return JSON.stringify({
    catalog: 'catalog.json',
    claim: 'https://acme.example/##HOME##',
    action: { name: 'acme-permissions', source: ['roles', { event: 'user.app_metadata.permissions' }] },
    audiences: { orders: { audience: 'https://orders.acme.example/@@HOME@@', globs: ['*'] } },
    ...more,
  });
}

test('the Action arrives byte for byte, and whatever else is bound stays', async () => {
  const project = projectFolder({ 'claimgen.config.json': config(), 'catalog.json': catalog });
  expect((await project.claimgen('build')).exitCode).toBe(0);
  const tenant = await startTenant();
  tenant.has('enrich-profile', foreign, 'post-login');
  const commands = documentedCommands('the Action alone');
  // A pipeline that deletes by default.
  const given = { ...variables, ...variablesFor(tenant), AUTH0_ALLOW_DELETE: 'true' };
  await shell(commands, project.path, given);

  const code = project.read('claimgen/actions/acme-permissions/code.js');
  // Nothing for auth0-deploy-cli to replace, nor for Terraform's templates.
  expect(code).not.toMatch(/##|@@|\$\{|%\{/);
  const stored = tenant.action('acme-permissions');
  expect(stored).toMatchObject({
    code,
    deployedCode: code,
    runtime: 'node22',
    dependencies: [],
    secrets: [],
    supported_triggers: [{ id: 'post-login', version: 'v3' }],
  });
  expect(tenant.action('enrich-profile')).toMatchObject({ code: foreign, deployedCode: foreign });
  expect(tenant.bindings()).toEqual([['post-login', ['enrich-profile']]]);

  // Bound by hand once; a second build updates the same Action in its place.
  tenant.bind('post-login', ['enrich-profile', 'acme-permissions']);
  project.write({ 'catalog.json': catalog.replaceAll('x##event##', 'y##event##') });
  expect((await project.claimgen('build')).exitCode).toBe(0);
  await shell(commands, project.path, given);
  const updated = project.read('claimgen/actions/acme-permissions/code.js');
  expect(updated).not.toBe(code);
  expect(tenant.action('acme-permissions')).toMatchObject({
    id: stored?.id,
    code: updated,
    deployedCode: updated,
  });
  expect(tenant.api.tenant.actions.size).toBe(2);
  expect(tenant.bindings()).toEqual([['post-login', ['enrich-profile', 'acme-permissions']]]);
  expect(tenant.changes).not.toContain('DELETE /api/v2/actions/actions/act_enrich-profile');
});

test('a folder of the whole tenant keeps its Actions and their order where deleting is allowed', async () => {
  const bound = (name: string): object => ({ action_name: name, display_name: name });
  const project = projectFolder({
    'claimgen.config.json': config({
      out: { actions: 'tenant/actions', verifier: 'claimgen/verifier', report: 'claimgen' },
    }),
    'catalog.json': catalog,
    'tenant/actions/enrich-profile.json': JSON.stringify({
      name: 'enrich-profile',
      code: './actions/enrich-profile/code.js',
      runtime: 'node22',
      dependencies: [],
      secrets: [],
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
      deployed: true,
    }),
    'tenant/actions/enrich-profile/code.js': foreign,
    'tenant/triggers/triggers.json': JSON.stringify({
      'post-login': [bound('enrich-profile'), bound('acme-permissions')],
    }),
  });
  expect((await project.claimgen('build')).exitCode).toBe(0);
  const tenant = await startTenant();
  tenant.has('enrich-profile', foreign, 'post-login');
  tenant.has('left-over', foreign, 'post-login');
  await shell(documentedCommands('a merged folder'), project.path, { ...variables, ...variablesFor(tenant) });

  const code = project.read('tenant/actions/acme-permissions/code.js');
  expect(
    [...tenant.api.tenant.actions.values()].map(({ name }) => [name, tenant.action(name)?.deployedCode]),
  ).toEqual([
    ['enrich-profile', foreign],
    ['acme-permissions', code],
  ]);
  expect(tenant.bindings()).toEqual([['post-login', ['enrich-profile', 'acme-permissions']]]);
});

test('an export over the folder of the tenant leaves nothing to commit, and hidden secrets are named', async () => {
  const withSource = (source: unknown) =>
    config({
      action: { name: 'acme-permissions', source: [source] },
      out: { actions: 'tenant/actions', verifier: 'claimgen/verifier', report: 'claimgen' },
    });
  const project = projectFolder({
    'claimgen.config.json': withSource('roles'),
    'catalog.json': catalog,
    'tenant/triggers/triggers.json': JSON.stringify({
      'post-login': [{ action_name: 'acme-permissions', display_name: 'acme-permissions' }],
    }),
  });
  expect((await project.claimgen('build')).exitCode).toBe(0);
  const tenant = await startTenant();
  const given = { ...variables, ...variablesFor(tenant) };
  await shell(documentedCommands('a merged folder'), project.path, given);
  await shell(documentedCommands('an export over it'), project.path, given);
  const description = project.read('tenant/actions/acme-permissions.json');
  expect(JSON.parse(description)).toMatchObject({ status: 'built' });
  const { exitCode, out } = await project.claimgen('check');
  expect([exitCode, out]).toEqual([0, expect.stringContaining('ok    no token')]);
  expect((await project.claimgen('build')).exitCode).toBe(0);
  expect(project.read('tenant/actions/acme-permissions.json')).toBe(description);

  project.write({ 'claimgen.config.json': withSource({ managementApi: { domain: 'acme.eu.auth0.com' } }) });
  expect((await project.claimgen('build')).exitCode).toBe(0);
  const built = project.read('tenant/actions/acme-permissions.json');
  // As an import would leave it.
  const secrets = ['CLAIMGEN_CLIENT_ID', 'CLAIMGEN_CLIENT_SECRET'].map((name) => ({ name, value: 'x' }));
  const code = project.read('tenant/actions/acme-permissions/code.js');
  const secretNames = secrets.map(({ name }) => name);
  for (const action of tenant.api.tenant.actions.values()) {
    const versions = action.versions.map((version) => ({ ...version, code, secretNames }));
    Object.assign(action, { code, secrets, versions });
  }
  await shell(documentedCommands('an export over it'), project.path, given);
  const hidden = await project.claimgen('check');
  expect([hidden.exitCode, hidden.out]).toEqual([1, expect.stringContaining('a tenant export replaced the')]);
  expect((await project.claimgen('build')).exitCode).toBe(0);
  expect(project.read('tenant/actions/acme-permissions.json')).toBe(built);
});

test('secrets come from the variables of the import, and no file holds them', async () => {
  const project = projectFolder({
    'claimgen.config.json': config({
      action: {
        name: 'acme-permissions',
        source: [{ managementApi: { domain: 'acme.eu.auth0.com' } }],
      },
    }),
    'catalog.json': catalog,
  });
  expect((await project.claimgen('build')).exitCode).toBe(0);
  const tenant = await startTenant();
  const secrets = { CLAIMGEN_CLIENT_ID: 'the-client', CLAIMGEN_CLIENT_SECRET: 'the "secret" $& of\\it' };
  await shell(documentedCommands('the Action alone'), project.path, { ...secrets, ...variablesFor(tenant) });
  const [stored] = tenant.api.tenant.actions.values();
  expect(stored?.code).toBe(project.read('claimgen/actions/acme-permissions/code.js'));
  expect(stored?.secrets).toEqual(Object.entries(secrets).map(([name, value]) => ({ name, value })));
  expect([...project.snapshot().values()].join('\n')).not.toContain('the-client');
});
