import { describe, expect, it } from 'vitest';
import { config, refusal } from './refusal.ts';
import { API, tenant } from './tenant-export.ts';

describe("a tenant export that can't be used", () => {
  it('has an API without identifier', async () => {
    expect(
      await refusal(tenant({ 'tenant/resource-servers/Orders.json': { scopes: [] } })),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:1:1: there is no "identifier" here
        Add "identifier", or export the tenant again.
      "
    `);
  });

  it('has two APIs of one identifier', async () => {
    expect(await refusal(tenant({ 'tenant/resource-servers/Twin.json': API }))).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Twin.json:2:17: identifier: two APIs have this identifier
        Remove one of them.
      "
    `);
  });

  it('has an API that is a list', async () => {
    expect(await refusal(tenant({ 'tenant/resource-servers/Orders.json': [API] }))).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:1:1: there is no "identifier" here
        Add "identifier", or export the tenant again.
      "
    `);
  });

  it('has scopes that are no list', async () => {
    expect(
      await refusal(tenant({ 'tenant/resource-servers/Orders.json': { ...API, scopes: 'orders:read' } })),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:3:13: scopes: "scopes" must be an array, and is "orders:read"
        Write [{"value": "orders:read", "description": …}].
      "
    `);
  });

  it('has a scope without a value', async () => {
    expect(
      await refusal(
        tenant({
          'tenant/resource-servers/Orders.json': { ...API, scopes: [{ name: 'orders:read' }, ...API.scopes] },
        }),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:4:5: scopes[0]: there is no "value" here
        Add "value", or export the tenant again.
      "
    `);
  });

  it('has settings of an API that are none', async () => {
    expect(
      await refusal(
        tenant({
          'tenant/resource-servers/Orders.json': {
            ...API,
            enforce_policies: 'true',
            token_dialect: 'opaque',
            signing_alg: 'none',
          },
        }),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:11:23: enforce_policies: "enforce_policies" must be true or false, and is "true"
        Write true or false, without quotes.
      tenant/resource-servers/Orders.json:12:20: token_dialect: "token_dialect" is "opaque", which claimgen does not know
        Use one of: access_token, access_token_authz, rfc9068_profile, rfc9068_profile_authz.
      tenant/resource-servers/Orders.json:13:18: signing_alg: "signing_alg" is "none", which claimgen does not know
        Use one of: RS256, RS512, PS256, HS256.
      "
    `);
  });

  it('has a client grant without API, or with scopes that are none', async () => {
    const audience = API.identifier;
    expect(
      await refusal(
        tenant({
          'tenant/grants/a.json': { client_id: 'a', scope: [] },
          'tenant/grants/b.json': { audience, client_id: 'b', scope: 'orders:read' },
          'tenant/grants/c.json': { audience, client_id: 'c', scope: ['orders:read', 7] },
          'tenant/grants/d.json': { audience, client_id: 'd', allow_all_scopes: 'yes', scope: [] },
        }),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/grants/a.json:1:1: there is no "audience" here
        Add "audience", or export the tenant again.
      tenant/grants/b.json:4:12: scope: "scope" must be an array, and is "orders:read"
        Write ["orders:read", …].
      tenant/grants/c.json:6:5: scope[1]: this must be a string, and is the number 7
        Put quotes around it.
      tenant/grants/d.json:4:23: allow_all_scopes: "allow_all_scopes" must be true or false, and is "yes"
        Write true or false, without quotes.
      "
    `);
  });

  it('is a tenant.yaml that leaves the API out by its name', async () => {
    expect(
      await refusal({
        ...config('catalog.json', 'tenant.yaml'),
        'tenant.yaml': `exclude: { resourceServers: [Orders] }\nresourceServers:\n  - ${JSON.stringify({ ...API, name: 'Orders' })}\n`,
      }),
    ).toMatchInlineSnapshot(`
      "
      tenant.yaml:3:116: resourceServers[0].name: "exclude" names this API, so that auth0-deploy-cli leaves it as the tenant has it
        Export the tenant with this API, or remove it from "exclude".
      "
    `);
  });

  it('has a scope with a space in it', async () => {
    expect(
      await refusal(
        tenant({
          'tenant/resource-servers/Orders.json': {
            ...API,
            scopes: [...API.scopes, { value: 'orders read' }],
          },
        }),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:11:16: scopes[2].value: the permission "orders read" has whitespace in its name
        Auth0 allows 1 to 280 characters without whitespace.
      "
    `);
  });

  it('has an identifier whose keyword nothing replaces', async () => {
    expect(
      await refusal(
        tenant({ 'tenant/resource-servers/Orders.json': { ...API, identifier: '##ORDERS_API##' } }),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:2:17: identifier: nothing replaces the keyword ##ORDERS_API##
        Add it to "keywords" in the config: keywords: {ORDERS_API: …}.
      "
    `);
  });

  it('has a keyword of any type that nothing replaces', async () => {
    expect(
      await refusal(
        tenant({
          'tenant/resource-servers/Orders.json': '{\n  "identifier": @@ORDERS_API@@,\n  "scopes": []\n}',
        }),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:2:17: identifier: nothing replaces the keyword @@ORDERS_API@@
        Add it to "keywords" in the config: keywords: {ORDERS_API: …}.
      "
    `);
  });

  it('has a file that is broken', async () => {
    expect(await refusal(tenant({ 'tenant/roles/Clerk.json': '{ "name": "Clerk"' }))).toMatchInlineSnapshot(`
      "
      tenant/roles/Clerk.json:1:18: there must be a brace } here
        Correct it; JSON has double quotes, no comments, and no comma after the last entry.
      "
    `);
  });

  it('has a folder where a file belongs', async () => {
    expect(await refusal(tenant({ 'tenant/roles/Clerk.json': undefined }))).toMatchInlineSnapshot(`
      "
      tenant/roles/Clerk.json: the file can't be read: there is a folder in its place
        Correct the path, or make the file readable.
      "
    `);
  });

  it('has a file where a folder belongs', async () => {
    expect(
      await refusal({ ...config('catalog.json', './export'), 'export/roles': 'not a folder' }),
    ).toMatchInlineSnapshot(`
      "
      export/roles: the folder can't be read: there is a file where a folder must be
        There must be a readable folder here, or nothing.
      "
    `);
  });

  it('is a tenant.yaml without APIs', async () => {
    expect(
      await refusal({ ...config('catalog.json', 'tenant.yaml'), 'tenant.yaml': 'roles: []\n' }),
    ).toMatchInlineSnapshot(`
      "
      tenant.yaml: the catalog holds no permission
        Export the tenant with its resource servers, or point "catalog" to another place.
      "
    `);
  });

  it('is a tenant.yaml whose APIs are a map', async () => {
    expect(
      await refusal({
        ...config('catalog.json', 'tenant.yaml'),
        'tenant.yaml': 'resourceServers: { orders: {} }\n',
      }),
    ).toMatchInlineSnapshot(`
      "
      tenant.yaml:1:18: resourceServers: "resourceServers" must be an array, and is an object
        Export the tenant with a0deploy export --format yaml.
      "
    `);
  });

  it('is a tenant.yaml with an API without identifier', async () => {
    expect(
      await refusal({
        ...config('catalog.json', 'tenant.yaml'),
        'tenant.yaml': 'resourceServers:\n  - name: Orders\n    scopes:\n      - value: orders:read\n',
      }),
    ).toMatchInlineSnapshot(`
      "
      tenant.yaml:2:5: resourceServers[0]: there is no "identifier" here
        Add "identifier", or export the tenant again.
      "
    `);
  });
});
