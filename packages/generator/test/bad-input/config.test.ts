import { describe, expect, it } from 'vitest';
import { CONFIG, config, refusal } from './refusal.ts';

describe('a config that does not fit', () => {
  it('names the key that was meant where one is unknown', async () => {
    expect(await refusal(config('    globs:', '    glob:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:5: audiences.orders.glob: the key "glob" is unknown here
        Did you mean "globs"?
      "
    `);
  });

  it('names the keys that there are where none is near', async () => {
    expect(
      await refusal(config('catalog: catalog.json', 'catalog: catalog.json\nversion: 2')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:1: version: the key "version" is unknown here
        Use one of: $schema, catalog, keywords, claim, out, action, budget, token, audiences, environments.
      "
    `);
  });

  it('points to each unknown key where there are several', async () => {
    expect(await refusal(config('claim: https', 'cliam: https'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:1: cliam: the key "cliam" is unknown here
        Did you mean "claim"?
      "
    `);
  });

  it('says that text is wanted where YAML reads a number', async () => {
    expect(await refusal(config('https://orders.acme.example', '42'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:15: audiences.orders.audience: this must be text, and is 42
        Put quotes around it if text is meant.
      "
    `);
  });

  it('says that text is wanted where nothing stands', async () => {
    expect(await refusal(config('https://orders.acme.example', ''))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:15: audiences.orders.audience: this must be text, and is empty
        Write a value, or remove the key.
      "
    `);
  });

  it('says that a list is wanted where a text stands', async () => {
    expect(await refusal(config('["orders:*"]', '"orders:*"'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:12: audiences.orders.globs: this must be a list, and is "orders:*"
        Write a list: ["orders:*"].
      "
    `);
  });

  it('knows a prefix without quotes, which YAML reads as a map', async () => {
    expect(await refusal(config('globs: ["orders:*"]', 'prefixes: [orders:]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:16: audiences.orders.prefixes[0]: this must be text, and is a map
        Put quotes around it if text is meant: "orders:".
      "
    `);
  });

  it('points to the entry of a list that is no text', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:*", true, [a]]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:25: audiences.orders.globs[1]: this must be text, and is true
        Put quotes around it if text is meant.
      claimgen.config.yaml:6:31: audiences.orders.globs[2]: this must be text, and is a list
        See docs/config.md for the form.
      "
    `);
  });

  it('points to the entry of a list that is there twice', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:*", "a", "a"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:30: audiences.orders.globs[2]: this entry stands in the list for the second time
        Remove one of the two.
      "
    `);
  });

  it('says that a glob is too long', async () => {
    expect(await refusal(config('orders:*', `${'o'.repeat(281)}*`))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: this text has 282 characters
        At most 280 are possible.
      "
    `);
  });

  it('needs a catalog', async () => {
    expect(await refusal(config('catalog: catalog.json\n', ''))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:1:1: there is no catalog
        Add catalog: with an auth0-deploy-cli folder, its tenant.yaml, or a catalog.json.
      "
    `);
  });

  it('needs a claim', async () => {
    expect(await refusal(config('claim: https://acme.example/permissions\n', ''))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:1:1: the key "claim" is missing
        Add claim: ….
      "
    `);
  });

  it('needs an identifier for each audience', async () => {
    expect(await refusal(config('    audience: https://orders.acme.example\n', ''))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:4:3: audiences.orders: the key "audience" is missing
        Add audience: ….
      "
    `);
  });

  it('needs an audience', async () => {
    expect(
      await refusal({ 'claimgen.config.yaml': CONFIG.replace(/audiences:[\s\S]*/, 'audiences: {}\n') }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:12: audiences: there must be at least one entry
        Add an API: orders: {audience: https://orders.example, globs: ["*"]}.
      "
    `);
  });

  it('needs audiences to be a map', async () => {
    expect(
      await refusal({ 'claimgen.config.yaml': CONFIG.replace(/audiences:[\s\S]*/, 'audiences: [orders]\n') }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:12: audiences: this must be a map, and is a list
        See docs/config.md for the form.
      "
    `);
  });

  it('needs something to be selected', async () => {
    expect(await refusal(config('    globs: ["orders:*"]\n', ''))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:4:3: audiences.orders: this audience selects nothing
        Add prefixes, globs, exact or from; globs: ["*"] selects every permission of the API.
      "
    `);
  });

  it('needs something to be selected besides what is taken away', async () => {
    expect(await refusal(config('["orders:*"]', '["!orders:*"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:4:3: audiences.orders: this audience selects nothing
        Add prefixes, globs, exact or from; globs: ["*"] selects every permission of the API.
      "
    `);
  });

  it('takes no audience name that leaves the folder', async () => {
    expect(await refusal(config('  orders:\n', '  ../../etc/passwd:\n'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:4:3: audiences["../../etc/passwd"]: the name "../../etc/passwd" can't be used, as files are named after it
        Use up to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit.
      "
    `);
  });

  it('takes no audience name that is a prototype', async () => {
    expect(await refusal(config('  orders:\n', '  __proto__:\n'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:4:3: audiences.__proto__: the name "__proto__" can't be used, as files are named after it
        Use up to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit.
      "
    `);
  });

  it('takes no audience name with markup, an escape or a line end', async () => {
    expect(await refusal(config('  orders:\n', '  "<b>\\e[31m\\n":\n'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:4:3: audiences["<b>\\u001b[31m\\n"]: the name "<b>\\u001b[31m\\n" can't be used, as files are named after it
        Use up to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit.
      "
    `);
  });

  it('takes no empty audience name', async () => {
    expect(await refusal(config('  orders:\n', '  "":\n'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:4:3: audiences[""]: the name "" can't be used, as files are named after it
        Use up to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit.
      "
    `);
  });

  it('takes no audience names that differ in case alone', async () => {
    expect(
      await refusal(
        config('  orders:\n', '  Orders: { audience: https://other.example, globs: ["*"] }\n  orders:\n'),
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:3: audiences.orders: the names Orders and orders differ in case alone, and files are named after them
        Rename one of them.
      "
    `);
  });

  it('takes no two audiences of one API', async () => {
    expect(
      await refusal(
        config(
          '  orders:\n',
          '  sales: { audience: https://orders.acme.example, globs: ["*"] }\n  orders:\n',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:15: audiences.orders.audience: the audiences sales and orders have one API identifier
        Merge the two entries into one, or correct the identifier.
      "
    `);
  });

  it('takes no two audiences of one API in an environment', async () => {
    expect(
      await refusal({
        'claimgen.config.yaml': `${CONFIG}  sales: { audience: https://sales.example, globs: ["*"] }\nenvironments:\n  prod:\n    audiences: { sales: https://orders.acme.example }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:10:25: environments.prod.audiences.sales: the audiences orders and sales have one API identifier in the environment prod
        Merge the two entries into one, or correct the identifier.
      "
    `);
  });

  it('says once that two audiences of one API clash in every environment', async () => {
    expect(
      await refusal({
        'claimgen.config.yaml': `${CONFIG}  sales: { audience: https://orders.acme.example, globs: ["*"] }\nenvironments: { dev: {}, prod: {} }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:7:22: audiences.sales.audience: the audiences orders and sales have one API identifier
        Merge the two entries into one, or correct the identifier.
      "
    `);
  });

  it('takes no claim that Auth0 keeps for itself', async () => {
    expect(await refusal(config('https://acme.example/permissions', 'permissions'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:8: claim: Auth0 ignores a custom claim named "permissions"
        Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.
      "
    `);
  });

  it('takes no claim that is a profile claim', async () => {
    expect(await refusal(config('https://acme.example/permissions', 'nickname'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:8: claim: Auth0 sets a claim named "nickname" only with a profile scope
        Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.
      "
    `);
  });

  it("takes no claim in Auth0's namespaces", async () => {
    expect(
      await refusal(config('https://acme.example/permissions', 'https://acme.eu.auth0.com/permissions')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:8: claim: Auth0 ignores claims in its own namespaces, such as "https://acme.eu.auth0.com/permissions"
        Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.
      "
    `);
  });

  it('takes no such claim of a single audience', async () => {
    expect(await refusal(config('    globs:', '    claim: scope\n    globs:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:12: audiences.orders.claim: Auth0 fails a login that sets a claim named "scope"
        Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.
      "
    `);
  });

  it('takes no unknown target', async () => {
    expect(
      await refusal(config('audiences:', 'budget: { target: ngnix }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:19: budget.target: the target "ngnix" is unknown
        Did you mean nginx?
      "
    `);
  });

  it('takes no unknown target in a list', async () => {
    expect(
      await refusal(config('audiences:', 'budget: { target: [nginx, toaster] }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:27: budget.target[1]: the target "toaster" is unknown
        Use one of: nginx, apache, haproxy, tomcat, jetty, lighttpd, varnish, node, gunicorn, uwsgi, aiohttp, tornado, uvicorn, caddy, go, puma, bun, deno, uwebsockets, envoy, kestrel, iis, aws-alb, aws-api-gateway, cloudfront, cloudflare, vercel, fastly, azure-app-gateway, azure-front-door, gcp-api-gateway, gcp-lb, kong, cookie-4096.
      "
    `);
  });

  it('takes no budget that is no number', async () => {
    expect(await refusal(config('audiences:', 'budget: { bytes: 8kb }\naudiences:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:18: budget.bytes: this must be a whole number, and is "8kb"
        Write a number without a unit and without quotes.
      "
    `);
  });

  it('takes no budget that no token fits', async () => {
    expect(await refusal(config('audiences:', 'budget: { bytes: 10 }\naudiences:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:18: budget.bytes: 10 is too little
        Write 256 or more, or remove the key.
      "
    `);
  });

  it('takes no algorithm that Auth0 does not sign with', async () => {
    expect(
      await refusal(config('audiences:', 'token: { algorithm: none }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:21: token.algorithm: "none" is not possible here
        Use one of: RS256, PS256, HS256.
      "
    `);
  });

  it('takes no source that users can write', async () => {
    expect(
      await refusal(
        config('audiences:', 'action: { source: [{ event: user.user_metadata.permissions }] }\naudiences:'),
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:29: action.source[0].event: users can write to user.user_metadata, and could grant themselves anything
        Use a list that administrators write, such as user.app_metadata.permissions.
      "
    `);
  });

  it('takes no source from the request', async () => {
    expect(
      await refusal(
        config('audiences:', 'action: { source: [roles, { event: request.query.permissions }] }\naudiences:'),
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:36: action.source[1].event: event.request comes from the request, and users could grant themselves anything
        Use a list that administrators write, such as user.app_metadata.permissions.
      "
    `);
  });

  it('takes no source that Auth0 does not have', async () => {
    expect(
      await refusal(config('audiences:', 'action: { source: [{ event: user.permissions }] }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:29: action.source[0].event: Auth0's event has no user.permissions
        Use roles, or user.app_metadata.permissions if your own code fills it.
      "
    `);
  });

  it('takes no source that is a text alone', async () => {
    expect(
      await refusal(config('audiences:', 'action: { source: roles }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:19: action.source: this must be a list, and is "roles"
        Write a list: ["roles"].
      "
    `);
  });

  it('takes no unknown source', async () => {
    expect(
      await refusal(config('audiences:', 'action: { source: [rolls] }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:20: action.source[0]: "rolls" is not possible here
        Use one of: roles.
      "
    `);
  });

  it('takes no empty list of sources', async () => {
    expect(await refusal(config('audiences:', 'action: { source: [] }\naudiences:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:19: action.source: there must be at least one entry
        Add an entry, or remove the key.
      "
    `);
  });

  it('takes no Action name that is a path', async () => {
    expect(
      await refusal(config('audiences:', 'action: { name: ../../evil }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:17: action.name: the Action's name can't be the name of a folder
        Leave out / \\ : * ? " < > | and control characters, and dots and spaces at either end.
      "
    `);
  });

  it('takes no output that is neither a folder nor three', async () => {
    expect(
      await refusal(config('audiences:', 'out: { actions: a, verifiers: b }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:6: out: a map fits none of the forms that are possible here
        Write one folder, or {actions, verifier, report}.
      "
    `);
  });

  it('takes no environment that is a list', async () => {
    expect(
      await refusal({ 'claimgen.config.yaml': `${CONFIG}environments: [prod]\n` }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:7:15: environments: this must be a map, and is a list
        See docs/config.md for the form.
      "
    `);
  });

  it('takes no identifier of an audience that is not there', async () => {
    expect(
      await refusal({
        'claimgen.config.yaml': `${CONFIG}environments:\n  prod: { audiences: { odrers: https://orders.acme.com } }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:8:24: environments.prod.audiences.odrers: there is no audience named "odrers"
        Use the names under "audiences": orders.
      "
    `);
  });

  it('needs a catalog for every environment', async () => {
    expect(
      await refusal(
        {
          'claimgen.config.yaml': `${CONFIG.replace('catalog: catalog.json\n', '')}environments:\n  dev: { catalog: catalog.json }\n  prod: {}\n`,
        },
        'build --env dev',
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:8:9: environments.prod.catalog: this environment has no catalog
        Add catalog: here, or at the top of the file.
      "
    `);
  });

  it("takes none of the audience's own permissions under a prefix", async () => {
    expect(
      await refusal(config('    globs:', '    from: { https://orders.acme.example: "own/" }\n    globs:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.from["https://orders.acme.example"]: this is the audience's own API, whose permissions need no prefix
        Select them with prefixes, globs or exact.
      "
    `);
  });

  it('takes no prefix with a space in it', async () => {
    expect(
      await refusal(
        config('    globs:', '    from: { https://billing.acme.example: "billing " }\n    globs:'),
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:43: audiences.orders.from["https://billing.acme.example"]: "billing " has whitespace in it
        Leave it out: no permission has any.
      "
    `);
  });

  it('is found by the index of a list, in JSON as in YAML', async () => {
    expect(
      await refusal(
        {
          'config.json': JSON.stringify(
            {
              catalog: 'catalog.json',
              claim: 'pz',
              audiences: { orders: { audience: 'x', globs: ['a', 'orders:[a-z]*'] } },
            },
            null,
            2,
          ),
        },
        'build --config config.json',
      ),
    ).toMatchInlineSnapshot(`
      "
      config.json:9:9: audiences.orders.globs[1]: the glob "orders:[a-z]*" has "[", and only * ? and {a,b} are glob syntax here
        Write the alternatives out as {a,b}, or name the permission itself under "exact".
      "
    `);
  });
});
