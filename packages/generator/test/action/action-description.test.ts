// The Action's .json after a tenant export wrote over it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDescriptions } from '../../src/action/action-description.ts';
import { renderActionDescription } from '../../src/action/render-action.ts';
import { projectFolder } from '../project-folder.ts';

const BUILT = renderActionDescription('acme-permissions', 'actions', []);

const SECRETS = [
  { name: 'CLAIMGEN_CLIENT_ID', value: '@@CLAIMGEN_CLIENT_ID@@' },
  { name: 'CLAIMGEN_CLIENT_SECRET', value: '@@CLAIMGEN_CLIENT_SECRET@@' },
];
const BUILT_WITH_SECRETS = JSON.stringify({ ...JSON.parse(BUILT), secrets: SECRETS });

/** What auth0-deploy-cli 8.44.0 writes over it. */
const EXPORTED = {
  name: 'acme-permissions',
  code: './actions/acme-permissions/code.js',
  runtime: 'node22',
  status: 'built',
  dependencies: [],
  secrets: [],
  supported_triggers: [{ id: 'post-login', version: 'v3' }],
  deployed: true,
};

function compared(change: object, built = BUILT): string {
  return compareDescriptions(JSON.stringify({ ...EXPORTED, ...change }), built);
}

describe('an exported description of the Action', () => {
  it.each([
    ['as it comes', {}],
    ['with ids', { id: 'act_1', installed_integration_id: null, modules: [] }],
    ['of a tenant that has built nothing yet', { status: 'pending' }],
    [
      'with what a tenant says of a trigger',
      { supported_triggers: [{ version: 'v3', status: 'CURRENT', id: 'post-login' }] },
    ],
    ['without dependencies', { dependencies: undefined }],
    ['with a path that does not begin with a dot', { code: 'actions/acme-permissions/code.js' }],
  ])('is the one that was built: %s', (_, change) => {
    expect(compared(change)).toBe('same');
  });

  it.each([
    ['another name', { name: 'other' }],
    ['other code', { code: './actions/other/code.js' }],
    ['another runtime', { runtime: 'node18' }],
    ['no runtime', { runtime: undefined }],
    ['another trigger', { supported_triggers: [{ id: 'credentials-exchange', version: 'v2' }] }],
    ['another version of the trigger', { supported_triggers: [{ id: 'post-login', version: 'v2' }] }],
    ['no trigger', { supported_triggers: [] }],
    [
      'one more trigger',
      { supported_triggers: [...EXPORTED.supported_triggers, { id: 'x', version: 'v1' }] },
    ],
    ['a dependency', { dependencies: [{ name: 'lodash', version: '4.17.21' }] }],
    ['a module', { modules: [{ module_name: 'm', module_version_number: 1 }] }],
    ['a draft that is not deployed', { deployed: false }],
    ['a secret', { secrets: [{ name: 'X', value: 'y' }] }],
    ['a key that nobody knows', { policy: 'x' }],
  ])('is another one with %s', (_, change) => {
    expect(compared(change)).toBe('other');
  });

  it.each([
    ['the mark for hidden values', SECRETS.map(({ name }) => ({ name, value: '_VALUE_NOT_SHOWN_' }))],
    ['no values', SECRETS.map(({ name }) => ({ name }))],
    ['one of them hidden', [SECRETS[0], { name: 'CLAIMGEN_CLIENT_SECRET', value: '_VALUE_NOT_SHOWN_' }]],
  ])('hides secrets: %s', (_, secrets) => {
    expect(compared({ secrets }, BUILT_WITH_SECRETS)).toBe('hidden');
  });

  it.each([
    ['in another order', SECRETS.toReversed(), 'same'],
    ['with a value', [{ name: 'CLAIMGEN_CLIENT_ID', value: 'x' }, SECRETS[1]], 'other'],
    ['less one', [SECRETS[0]], 'other'],
    ['with one more', [...SECRETS, { name: 'X', value: '_VALUE_NOT_SHOWN_' }], 'other'],
    ['of another name', [SECRETS[0], { name: 'X', value: '_VALUE_NOT_SHOWN_' }], 'other'],
    ['twice', [SECRETS[0], SECRETS[0]], 'other'],
    ['that are no list', 'x', 'other'],
  ])('has secrets %s', (_, secrets, expected) => {
    expect(compared({ secrets }, BUILT_WITH_SECRETS)).toBe(expected);
  });

  it('is another one where it is no JSON, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(compareDescriptions(text, BUILT)).toBe('other');
      }),
    );
  });

  it('is the same in any order of keys, and another one without any of them', () => {
    const keys = Object.keys(EXPORTED).filter((key) => !['status', 'dependencies', 'secrets'].includes(key));
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.keys(EXPORTED)), (some) => {
        const text = JSON.stringify(
          Object.fromEntries(some.map((key) => [key, EXPORTED[key as keyof typeof EXPORTED]])),
        );
        const isWhole = keys.every((key) => some.includes(key));
        expect(compareDescriptions(text, BUILT)).toBe(isWhole ? 'same' : 'other');
      }),
    );
  });
});

describe('a project whose tenant is exported over it', () => {
  const config = (source: string) => `catalog: catalog.json
claim: https://acme.example/permissions
action: { name: acme-permissions, source: [${source}] }
out: { actions: tenant/actions, verifier: claimgen/verifier, report: claimgen }
audiences: { orders: { audience: https://orders.example, globs: ["*"] } }
`;
  const file = 'tenant/actions/acme-permissions.json';

  it('is current, and a build leaves the file as the export wrote it', async () => {
    const folder = projectFolder({
      'claimgen.config.yaml': config('roles'),
      'catalog.json': '{"permissions":["orders:read"],"roles":{"Clerk":["orders:read"]}}',
    });
    await folder.claimgen('build');
    const exported = JSON.stringify(EXPORTED, null, 2);
    folder.write({ [file]: exported });
    expect((await folder.claimgen('check')).exitCode).toBe(0);
    folder.write({
      'catalog.json': '{"permissions":["orders:read","orders:pay"],"roles":{"Clerk":["orders:read"]}}',
    });
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    expect(folder.read(file)).toBe(exported);
    expect((await folder.claimgen('rebase')).exitCode).toBe(0);
    folder.write({ [file]: exported.replace('true', 'false') });
    expect((await folder.claimgen('check')).out).toMatch(
      /^FAILED stale: a file is not what claimgen build would/m,
    );
    expect((await folder.claimgen('build')).exitCode).toBe(0);
    expect(folder.read(file)).toBe(BUILT);
  });

  it('says why it is stale where the export hid the secrets', async () => {
    const folder = projectFolder({
      'claimgen.config.yaml': config('{ managementApi: { domain: acme.eu.auth0.com } }'),
      'catalog.json': '{"permissions":["orders:read"],"roles":{"Clerk":["orders:read"]}}',
    });
    await folder.claimgen('build');
    const built = folder.read(file);
    folder.write({ [file]: built.replace(/@@\w+@@/g, '_VALUE_NOT_SHOWN_') });
    const { exitCode, out } = await folder.claimgen('check');
    expect(exitCode).toBe(1);
    expect(out.slice(out.indexOf('FAILED'))).toMatchInlineSnapshot(`
      "FAILED stale: a tenant export replaced the keywords of the Action's secrets by _VALUE_NOT_SHOWN_, or by nothing, which an import would set as their values: tenant/actions/acme-permissions.json. Run claimgen build after the export, and commit what it writes (node_modules/@claimgen/generator/docs/guide/deploying.md).
      "
    `);
    await folder.claimgen('build');
    expect(folder.read(file)).toBe(built);
  });
});
