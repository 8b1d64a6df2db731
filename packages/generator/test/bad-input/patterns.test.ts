import { describe, expect, it } from 'vitest';
import { config, refusal } from './refusal.ts';

describe("a pattern that can't be used", () => {
  it('says which character is no glob syntax here', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:[rw]*"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: the glob "orders:[rw]*" has "[", and only * ? and {a,b} are glob syntax here
        Write the alternatives out as {a,b}, or name the permission itself under "exact".
      "
    `);
  });

  it('says so of each glob that is wrong', async () => {
    expect(
      await refusal(config('["orders:*"]', '["orders:(a|b)", "!or\\\\ders", "+(a)"]')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: the glob "orders:(a|b)" has "(", and only * ? and {a,b} are glob syntax here
        Write the alternatives out as {a,b}, or name the permission itself under "exact".
      claimgen.config.yaml:6:29: audiences.orders.globs[1]: the glob "or\\\\ders" has "\\\\", and only * ? and {a,b} are glob syntax here
        Write the alternatives out as {a,b}, or name the permission itself under "exact".
      claimgen.config.yaml:6:42: audiences.orders.globs[2]: the glob "+(a)" has "(", and only * ? and {a,b} are glob syntax here
        Write the alternatives out as {a,b}, or name the permission itself under "exact".
      "
    `);
  });

  it('says that braces are never closed', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:{read,write"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: the glob "orders:{read,write" opens a brace that it never closes
        Write alternatives as {a,b}; a name that holds braces goes under "exact".
      "
    `);
  });

  it('says that braces were never opened', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:read}"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: the glob "orders:read}" closes a brace that it never opened
        Write alternatives as {a,b}; a name that holds braces goes under "exact".
      "
    `);
  });

  it('says that braces have no comma', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:{1..9}"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: the glob "orders:{1..9}" has braces without a comma
        Write alternatives as {a,b}; a name that holds braces goes under "exact".
      "
    `);
  });

  it('says that ${ is no glob', async () => {
    expect(await refusal(config('["orders:*"]', `["orders:\${a,b}"]`))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: the glob "orders:\${a,b}" has "\${", which is not a glob
        Write alternatives as {a,b}; a name that holds braces goes under "exact".
      "
    `);
  });

  it('says that alternatives multiply', async () => {
    expect(await refusal(config('["orders:*"]', `["${'{a,b}'.repeat(11)}"]`))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: the glob "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}" expands to more than 1000 alternatives
        Write * in place of some of the braces, or several globs.
      "
    `);
  });

  it('says that a glob selects nothing, and which is near', async () => {
    expect(await refusal(config('orders:*', 'ordres:*'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: the glob "ordres:*" selects nothing
        Did you mean "orders:*"?
      "
    `);
  });

  it('says that a glob selects nothing, and what there is', async () => {
    expect(await refusal(config('orders:*', 'shipments:*'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.globs[0]: the glob "shipments:*" selects nothing
        Nothing is named so: correct it or take it out. There are orders:read, orders:write.
      "
    `);
  });

  it('says that a prefix selects nothing, and which is near', async () => {
    expect(
      await refusal(config('globs: ["orders:*"]', 'prefixes: ["orders:", "odrers:"]')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:27: audiences.orders.prefixes[1]: the prefix "odrers:" selects nothing
        Nothing is named so: correct it or take it out. There are orders:read, orders:write.
      "
    `);
  });

  it('says that a name selects nothing, and which is near', async () => {
    expect(await refusal(config('globs: ["orders:*"]', 'exact: ["orders:reed"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.exact[0]: the name "orders:reed" selects nothing
        Did you mean "orders:read"?
      "
    `);
  });

  it('says that a glob excludes nothing', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:*", "!orders:purge"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:25: audiences.orders.globs[1]: the glob "!orders:purge" excludes nothing
        Nothing is named so: correct it or take it out. There are orders:read, orders:write.
      "
    `);
  });

  it('says that a glob excludes nothing where it names what is not selected', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:read", "!orders:w*"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:28: audiences.orders.globs[1]: the glob "!orders:w*" excludes nothing
        Nothing else selects what it names: take it out.
      "
    `);
  });

  it('says that nothing is left', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:*", "!*"]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:12: audiences.orders.globs: the globs that begin with ! take away all that is selected
        Take one of them out.
      "
    `);
  });

  it('says once, where the API is named, that its identifier is none of the catalog', async () => {
    const error = await refusal({
      ...config(
        'audience: https://orders.acme.example',
        'audience: https://orders.acme.example/\n    prefixes: ["orders:", "x:"]',
      ),
      'catalog.json': '{"permissions": [{"name": "orders:read", "audience": "https://orders.acme.example"}]}',
    });
    expect(error).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:15: audiences.orders.audience: the catalog has no permission of the API https://orders.acme.example/
        Did you mean https://orders.acme.example?
      "
    `);
  });

  it('says that the API has no permission in the catalog', async () => {
    expect(
      await refusal({
        ...config('orders.acme.example', 'orders.acme.com'),
        'catalog.json':
          '{"permissions": [{"name": "orders:read", "audience": "https://orders.acme.example"}], "roles": {}}',
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:15: audiences.orders.audience: the catalog has no permission of the API https://orders.acme.com
        Correct the identifier, export the API, or remove the entry where the API is gone; the catalog has https://orders.acme.example.
      "
    `);
  });

  it('says that an API under from is not in the catalog', async () => {
    expect(
      await refusal(
        config('    globs:', '    from: { https://biling.acme.example: "billing/" }\n    globs:'),
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: audiences.orders.from["https://biling.acme.example"]: there is no permission of this API in the catalog
        Did you mean https://billing.acme.example?
      "
    `);
  });

  it('says that a permission taken from another API has the name of one of its own', async () => {
    expect(
      await refusal({
        ...config('    globs:', '    from: { https://billing.acme.example: "orders:" }\n    globs:'),
        'catalog.json':
          '{"permissions": ["orders:read", {"name": "read", "audience": "https://billing.acme.example"}], "roles": {}}',
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:43: audiences.orders.from["https://billing.acme.example"]: two permissions would be "orders:read" here: the one of no API and the one of https://billing.acme.example
        Choose another prefix.
      "
    `);
  });

  it('says that a permission is both of no API and of this one', async () => {
    expect(
      await refusal({
        'catalog.json':
          '{"permissions": ["orders:read", {"name": "orders:read", "audience": "https://orders.acme.example"}], "roles": {}}',
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:4:3: audiences.orders: two permissions would be "orders:read" here: the one of no API and the one of https://orders.acme.example
        List the permission once in the catalog: with its API, or without.
      "
    `);
  });
});
