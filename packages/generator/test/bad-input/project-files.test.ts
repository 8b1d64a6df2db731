import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { CATALOG, CONFIG, config, refusal } from './refusal.ts';

describe("a project whose files can't be used", () => {
  it('has a permission to explain that is not there', async () => {
    expect(await refusal({}, 'explain orders:reed')).toMatchInlineSnapshot(`
      "
      no catalog has a permission named "orders:reed"
        Did you mean orders:read?
      "
    `);
  });

  it('has a permission to explain that is near none', async () => {
    expect(await refusal({}, 'explain zebra')).toMatchInlineSnapshot(`
      "
      no catalog has a permission named "zebra"
        Check the spelling, or export the catalog again.
      "
    `);
  });

  it('has an audience to rebase that is not there', async () => {
    expect(await refusal({}, 'rebase odrers')).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml: there is no audience named "odrers"
        Use one of: orders.
      "
    `);
  });

  it('names a config that is not there', async () => {
    expect(await refusal({}, 'build --config other.yaml')).toMatchInlineSnapshot(`
      "
      other.yaml: the file can't be read: there is none
        Correct the path, or make the file readable.
      "
    `);
  });

  it('names a folder as the config', async () => {
    expect(await refusal({ sub: undefined }, 'build --config sub')).toMatchInlineSnapshot(`
      "
      sub: the file can't be read: there is a folder in its place
        Correct the path, or make the file readable.
      "
    `);
  });

  // One character would be in the place of each letter that the file doesn't have in UTF-8: two permissions would be one.
  it('has a config, a catalog or a sample in another encoding', async () => {
    const names = ['lösche:a', 'lasche:ä'];
    const audience = 'https://orders.example';
    const api = { name: 'Ö', identifier: audience, scopes: names.map((value) => ({ value })) };
    const role = {
      name: 'Verkäufer',
      permissions: [{ permission_name: names[0], resource_server_identifier: audience }],
    };
    const files: Readonly<Record<string, object>> = {
      'claimgen.config.json': {
        catalog: 'dev.json',
        claim: 'pz',
        token: { sample: 'sample.json' },
        audiences: { orders: { audience, exact: names } },
        environments: { prod: { catalog: 'tenant' }, test: { catalog: 'tenant.yaml' } },
      },
      'dev.json': { permissions: names, roles: { Verkäufer: names } },
      'tenant/resource-servers/orders.json': api,
      'tenant/roles/Clerk.json': role,
      'tenant.yaml': { resourceServers: [api], roles: [role] },
      'sample.json': { name: 'Jörg' },
    };
    const project = projectFolder(
      Object.fromEntries(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])),
    );
    expect((await project.claimgen('build')).exitCode).toBe(0);
    for (const [file, value] of Object.entries(files)) {
      writeFileSync(join(project.path, file), JSON.stringify(value), 'latin1');
      expect(await project.claimgen('check')).toEqual({
        exitCode: 2,
        out: '',
        error: `${file}: the file is not in UTF-8, and names in it would be read as others\n  Save it in UTF-8.\n`,
      });
      writeFileSync(join(project.path, file), JSON.stringify(value));
    }
    expect((await project.claimgen('check')).exitCode).toBe(0);
  });

  it('has files of others beside the verifiers, in any encoding', async () => {
    const project = projectFolder({ 'claimgen.config.yaml': CONFIG, 'catalog.json': CATALOG });
    mkdirSync(join(project.path, 'claimgen/verifier'), { recursive: true });
    for (const name of ['notes.json', 'notes.js'])
      writeFileSync(join(project.path, 'claimgen/verifier', name), '"ö"', 'latin1');
    for (const command of ['build', 'check']) expect((await project.claimgen(command)).exitCode).toBe(0);
  });

  it('stands where there are two configs', async () => {
    expect(await refusal({ 'claimgen.config.json': '{}' })).toMatchInlineSnapshot(`
      "
      .: there are 2 configs in this folder
        Keep one of them, or name it with --config.
      "
    `);
  });

  it('names an environment that is not there', async () => {
    expect(
      await refusal(
        { 'claimgen.config.yaml': `${CONFIG}environments: { dev: {}, prod: {} }\n` },
        'build --env pord',
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml: there is no environment named "pord"
        Use --env with one of: dev, prod.
      "
    `);
  });

  it('names an environment where there are none', async () => {
    expect(await refusal({}, 'build --env prod')).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml: there is no environment named "prod"
        Leave --env out, or add the environment under "environments".
      "
    `);
  });

  it('names no environment where there is no other catalog', async () => {
    expect(
      await refusal({
        'claimgen.config.yaml': `${CONFIG.replace('catalog: catalog.json\n', '')}environments: { dev: { catalog: catalog.json } }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml: the config has catalogs by environment alone
        Use --env with one of: dev.
      "
    `);
  });

  it('has an output folder that is a file', async () => {
    expect(await refusal({}, 'build --out catalog.json')).toMatchInlineSnapshot(`
      "
      catalog.json: this is a file where a folder must be
        Free the path or some space, or choose another folder with --out.
      "
    `);
  });

  it('has a folder where a file would be written', async () => {
    expect(await refusal({ 'claimgen/report.md': undefined })).toMatchInlineSnapshot(`
      "
      claimgen/report.md: the file can't be written: there is a folder in its place
        Free the path or some space, or choose another folder with --out.
      "
    `);
  });

  it('names a sample that is not there', async () => {
    expect(
      await refusal(config('audiences:', 'token: { sample: payload.json }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      payload.json: the file can't be read: there is none
        Correct the path, or make the file readable.
      "
    `);
  });

  it('names a sample that is no map', async () => {
    expect(
      await refusal({
        ...config('audiences:', 'token: { sample: payload.json }\naudiences:'),
        'payload.json': '[]',
      }),
    ).toMatchInlineSnapshot(`
      "
      payload.json:1:1: a sample must be the payload of a token, an object
        Paste the decoded payload of an access token.
      "
    `);
  });

  it('stands in a folder without a config', async () => {
    const { exitCode, error } = await projectFolder({ 'catalog.json': CATALOG }).claimgen('build');
    expect(exitCode).toBe(2);
    expect(error).toMatchInlineSnapshot(`
      "there is no claimgen.config.yaml in this folder or above it
        Run claimgen init (claimgen init --catalog <folder> where there is an export), write one yourself (node_modules/@claimgen/generator/docs/reference/config.md), or name it with --config.
      "
    `);
  });
});
