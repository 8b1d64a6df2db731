import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { CATALOG, CONFIG, config, refusal } from './refusal.ts';

describe("a command line that can't be used", () => {
  it('has no command: help is printed, and no script takes it for a gate that was run', async () => {
    const folder = projectFolder({});
    const { exitCode, out, error } = await folder.claimgen('');
    expect([exitCode, error]).toEqual([2, '']);
    expect(out).toBe((await folder.claimgen('--help')).out);
  });

  it('has options and no command', async () => {
    expect(await refusal({}, '--why')).toMatchInlineSnapshot(`
      "
      there is no command
        Run claimgen --help for its options.
      "
    `);
  });

  it.each(
    ['completion', 'check', 'help check'].flatMap((command) =>
      ['constructor', 'valueOf', '__proto__', 'hasOwnProperty'].map((name) => [command, name] as const),
    ),
  )('has an option that every object has: %s --%s', async (command, name) => {
    const folder = projectFolder({ 'claimgen.config.yaml': CONFIG, 'catalog.json': CATALOG });
    const { exitCode, error } = await folder.claimgen(`${command} --${name}`);
    if (command.startsWith('help')) expect(exitCode).toBe(0);
    else
      expect([exitCode, error]).toEqual([
        2,
        expect.stringContaining(`claimgen ${command} has no option --${name}\n`),
      ]);
  });

  it('has a word after completion, and asks it for help or the version', async () => {
    const folder = projectFolder({});
    expect((await folder.claimgen('completion bash')).exitCode).toBe(2);
    expect((await folder.claimgen('completion')).out).toMatch(/^###-begin-claimgen-completions-###/);
    expect((await folder.claimgen('completion --help')).out).toBe((await folder.claimgen('--help')).out);
    expect((await folder.claimgen('completion --version')).out).toBe(
      (await folder.claimgen('--version')).out,
    );
  });

  it('has a choice that is misspelt, or is none', async () => {
    expect(await refusal({}, 'simulate --flow slient')).toMatchInlineSnapshot(`
      "
      --flow can't be "slient"
        Did you mean silent? Others are: password, refresh, refresh-other-audience, resource-owner-password, device-code, minimal.
      "
    `);
    expect(await refusal({}, 'simulate --flow foo')).toMatchInlineSnapshot(`
      "
      --flow can't be "foo"
        Use one of: password, silent, refresh, refresh-other-audience, resource-owner-password, device-code, minimal.
      "
    `);
  });

  it('has a switch that is neither true nor false', async () => {
    expect(await refusal({}, 'check --strict=yes')).toMatchInlineSnapshot(`
      "
      --strict is true or false
        Write --strict, or leave it out.
      "
    `);
  });

  it('has an option with two values, of which only the last would be heeded', async () => {
    expect(await refusal({}, 'check --env dev --env prod')).toMatchInlineSnapshot(`
      "
      the option --env is given twice
        Write it once: of several values, run the command for each.
      "
    `);
    expect(await refusal({}, 'dev --env=dev --port 0 --env dev')).toContain('--env is given twice');
    const camelCase = await refusal({}, 'rebase --verified-by a --verifiedBy b');
    expect(camelCase).toContain('--verifiedBy is given twice');
  });

  it('has a negated option, a path below one and an argument as an option', async () => {
    expect(await refusal({}, 'check --no-base')).toMatchInlineSnapshot(`
      "
      claimgen check has no option --no-base
        Run claimgen check --help for its options.
      "
    `);
    expect(await refusal({}, 'check --config.x=1')).toMatchInlineSnapshot(`
      "
      claimgen check has no option --config.x
        Did you mean --config?
      "
    `);
    expect(await refusal({}, 'rebase --audiences')).toMatchInlineSnapshot(`
      "
      claimgen rebase has no option --audiences
        Run claimgen rebase --help for its options.
      "
    `);
    expect(await refusal({}, 'build -xyz')).toMatchInlineSnapshot(`
      "
      claimgen build has no option -x
        Run claimgen build --help for its options.
      "
    `);
  });

  it('has a command that is misspelt', async () => {
    expect(await refusal({}, 'buidl')).toMatchInlineSnapshot(`
      "
      there is no command buidl
        Did you mean build?
      "
    `);
  });

  it('has a command that is not there', async () => {
    expect(await refusal({}, 'frobnicate')).toMatchInlineSnapshot(`
      "
      there is no command frobnicate
        Run claimgen --help for its options.
      "
    `);
  });

  it('has an option that is misspelt', async () => {
    expect(await refusal({}, 'build --alow-over-budget')).toMatchInlineSnapshot(`
      "
      claimgen build has no option --alow-over-budget
        Did you mean --allow-over-budget?
      "
    `);
  });

  it('has an option of another command', async () => {
    expect(await refusal({}, 'check --restore-lock')).toMatchInlineSnapshot(`
      "
      claimgen check has no option --restore-lock
        Run claimgen check --help for its options.
      "
    `);
  });

  it('has an option that is not there', async () => {
    expect(await refusal({}, 'build --frobnicate')).toMatchInlineSnapshot(`
      "
      claimgen build has no option --frobnicate
        Run claimgen build --help for its options.
      "
    `);
  });

  it('has an argument too many', async () => {
    expect(await refusal({}, 'build orders')).toMatchInlineSnapshot(`
      "
      claimgen build has no argument orders
        Run claimgen build --help for its options.
      "
    `);
  });

  it('has an option without its value', async () => {
    expect(await refusal({}, 'build --config')).toMatchInlineSnapshot(`
      "
      the option --config has no value
        Write --config <value>.
      "
    `);
  });

  it('has options that exclude each other', async () => {
    expect(await refusal({}, 'rebase --activate --prune')).toMatchInlineSnapshot(`
      "
      --activate and --prune exclude each other
        Leave one of them out.
      "
    `);
  });

  it('has no permission to explain', async () => {
    expect(await refusal({}, 'explain')).toMatchInlineSnapshot(`
      "
      claimgen explain needs <permission>
        Write claimgen explain <permission>.
      "
    `);
  });

  it('has an empty output folder', async () => {
    expect(await refusal({}, "build --out ''")).toMatchInlineSnapshot(`
      "
      the option --out is empty
        Write --out <folder>, or leave it out.
      "
    `);
  });

  it('has a token among its arguments, and does not repeat it', async () => {
    expect(await refusal({}, 'inspect eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln')).toMatchInlineSnapshot(`
      "
      inspect reads the token from standard input, not from an argument
        Pipe it in: claimgen inspect < token.txt
      "
    `);
  });

  it('has a token after the dash, and does not repeat it', async () => {
    expect(await refusal({}, 'inspect - eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln')).toMatchInlineSnapshot(`
      "
      claimgen inspect has no argument <a token>
        Run claimgen inspect --help for its options.
      "
    `);
  });

  it('inspects rubbish, and does not repeat it', async () => {
    expect(await refusal({}, 'inspect -', 'rub.bi.sh')).toMatchInlineSnapshot(`
      "
      the text on standard input is not a JWT
        Pipe an access token in: three base64url parts with dots between; an opaque token comes of a request without an audience.
      "
    `);
  });

  it('inspects nothing', async () => {
    expect(await refusal({}, 'inspect -', ' \n')).toMatchInlineSnapshot(`
      "
      there is no token on standard input
        Pipe an access token in: three base64url parts with dots between; an opaque token comes of a request without an audience.
      "
    `);
  });

  it('gives the problems as JSON with --json', async () => {
    const folder = projectFolder({
      ...config('orders:*', 'ordres:*'),
      'catalog.json': CATALOG,
    });
    const { exitCode, out, error } = await folder.claimgen('build --json');
    expect(exitCode).toBe(2);
    expect(error).toBe('');
    expect(JSON.parse(out)).toMatchInlineSnapshot(`
      {
        "problems": [
          {
            "code": "selection_empty",
            "column": 13,
            "file": "claimgen.config.yaml",
            "fix": "Did you mean "orders:*"?",
            "line": 6,
            "message": "the glob "ordres:*" selects nothing",
            "path": "audiences.orders.globs[0]",
          },
        ],
        "version": 1,
      }
    `);
  });

  it('shows twenty problems and counts the rest', async () => {
    const permissions = Array.from({ length: 1000 }, (_, index) => `no ${index}`);
    const folder = projectFolder({
      'claimgen.config.yaml': CONFIG,
      'catalog.json': JSON.stringify({ permissions, roles: {} }),
    });
    const { error } = await folder.claimgen('build');
    expect(error.split('\n').slice(-4).join('\n')).toMatchInlineSnapshot(`
      "catalog.json:1:159: permissions[19]: the permission "no 19" has whitespace in its name
        Auth0 allows 1 to 280 characters without whitespace.
      and 980 more (--json prints all)
      "
    `);
    expect(JSON.parse((await folder.claimgen('build --json')).out).problems).toHaveLength(1000);
  });
});
