import { describe, expect, it } from 'vitest';
import { CATALOG, CONFIG, catalog, config, refusal, replaceOnce } from './refusal.ts';

/** "Billion laughs": each level repeats the one before nine times. */
function aliasBomb(): string {
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0
      ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
      : `a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`,
  );
  return `${levels.join('\n')}\n`;
}

describe('a file that is not well-formed', () => {
  it('is refused where a tab indents a line', async () => {
    expect(await refusal(config('    audience:', '\taudience:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:1: YAML has no tabs in its indentation
        Indent with spaces.
      "
    `);
  });

  it('is refused where a bracket is never closed', async () => {
    expect(await refusal(config('["orders:*"]', '["orders:*"'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:12: this [ is never closed
        Write ] where it ends.
      "
    `);
  });

  it('is refused where a quote is never closed', async () => {
    expect(await refusal(config('"orders:*"', '"orders:*'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: this " is never closed
        Write " where it ends.
      "
    `);
  });

  it('is refused where a key stands twice', async () => {
    expect(
      await refusal(config('    globs:', '    audience: https://twin.example\n    globs:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:5: the key "audience" appears here for the second time
        Keep one of the two.
      "
    `);
  });

  it('is refused where a value holds a colon and a space', async () => {
    expect(
      await refusal(config('https://acme.example/permissions', 'the claim: permissions')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:17: there is a colon with a space after it in this value
        Put quotes around the value.
      "
    `);
  });

  it('is refused where a glob that takes away has no quotes, which YAML reads as a tag', async () => {
    expect(await refusal(config('"orders:*"]', '"orders:*", !orders:write]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:25: YAML reads !orders:write as a tag, as it begins with !
        Put quotes around it: "!orders:write".
      "
    `);
  });

  it('is refused where a glob begins with a star and has no quotes, which YAML reads as an alias', async () => {
    expect(await refusal(config('["orders:*"]', '[*:read]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: YAML reads *:read as the alias of an anchor, and there is no such anchor
        Put quotes around it: "*:read".
      "
    `);
  });

  it('is refused where a text begins with @', async () => {
    expect(await refusal(config('["orders:*"]', '[@orders]'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:13: in YAML no string without quotes can begin with @
        Put quotes around it: "@orders".
      "
    `);
  });

  it('is refused where a second document begins', async () => {
    expect(await refusal({ 'claimgen.config.yaml': `${CONFIG}---\n${CONFIG}` })).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:7:1: a second document begins here (---)
        Keep one document in the file.
      "
    `);
  });

  it('is refused where aliases multiply', async () => {
    expect(await refusal({ 'claimgen.config.yaml': aliasBomb() })).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:10: from here on, aliases multiply past any use
        Write the values out in place of the aliases.
      "
    `);
  });

  it('is refused where lists are nested ten thousand deep', async () => {
    expect(
      await refusal({ 'claimgen.config.yaml': `catalog: ${'['.repeat(10_000)}` }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:1:109: values are nested more than 100 levels deep here
        Nothing that claimgen reads has more than a few levels: write the value out.
      "
    `);
  });

  it('is refused where a merge conflict is left in it', async () => {
    expect(
      await refusal({ 'claimgen.config.yaml': `<<<<<<< HEAD\n${CONFIG}=======\n${CONFIG}>>>>>>> branch\n` }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:1:1: a merge conflict is left in the file
        Resolve it; of a file that claimgen writes take either side, and run claimgen build.
      "
    `);
  });

  it('is refused at the right column after a byte order mark and CRLF', async () => {
    expect(
      await refusal({
        'claimgen.config.yaml': `\uFEFF${replaceOnce(CONFIG, 'globs', 'glob').replaceAll('\n', '\r\n')}`,
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:5: audiences.orders.glob: the key "glob" is unknown here
        Did you mean "globs"?
      "
    `);
  });

  it('is refused when empty', async () => {
    expect(await refusal({ 'claimgen.config.yaml': '' })).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:1:1: the config is empty
        Write catalog, claim and audiences; node_modules/@claimgen/generator/docs/reference/config.md has examples.
      "
    `);
  });

  it('is refused when it holds a comment alone', async () => {
    expect(await refusal({ 'claimgen.config.yaml': '# claimgen\n' })).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:1:1: the config is empty
        Write catalog, claim and audiences; node_modules/@claimgen/generator/docs/reference/config.md has examples.
      "
    `);
  });

  it('is refused when binary', async () => {
    expect(await refusal({ 'claimgen.config.yaml': '\0\x01\x02\uFFFD' })).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:1:1: there is a control character here
        Remove it; the file must be text.
      "
    `);
  });

  it('is refused with the line where JSON has a comma too many', async () => {
    expect(await refusal(catalog('"orders:write",', '"orders:write",,'))).toMatchInlineSnapshot(`
      "
      catalog.json:4:20: there must be a value here
        Correct it; JSON has double quotes, no comments, and no comma after the last entry.
      "
    `);
  });

  it('is refused where JSON ends too early', async () => {
    expect(await refusal({ 'catalog.json': CATALOG.slice(0, 60) })).toMatchInlineSnapshot(`
      "
      catalog.json:5:1: there must be a value here
        Correct it; JSON has double quotes, no comments, and no comma after the last entry.
      "
    `);
  });

  it('is refused where JSON has a comment', async () => {
    expect(await refusal(catalog('"roles"', '// who has what\n  "roles"'))).toMatchInlineSnapshot(`
      "
      catalog.json:7:3: JSON has no comments
        Correct it; JSON has double quotes, no comments, and no comma after the last entry.
      "
    `);
  });

  it('is refused where JSON has single quotes', async () => {
    expect(await refusal(catalog('"orders:write"', "'orders:write'"))).toMatchInlineSnapshot(`
      "
      catalog.json:4:5: this is not a JSON value
        Correct it; JSON has double quotes, no comments, and no comma after the last entry.
      "
    `);
  });

  it('is refused where JSON holds a key twice', async () => {
    expect(
      await refusal(catalog('["orders:read"]', '["orders:read"],\n    "Clerk": ["orders:write"]')),
    ).toMatchInlineSnapshot(`
      "
      catalog.json:9:5: the key "Clerk" appears here for the second time
        Keep one of the two.
      "
    `);
  });

  it('is refused where JSON holds nothing', async () => {
    expect(await refusal({ 'catalog.json': '' })).toMatchInlineSnapshot(`
      "
      catalog.json:1:1: the file is empty
        Write it, or restore it.
      "
    `);
  });

  it('is refused in a JSON config, too', async () => {
    expect(
      await refusal(
        { 'config.json': '{\n  "catalog": "catalog.json"\n  "claim": "pz"\n}' },
        'build --config config.json',
      ),
    ).toMatchInlineSnapshot(`
      "
      config.json:3:3: there must be a comma here
        Correct it; JSON has double quotes, no comments, and no comma after the last entry.
      "
    `);
  });
});
