import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { CATALOG, CONFIG, config, refusal, replaceOnce } from './refusal.ts';

describe('an audience or an environment that does not fit', () => {
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
        Add claim: https://your-company.example/permissions, with a domain of yours.
      "
    `);
  });

  it('needs an identifier for each audience', async () => {
    expect(await refusal(config('    audience: https://orders.acme.example\n', ''))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:4:3: audiences.orders: the key "audience" is missing
        Add audience: the identifier of the API in Auth0, such as https://orders.example.
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
      claimgen.config.yaml:3:12: audiences: this must be an object, and is an array
        Write audiences: {orders: {audience: https://orders.example, globs: ["*"]}}.
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

  it('takes no environment that is a list', async () => {
    expect(
      await refusal({ 'claimgen.config.yaml': `${CONFIG}environments: [prod]\n` }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:7:15: environments: this must be an object, and is an array
        See node_modules/@claimgen/generator/docs/reference/config.md for the form.
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

  it('has no API under two prefixes in an environment that renames one of two', async () => {
    const yaml = replaceOnce(
      CONFIG,
      '    globs:',
      '    from: { https://billing.acme.example: "billing/", https://pay.acme.example: "pay/" }\n    globs:',
    );
    expect(
      await refusal({
        'claimgen.config.yaml': `${yaml}  billing:
    audience: https://billing.acme.example
    globs: ["*"]
environments:
  prod: { audiences: { billing: https://pay.acme.example } }
`,
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:55: audiences.orders.from["https://pay.acme.example"]: this and https://billing.acme.example are one API in the environment prod, https://pay.acme.example, whose permissions go by one prefix
        Remove one of the two, or correct the identifiers under environments.prod.audiences.
      "
    `);
  });

  it.each(['acme.eu.auth0.com', 'acme.eu.auth0.com:443', '//acme.eu.auth0.com/', 'https://'])(
    'has no issuer that is no URL: %s',
    async (issuer) => {
      const yaml = `${CONFIG}    token: { issuer: "${issuer}" }\ntoken: { issuer: "${issuer}" }\n`;
      const error = await refusal({ 'claimgen.config.yaml': yaml });
      for (const path of ['token.issuer', 'audiences.orders.token.issuer'])
        expect(error).toContain(`: ${path}: "${issuer}" is not a URL, as the iss claim of tokens is\n`);
    },
  );

  // The one would be no API's, and the other let the client have permissions that it is excluded from.
  it.each<[string, string, string]>([
    ['an identifier', 'audiences.orders.audience', '    audience: |\n      https://orders.acme.example\n'],
    ['a client', 'audiences.orders.clients.except[0]', '    clients: { except: ["abc "] }\n'],
    ['an API', 'audiences.orders.from', '    from: { " https://billing.acme.example": "billing/" }\n'],
    ['a claim', 'audiences.orders.claim', '    claim: "pz\\n"\n'],
    [
      'a place in the event',
      'audiences.orders.action.source[0].event',
      '    action: { source: [{ event: "user.app_metadata.permissions\\t" }] }\n',
    ],
    [
      'an identifier elsewhere',
      'environments.prod.audiences.orders',
      'environments: { prod: { audiences: { orders: " https://o.example" } } }\n',
    ],
  ])('has no white space around %s', async (_, path, yaml) => {
    const plain = yaml.includes('audience: |') ? CONFIG.replace(/ {4}audience: .*\n/, '') : CONFIG;
    const error = await refusal({ 'claimgen.config.yaml': plain + yaml });
    expect(error).toMatch(/: ".*" begins or ends with white space\n {2}Remove it/);
    expect(error).toContain(`: ${path}: "`);
  });

  it('may have white space around scopes, and in what stands for keywords', async () => {
    const yaml = `${CONFIG}token: { scope: " openid " }\nkeywords: { ENV: " dev " }\n`;
    const project = projectFolder({ 'claimgen.config.yaml': yaml, 'catalog.json': CATALOG });
    expect((await project.claimgen('build')).error).toBe('');
  });

  it.each(['ALL', 'All', 'openid all', 'all orders:read', '|\n    openid\n    all'])(
    'has the word all, and nothing else, for every scope: %j',
    async (scope) => {
      const error = await refusal({ 'claimgen.config.yaml': `${CONFIG}token:\n  scope: ${scope}\n` });
      expect(error).toMatch(/: token\.scope: ".*" has the word all among scopes, or in capitals\n/);
    },
  );

  it.each(['openid,profile', 'orders:read,openid', 'openid, profile'])(
    'has spaces between scopes: %s',
    async (scope) => {
      const yaml = `${CONFIG}    token: { scope: "${scope}" }\n`;
      const error = await refusal({ 'claimgen.config.yaml': yaml });
      expect(error).toMatch(/: audiences\.orders\.token\.scope: ".*" would be one scope\n/);
    },
  );

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
});
