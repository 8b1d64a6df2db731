// auth0-deploy-cli itself and our own functions leave a tenant in the same state, and write the same files of it.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ManagementApi, serveManagementApi, type Tenant } from '@claimgen/simulator/management-api/index';
import { expect, it, onTestFinished, vi } from 'vitest';
import { deployFolder } from '../../src/pull/deploy-folder.ts';
import { pull } from '../../src/pull/pull.ts';
import { addOthers, deploy, desired } from '../actions.ts';
import { makeCertificate } from '../certificate.ts';
import { startStandIn } from '../stand-in.ts';
import { tenantOf } from '../tenants.ts';

// npx may have to fetch auth0-deploy-cli first.
vi.setConfig({ testTimeout: 600_000 });

async function a0deploy(tenant: Tenant, args: readonly string[], included: readonly string[]): Promise<void> {
  const { key, cert, file } = makeCertificate();
  const api = new ManagementApi({ tenant });
  const served = await serveManagementApi(api, { tls: { key, cert } });
  onTestFinished(() => served.close());
  const scopes = ['actions', 'roles', 'resource_servers', 'client_grants'].flatMap((what) =>
    ['read', 'create', 'update'].map((verb) => `${verb}:${what}`),
  );
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    NODE_EXTRA_CA_CERTS: file,
    AUTH0_DOMAIN: served.domain,
    AUTH0_ACCESS_TOKEN: api.tokens.issue([...scopes, 'read:clients'], Date.now()),
    AUTH0_INCLUDED_ONLY: JSON.stringify(included),
  };
  await promisify(execFile)('npx', ['-y', 'auth0-deploy-cli@8.44.0', ...args, '--env', 'true'], { env });
}

function folder(files: Iterable<readonly [string, string]>): string {
  const path = mkdtempSync(join(tmpdir(), 'claimgen-deploy-cli-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, text] of files) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** What a tenant has of Actions, without ids and times. */
function state({ actions, bindings }: Tenant): unknown {
  const named = [...actions.values()].map(
    ({ name, code, runtime, dependencies, secrets, supported_triggers, versions }) => [
      name,
      { code, runtime, dependencies, secrets, supported_triggers, deployed: versions.at(-1)?.code },
    ],
  );
  const bound = (bindings.get('post-login') ?? []).map(({ display_name, actionId }) => [
    display_name,
    actions.get(actionId)?.name,
  ]);
  return { actions: Object.fromEntries(named), bound };
}

it('auth0-deploy-cli and our deploy leave a tenant in the same state, and a plan after its import says that there is nothing to do', async () => {
  const action = desired(1, { secrets: [{ name: 'KEY', value: 'value' }] });
  const ours = await startStandIn();
  addOthers(ours, ['enrich']);
  await deploy(await ours.open(), action);

  const theirs = await startStandIn();
  addOthers(theirs, ['enrich']);
  const { name, code, runtime, dependencies, secrets, trigger } = action;
  const file = {
    name,
    code: `./actions/${name}/code.js`,
    runtime,
    dependencies,
    secrets,
    supported_triggers: [trigger],
    deployed: true,
  };
  const bound = (action_name: string, display_name: string): object => ({ action_name, display_name });
  const input = folder([
    [`actions/${name}.json`, JSON.stringify(file)],
    [`actions/${name}/code.js`, code],
    [
      'triggers/triggers.json',
      JSON.stringify({ 'post-login': [bound('enrich', 'The enrich'), bound(name, name)] }),
    ],
  ]);
  await a0deploy(theirs.api.tenant, ['import', '--input_file', input], ['actions', 'triggers']);
  expect(state(theirs.api.tenant)).toEqual(state(ours.api.tenant));
  expect((await deploy(await theirs.open(), action)).done).toEqual([]);
});

it('pull writes the files that auth0-deploy-cli exports', async () => {
  const standIn = await startStandIn({ tenant: tenantOf({ apis: 3, scopes: 4, roles: 5, permissions: 3 }) });
  const { tenant } = standIn.api;
  // It exports permissions of Auth0's own APIs, too; and files in the order of the tenant.
  tenant.grants.set('cgr_1', {
    id: 'cgr_1',
    client_id: 'batch',
    audience: 'https://api-1.example/',
    scope: ['api1:do:0'],
    subject_type: 'client',
  });
  const output = folder([]);
  await a0deploy(
    tenant,
    ['export', '--output_folder', output, '--format', 'directory'],
    ['resourceServers', 'roles', 'clientGrants'],
  );
  const exported = Object.fromEntries(
    ['resource-servers', 'roles', 'grants'].flatMap((name) =>
      readdirSync(join(output, name)).map((file) => [
        `${name}/${file}`,
        JSON.parse(readFileSync(join(output, name, file), 'utf8')),
      ]),
    ),
  );
  const pulled = await pull(await standIn.open());
  const written = Object.fromEntries(
    [...deployFolder(pulled)].map(({ path, text }) => [path, JSON.parse(text)]),
  );
  // What the generator doesn't read of roles.
  for (const [path, role] of Object.entries(exported)) if (path.startsWith('roles/')) delete role.type;
  expect(written).toEqual(exported);
});
