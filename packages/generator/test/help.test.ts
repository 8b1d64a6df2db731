import { describe, expect, it } from 'vitest';
import { projectFolder } from './project-folder.ts';

async function help(args: string): Promise<string> {
  const { exitCode, out, error } = await projectFolder({}).claimgen(args);
  expect([exitCode, error]).toEqual([0, '']);
  expect(out.split('\n').filter((line) => line.length > 81)).toEqual([]);
  return `\n${out}`;
}

describe('claimgen --help', () => {
  it('lists the commands', async () => {
    expect(await help('--help')).toMatchInlineSnapshot(`
      "
      claimgen <command>

      Keeps Auth0 permissions in the access token and makes the token small, provably.

      Commands:
        claimgen build                 Write the Action, the verifier modules, the
                                       report and the lock
        claimgen check                 Fail when a token could pass the budget, or
                                       when generated files are stale
        claimgen inspect [source]      Show what a token carries, read from standard
                                       input
        claimgen explain <permission>  Show which patterns select a permission, its
                                       place and its roles
        claimgen rebase [audiences..]  Give layouts a fresh order, in steps that no
                                       request fails in
        claimgen simulate              Run the Action as Auth0 would: fixture logins,
                                       one user or many, faults on demand
        claimgen population            Size the tokens of real or modelled users, and
                                       say who is over the budget
        claimgen dev                   Serve a tenant on this machine that runs the
                                       Action, for developing apps and APIs
        claimgen init                  Write a config, from a tenant or an export of
                                       one
        claimgen pull                  Write the tenant's APIs, permissions, roles and
                                       grants as a catalog, and say what changed
        claimgen deploy                Bring the built Action into the tenant: show
                                       what changes, ask, apply, read back
        claimgen doctor                Say what is wrong with the tenant, and how to
                                       fix it
        claimgen revoke [user]         End a user's sessions and refresh tokens, and
                                       publish that their tokens are out
        claimgen publish               Publish what a user, or everyone, has lost or
                                       gained: tokens from before refresh once
        claimgen log <init>            Make a log of changes, or make one again that
                                       was lost
        claimgen hub                   Serve a log of changes to other networks: GET
                                       /changes, GET /health
        claimgen gateway               Answer a proxy for APIs in other languages: who
                                       may pass, and with which permissions
        claimgen token-proxy [purge]   Serve /oauth/token for machines from a cache,
                                       to spare the quota
        claimgen completion            Print a completion script for bash or zsh

      Options:
            --version  Show version number                                   [boolean]
        -h, --help     Show help                                             [boolean]

      Examples:
        claimgen build                       write everything that is deployed
        claimgen check --base origin/main    the gate in CI
        claimgen explain orders:refund       who holds it, and why
        claimgen population --model 1000000  how large tokens will be
      "
    `);
  });

  it('says the same for help and -h', async () => {
    const text = await help('--help');
    expect(await help('help')).toBe(text);
    expect(await help('-h')).toBe(text);
  });

  it('explains build', async () => {
    expect(await help('build --help')).toMatchInlineSnapshot(`
      "
      claimgen build

      Write the Action, the verifier modules, the report and the lock

      Options:
            --version            Show version number                         [boolean]
        -h, --help               Show help                                   [boolean]
            --config             The config file; found upward from here by default
                                                                              [string]
            --env                The environment of the config that the Action is for
                                                                              [string]
            --out                The folder for generated files, in place of the
                                 config's                                     [string]
            --json               Print JSON for programs                     [boolean]
            --allow-over-budget  Write everything even when a token could pass the
                                 budget                                      [boolean]
            --why                Show every size, what would make it smaller, and what
                                 is assumed                                  [boolean]
            --restore-lock       Rebuild a lost lock from the verifiers' .json files
                                                                             [boolean]

      Examples:
        claimgen build             for the base of the config
        claimgen build --env prod  the Action of an environment
        claimgen build --why       and what would make tokens smaller
      "
    `);
  });

  it('explains check', async () => {
    expect(await help('check --help')).toMatchInlineSnapshot(`
      "
      claimgen check

      Fail when a token could pass the budget, or when generated files are stale

      Options:
            --version  Show version number                                   [boolean]
        -h, --help     Show help                                             [boolean]
            --config   The config file; found upward from here by default     [string]
            --env      The environment of the config that the Action is for   [string]
            --out      The folder for generated files, in place of the config's
                                                                              [string]
            --json     Print JSON for programs                               [boolean]
            --base     A git commit to say what changes against               [string]
            --junit    A file for a report in JUnit's form                    [string]
            --strict   Fail on lints, too                                    [boolean]
            --why      Show every size, what would make it smaller, and what is
                       assumed                                               [boolean]

      Examples:
        claimgen check                     in CI, and before a commit
        claimgen check --base origin/main  what this branch changes
        claimgen check --why               what would bring tokens down
      "
    `);
  });

  it('explains inspect', async () => {
    expect(await help('inspect --help')).toMatchInlineSnapshot(`
      "
      claimgen inspect [source]

      Show what a token carries, read from standard input

      Positionals:
        source  Nothing or -: a token on the command line would stay in the shell
                history                                                       [string]

      Options:
            --version  Show version number                                   [boolean]
        -h, --help     Show help                                             [boolean]
            --config   The config file; found upward from here by default     [string]
            --env      The environment of the config that the Action is for   [string]
            --out      The folder for generated files, in place of the config's
                                                                              [string]
            --json     Print JSON for programs                               [boolean]

      Examples:
        claimgen inspect < token.txt  from a file
        pbpaste | claimgen inspect    from the clipboard (macOS)
      "
    `);
  });

  it('explains explain', async () => {
    expect(await help('explain --help')).toMatchInlineSnapshot(`
      "
      claimgen explain <permission>

      Show which patterns select a permission, its place and its roles

      Positionals:
        permission  The name, as given to hasPermission            [string] [required]

      Options:
            --version  Show version number                                   [boolean]
        -h, --help     Show help                                             [boolean]
            --config   The config file; found upward from here by default     [string]
            --env      The environment of the config that the Action is for   [string]
            --out      The folder for generated files, in place of the config's
                                                                              [string]
            --json     Print JSON for programs                               [boolean]

      Examples:
        claimgen explain orders:refund  patterns, place and roles
      "
    `);
  });

  it('explains rebase', async () => {
    expect(await help('rebase --help')).toMatchInlineSnapshot(`
      "
      claimgen rebase [audiences..]

      Give layouts a fresh order, in steps that no request fails in

      Positionals:
        audiences  The audiences; all by default                 [array] [default: []]

      Options:
            --version      Show version number                               [boolean]
        -h, --help         Show help                                         [boolean]
            --config       The config file; found upward from here by default [string]
            --env          The environment of the config that the Action is for
                                                                              [string]
            --out          The folder for generated files, in place of the config's
                                                                              [string]
            --json         Print JSON for programs                           [boolean]
            --activate     Let the Action write the newest lineage           [boolean]
            --prune        Drop the lineages before the active one           [boolean]
            --verified-by  With --activate: APIs that must read the lineage, as for
                           deploy                                             [string]

      Examples:
        claimgen rebase             1. add a fresh order; deploy the APIs
        claimgen rebase --activate  2. write it; deploy the Action
        claimgen rebase --prune     3. once no old token is left
      "
    `);
  });

  it('prints the version', async () => {
    expect(await help('--version')).toBe('\n0.0.0-test\n');
  });

  it('speaks one language, whatever the locale', async () => {
    const locale = process.env['LC_ALL'];
    process.env['LC_ALL'] = 'de_DE.UTF-8';
    try {
      expect(await help('build --help')).toContain('Show help');
    } finally {
      if (locale === undefined) delete process.env['LC_ALL'];
      else process.env['LC_ALL'] = locale;
    }
  });
});
