import { describe, expect, it } from 'vitest';
import { config, refusal } from './refusal.ts';

describe('a key or a value that does not fit', () => {
  it('names the key that was meant where one is unknown', async () => {
    expect(await refusal(config('    globs:', '    glob:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:5: audiences.orders.glob: the key "glob" is unknown here
        Did you mean "globs"?
      "
    `);
  });

  it.each(['8kb', '8192', '[8192]'])('shows how a budget is written where it is %s', async (budget) => {
    expect(
      await refusal(config('catalog: catalog.json', `catalog: catalog.json\nbudget: ${budget}`)),
    ).toMatch(/^\nclaimgen\.config\.yaml:2:9: budget: .*\n {2}Write budget: \{bytes: 8192\}\.\n$/);
  });

  it('names the keys that there are where none is near', async () => {
    expect(
      await refusal(config('catalog: catalog.json', 'catalog: catalog.json\nversion: 2')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:1: version: the key "version" is unknown here
        Use one of: $schema, catalog, keywords, claim, package, out, action, budget, token, audiences, environments.
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
      claimgen.config.yaml:5:15: audiences.orders.audience: this must be a string, and is 42
        Put quotes around it if a string is meant.
      "
    `);
  });

  it('says that text is wanted where nothing stands', async () => {
    expect(await refusal(config('https://orders.acme.example', ''))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:5: audiences.orders.audience: this must be a string, and is empty
        Write a value, or remove the key.
      "
    `);
  });

  it('says that a list is wanted where a text stands', async () => {
    expect(await refusal(config('["orders:*"]', '"orders:*"'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:12: audiences.orders.globs: this must be an array, and is "orders:*"
        Write an array: ["orders:*"].
      "
    `);
  });

  it('knows a prefix without quotes, which YAML reads as a map', async () => {
    expect(await refusal(config('globs: ["orders:*"]', 'prefixes: [orders:]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:16: audiences.orders.prefixes[0]: this must be a string, and is an object
        Put quotes around it if a string is meant: "orders:".
      "
    `);
  });

  it('points to the entry of a list that is no text', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:*", true, [a]]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:25: audiences.orders.globs[1]: this must be a string, and is true
        Put quotes around it if a string is meant.
      claimgen.config.yaml:6:31: audiences.orders.globs[2]: this must be a string, and is an array
        See node_modules/@claimgen/generator/docs/reference/config.md for the form.
      "
    `);
  });

  it('points to the entry of a list that is there twice', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:*", "a", "a"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:30: audiences.orders.globs[2]: this entry is in the array a second time
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
