import { describe, expect, it } from 'vitest';
import { CONFIG, catalog, config, refusal } from './refusal.ts';

describe("a catalog that can't be used", () => {
  it('is not there', async () => {
    expect(await refusal(config('catalog.json', 'catalogue.json'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:1:10: catalog: there is no file or folder catalogue.json
        Correct the path, or export the tenant there (a0deploy export).
      "
    `);
  });

  it('is not there in one environment', async () => {
    expect(
      await refusal({
        'claimgen.config.yaml': `${CONFIG}environments:\n  dev: { keywords: { A: b } }\n  prod: { catalog: ./tennant }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:9:20: environments.prod.catalog: there is no file or folder ./tennant
        Correct the path, or export the tenant there (a0deploy export).
      "
    `);
  });

  it('is a folder with nothing in it', async () => {
    expect(
      await refusal({ ...config('catalog.json', './tenant'), tenant: undefined }),
    ).toMatchInlineSnapshot(`
      "
      tenant: the folder holds neither resource-servers/*.json nor tenant.yaml
        Export the tenant there: a0deploy export --format directory.
      "
    `);
  });

  it('is a folder that holds an export under another name', async () => {
    const files = {
      ...config('catalog.json', './tenant'),
      'tenant/acme.yaml': 'roles: []',
      'tenant/notes.txt': '',
    };
    expect(await refusal(files)).toContain(
      'If acme.yaml is the export, name the file: catalog: …/acme.yaml.',
    );
  });

  it('is a list', async () => {
    expect(await refusal({ 'catalog.json': '[]' })).toMatchInlineSnapshot(`
      "
      catalog.json:1:1: a catalog must be an object
        Write {"permissions": […], "roles": {…}}.
      "
    `);
  });

  it('is null', async () => {
    expect(await refusal({ 'catalog.json': 'null' })).toMatchInlineSnapshot(`
      "
      catalog.json:1:1: a catalog must be an object
        Write {"permissions": […], "roles": {…}}.
      "
    `);
  });

  it('holds no permission', async () => {
    expect(await refusal({ 'catalog.json': '{"permissions": [], "roles": {}}' })).toMatchInlineSnapshot(`
      "
      catalog.json: the catalog holds no permission
        Export the tenant with its resource servers, or point "catalog" to another place.
      "
    `);
  });

  it('has no permissions', async () => {
    expect(await refusal({ 'catalog.json': '{"roles": {}}' })).toMatchInlineSnapshot(`
      "
      catalog.json:1:1: permissions: there is no array of permissions here
        Write an array: ["orders:read", …].
      "
    `);
  });

  it('has a key of its own', async () => {
    expect(await refusal(catalog('"roles"', '"groups": {},\n  "roles"'))).toMatchInlineSnapshot(`
      "
      catalog.json:7:3: groups: the key "groups" is unknown here
        A catalog has "permissions" and "roles", and may have "apis" and "clientGrants"; claimgen pull writes one.
      "
    `);
  });

  it('has roles that are a list', async () => {
    expect(
      await refusal({ 'catalog.json': '{"permissions": ["orders:read"], "roles": ["Clerk"]}' }),
    ).toMatchInlineSnapshot(`
      "
      catalog.json:1:43: roles: "roles" must be an object
        Write {"<role>": ["<permission>", …]}.
      "
    `);
  });

  it('has a role that is no list', async () => {
    expect(await refusal(catalog('["orders:read"]', '"orders:read"'))).toMatchInlineSnapshot(`
      "
      catalog.json:8:14: roles.Clerk: there is no array of permissions here
        Write an array: ["orders:read", …].
      "
    `);
  });

  it('has a role with a permission that is misspelt', async () => {
    expect(
      await refusal(catalog('["orders:read"]', '["orders:read", "orders:wriet"]')),
    ).toMatchInlineSnapshot(`
      "
      catalog.json:8:30: roles.Clerk[1]: the permission "orders:wriet" is not listed under "permissions"
        Did you mean "orders:write"? If not, list it there, too.
      "
    `);
  });

  it('has a role with a permission that is not listed', async () => {
    expect(await refusal(catalog('["orders:read"]', '["shipments:read"]'))).toMatchInlineSnapshot(`
      "
      catalog.json:8:15: roles.Clerk[0]: the permission "shipments:read" is not listed under "permissions"
        List it there, too.
      "
    `);
  });

  it('has a role with a permission of another API', async () => {
    expect(
      await refusal(
        catalog('["orders:read"]', '[{ "name": "orders:read", "audience": "https://billing.acme.example" }]'),
      ),
    ).toMatchInlineSnapshot(`
      "
      catalog.json:8:15: roles.Clerk[0]: the permission "orders:read" of https://billing.acme.example is not listed under "permissions"
        List it there, too.
      "
    `);
  });

  it('has a permission that is a number', async () => {
    expect(await refusal(catalog('"orders:write"', '42'))).toMatchInlineSnapshot(`
      "
      catalog.json:4:5: permissions[1]: this is not a permission
        A permission is a string, or {"name": …, "audience": …, "description": …}.
      "
    `);
  });

  it('has a permission with a key that is unknown', async () => {
    expect(
      await refusal(catalog('"name": "invoices:read"', '"value": "invoices:read"')),
    ).toMatchInlineSnapshot(`
      "
      catalog.json:5:5: permissions[2]: this is not a permission
        A permission is a string, or {"name": …, "audience": …, "description": …}.
      "
    `);
  });

  it('has a permission whose audience is empty', async () => {
    expect(await refusal(catalog('https://billing.acme.example', ''))).toMatchInlineSnapshot(`
      "
      catalog.json:5:44: permissions[2].audience: the permission's audience is empty
        Leave "audience" out for a permission of no API in particular.
      "
    `);
  });

  it.each([
    ['a role', '"Clerk"', '"Clerk "'],
    ['a role', '"Clerk"', '"\\nClerk"'],
    ['an API', 'https://billing.acme.example', 'https://billing.acme.example '],
  ])('has the name of %s with white space around it: %s is %s', async (_, name, written) => {
    const error = await refusal(catalog(name, written));
    expect(error).toContain('begins or ends with white space');
  });

  it('has a role without a name', async () => {
    expect(await refusal(catalog('"Clerk"', '""'))).toContain('a role has an empty name');
  });

  it('has a permission without a name', async () => {
    expect(await refusal(catalog('"orders:write"', '""'))).toMatchInlineSnapshot(`
      "
      catalog.json:4:5: permissions[1]: a permission has an empty name
        Auth0 allows 1 to 280 characters without whitespace.
      "
    `);
  });

  it('has a permission with a space in its name', async () => {
    expect(await refusal(catalog('orders:write', 'orders: write'))).toMatchInlineSnapshot(`
      "
      catalog.json:4:5: permissions[1]: the permission "orders: write" has whitespace in its name
        Auth0 allows 1 to 280 characters without whitespace.
      "
    `);
  });

  it('has a permission with a line end in its name', async () => {
    expect(await refusal(catalog('orders:write', 'orders:write\\n'))).toMatchInlineSnapshot(`
      "
      catalog.json:4:5: permissions[1]: the permission "orders:write\\n" has whitespace in its name
        Auth0 allows 1 to 280 characters without whitespace.
      "
    `);
  });

  it('has a permission whose name is longer than Auth0 takes', async () => {
    expect(await refusal(catalog('orders:write', 'o'.repeat(281)))).toMatchInlineSnapshot(`
      "
      catalog.json:4:5: permissions[1]: a permission's name has 281 characters
        Auth0 allows 1 to 280 characters without whitespace.
      "
    `);
  });

  it('has a role with the name of a permission without sense once, not twice', async () => {
    expect(await refusal(catalog('["orders:read"]', '[7]'))).toMatchInlineSnapshot(`
      "
      catalog.json:8:15: roles.Clerk[0]: this is not a permission
        A permission is a string, or {"name": …, "audience": …, "description": …}.
      "
    `);
  });
});
