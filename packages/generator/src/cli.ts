import yargs, { type Argv } from 'yargs';
import { build } from './commands/build.ts';
import { check } from './commands/check.ts';
import { explain } from './commands/explain.ts';
import { inspect } from './commands/inspect.ts';
import { rebase } from './commands/rebase.ts';
import type { CommandResult } from './commands/result.ts';
import { InputError } from './errors.ts';

/** A parsed command line: what to run, and whether to print JSON. */
export interface Invocation {
  readonly json: boolean;
  readonly run: () => CommandResult | Promise<CommandResult>;
}

/** What the command line needs of the process. */
export interface CliContext {
  readonly cwd: string;
  readonly version: string;
  readStdin(): Promise<string>;
}

/** Either something to run, or text to print (help, version). */
export type ParsedCommand = { readonly invocation: Invocation } | { readonly print: string };

/**
 * Parses `claimgen`'s arguments.
 * @throws InputError for a command, option or value that doesn't exist
 */
export async function parseCommand(args: readonly string[], context: CliContext): Promise<ParsedCommand> {
  let invocation: Invocation | undefined;
  const set = (json: boolean | undefined, run: Invocation['run']) => {
    invocation = { json: json === true, run };
  };
  const parser = yargs()
    .scriptName('claimgen')
    .usage('$0 <command>\n\nKeeps Auth0 permissions in the access token and makes the token small, provably.')
    .command(
      'build',
      'Write the Action, the verifier modules, the report and the lock',
      withBuildOptions,
      (argv) => set(argv.json, () => build({ cwd: context.cwd, ...argv })),
    )
    .command(
      'check',
      'Fail when a token could pass the budget, or when generated files are stale',
      withProject,
      (argv) => set(argv.json, () => check({ cwd: context.cwd, ...argv })),
    )
    .command(
      'inspect <source>',
      'Show what a token carries, read from standard input',
      (command) =>
        withProject(command).positional('source', {
          choices: ['-'] as const,
          demandOption: true,
          describe: '-, for standard input: tokens do not belong into a shell history',
        }),
      (argv) => set(argv.json, async () => inspect({ cwd: context.cwd, ...argv }, await context.readStdin())),
    )
    .command(
      'explain <permission>',
      'Show which patterns select a permission, its place and its roles',
      (command) => withProject(command).positional('permission', { type: 'string', demandOption: true }),
      (argv) => set(argv.json, () => explain({ cwd: context.cwd, ...argv }, argv.permission)),
    )
    .command(
      'rebase [audiences..]',
      'Give layouts a fresh order, in steps that no request fails in',
      withRebaseOptions,
      (argv) => set(argv.json, () => rebase({ cwd: context.cwd, ...argv })),
    )
    .demandCommand(1, 1)
    .strict()
    .recommendCommands()
    .version(context.version)
    .help()
    .alias('help', 'h')
    .parserConfiguration({ 'duplicate-arguments-array': false, 'camel-case-expansion': true })
    .exitProcess(false)
    .wrap(80);
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    parser
      .fail((message, error) => reject(error ?? usageError(message)))
      .parse([...args], {}, (error, _argv, output) => {
        printed = output;
        if (error === null || error === undefined) resolve();
        else reject(error instanceof InputError ? error : usageError(String(error.message)));
      });
  });
  if (invocation !== undefined && printed === '') return { invocation };
  return { print: printed };
}

function usageError(message: string): InputError {
  const first =
    message === '' || message.startsWith('Not enough non-option arguments')
      ? 'a command or an argument is missing'
      : (message.split('\n')[0] ?? '');
  return new InputError([
    {
      code: 'usage',
      message: first.replace(/\.$/, ''),
      mend: message.split('\n').slice(1).join(' ').trim() || 'Run claimgen --help.',
    },
  ]);
}

function withProject(command: Argv) {
  return command
    .option('config', {
      type: 'string',
      requiresArg: true,
      describe: 'The config file; found upward from here by default',
    })
    .option('env', {
      type: 'string',
      requiresArg: true,
      describe: 'The environment of the config that the Action is for',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: "The folder for generated files, in place of the config's",
    })
    .option('json', { type: 'boolean', describe: 'Print JSON for programs' });
}

function withBuildOptions(command: Argv) {
  return withProject(command)
    .option('allow-over-budget', {
      type: 'boolean',
      describe: 'Write everything even when a token could pass the budget',
    })
    .option('restore-lock', {
      type: 'boolean',
      describe: "Rebuild a lost lock from the verifiers' .json files",
    });
}

function withRebaseOptions(command: Argv) {
  return withProject(command)
    .positional('audiences', { type: 'string', array: true, describe: 'The audiences; all by default' })
    .option('activate', {
      type: 'boolean',
      describe: 'Let the Action write the newest lineage',
      conflicts: 'prune',
    })
    .option('prune', { type: 'boolean', describe: 'Drop the lineages before the active one' });
}
