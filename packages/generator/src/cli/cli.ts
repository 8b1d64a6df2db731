import yargs, { type Options } from 'yargs';
import { Parser } from 'yargs/helpers';
import { CHECK_OPTIONS } from '../check/options.ts';
import { build } from '../commands/build.ts';
import { check } from '../commands/check.ts';
import { explain } from '../commands/explain.ts';
import { inspect } from '../commands/inspect.ts';
import { population } from '../commands/population.ts';
import { rebase } from '../commands/rebase.ts';
import type { CommandResult } from '../commands/result.ts';
import { simulate } from '../commands/simulate.ts';
import { usageError } from '../errors.ts';
import { POPULATION_OPTIONS } from '../population/options.ts';
import { SIMULATE_OPTIONS } from '../simulate/options.ts';
import { EXAMPLES } from './cli-examples.ts';
import { checkOptions, commandLineError, YARGS_STRINGS } from './cli-problems.ts';

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
  /** Standard input as it comes, where it may be larger than memory. */
  stdin?(): AsyncIterable<Uint8Array>;
  /** The clock. */
  now?(): Date;
  /** Where progress is shown. */
  readonly terminal?: NodeJS.WriteStream | undefined;
  /** The width of the terminal, where standard output is one. */
  readonly columns?: number | undefined;
  /** Environment variables, as far as a command looks at them. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Takes what a command prints while it runs. */
  out(text: string): void;
  /** Takes workflow commands to GitHub Actions. */
  annotate(text: string): void;
}

/** Either something to run, or text to print: help or version, and help again for who gave no command. */
export type ParsedCommand =
  | { readonly invocation: Invocation }
  | { readonly print: string; readonly exitCode: 0 | 2 };

/** What every command that reads a config takes. */
const PROJECT_OPTIONS = {
  config: {
    type: 'string',
    requiresArg: true,
    describe: 'The config file; found upward from here by default',
  },
  env: {
    type: 'string',
    requiresArg: true,
    describe: 'The environment of the config that the Action is for',
  },
  out: {
    type: 'string',
    requiresArg: true,
    describe: "The folder for generated files, in place of the config's",
  },
  json: { type: 'boolean', describe: 'Print JSON for programs' },
} as const satisfies Record<string, Options>;

const BUILD_OPTIONS = {
  ...PROJECT_OPTIONS,
  'allow-over-budget': {
    type: 'boolean',
    describe: 'Write everything even when a token could pass the budget',
  },
  why: CHECK_OPTIONS.why,
  'restore-lock': {
    type: 'boolean',
    describe: "Rebuild a lost lock from the verifiers' .json files",
  },
} as const satisfies Record<string, Options>;

const REBASE_OPTIONS = {
  ...PROJECT_OPTIONS,
  activate: {
    type: 'boolean',
    describe: 'Let the Action write the newest lineage',
    conflicts: 'prune',
  },
  prune: { type: 'boolean', describe: 'Drop the lineages before the active one' },
} as const satisfies Record<string, Options>;

/** By command. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, Options>>>> = {
  build: BUILD_OPTIONS,
  check: { ...PROJECT_OPTIONS, ...CHECK_OPTIONS },
  inspect: PROJECT_OPTIONS,
  explain: PROJECT_OPTIONS,
  rebase: REBASE_OPTIONS,
  simulate: { ...PROJECT_OPTIONS, ...SIMULATE_OPTIONS },
  population: { ...PROJECT_OPTIONS, ...POPULATION_OPTIONS },
};

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
      (command) => command.options(BUILD_OPTIONS).example(examplesOf('build')),
      (argv) => set(argv.json, () => build({ cwd: context.cwd, ...argv })),
    )
    .command(
      'check',
      'Fail when a token could pass the budget, or when generated files are stale',
      (command) => command.options({ ...PROJECT_OPTIONS, ...CHECK_OPTIONS }).example(examplesOf('check')),
      (argv) => set(argv.json, () => check({ cwd: context.cwd, ...argv }, context)),
    )
    .command(
      'inspect [source]',
      'Show what a token carries, read from standard input',
      (command) =>
        command.options(PROJECT_OPTIONS).example(examplesOf('inspect')).positional('source', {
          type: 'string',
          describe: 'Nothing or -: a token on the command line would stay in the shell history',
        }),
      (argv) =>
        set(argv.json, async () => {
          refuseTokenArgument(argv.source);
          return inspect({ cwd: context.cwd, ...argv }, await context.readStdin(), context.now?.());
        }),
    )
    .command(
      'explain <permission>',
      'Show which patterns select a permission, its place and its roles',
      (command) =>
        command.options(PROJECT_OPTIONS).example(examplesOf('explain')).positional('permission', {
          type: 'string',
          demandOption: true,
          describe: 'The name, as hasPermission takes it',
        }),
      (argv) => set(argv.json, () => explain({ cwd: context.cwd, ...argv }, argv.permission)),
    )
    .command(
      'rebase [audiences..]',
      'Give layouts a fresh order, in steps that no request fails in',
      (command) =>
        command.options(REBASE_OPTIONS).example(examplesOf('rebase')).positional('audiences', {
          type: 'string',
          array: true,
          describe: 'The audiences; all by default',
        }),
      (argv) => set(argv.json, () => rebase({ cwd: context.cwd, ...argv })),
    )
    .command(
      'simulate',
      'Run the Action as Auth0 would: fixture logins, one user or many, faults on demand',
      (command) =>
        command.options({ ...PROJECT_OPTIONS, ...SIMULATE_OPTIONS }).example(examplesOf('simulate')),
      // With many users the lines of JSON come as the logins do.
      (argv) =>
        set(argv.json === true && argv.users === undefined, () =>
          simulate({ cwd: context.cwd, ...argv }, context),
        ),
    )
    .command(
      'population',
      'Size the tokens of real or modelled users, and say who is over the budget',
      (command) =>
        command.options({ ...PROJECT_OPTIONS, ...POPULATION_OPTIONS }).example(examplesOf('population')),
      (argv) => set(argv.json, () => population({ cwd: context.cwd, ...argv }, context)),
    )
    .example(examplesOf(''))
    .completion('completion', 'Print a completion script for bash or zsh')
    .demandCommand(1, 1)
    .strict()
    .version(context.version)
    .help()
    .alias('help', 'h')
    .parserConfiguration(PARSER)
    .updateStrings(YARGS_STRINGS)
    .detectLocale(false)
    .exitProcess(false)
    .wrap(80);
  const [command = ''] = args;
  const options = Object.hasOwn(OPTIONS, command) ? (OPTIONS[command] ?? {}) : {};
  const words = {
    commands: Object.keys(OPTIONS),
    options: { ...options, help: { type: 'boolean' }, version: { type: 'boolean' } } as const,
    argument: command === 'explain' ? '<permission>' : undefined,
  };
  if (words.commands.includes(command)) checkOptions(args, words);
  const usage = (message: string) => commandLineError(message, args, words);
  // A script whose command came out empty must not pass for a gate that was run.
  if (args.length === 0) return { print: await parser.getHelp(), exitCode: 2 };
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    parser
      .fail((message, error) => reject(usage(message ?? error.message)))
      .parse([...args], {}, (error, _argv, output) => {
        printed = output;
        if (error === null || error === undefined) resolve();
        else reject(usage(String(error.message)));
      });
  });
  if (invocation !== undefined && printed === '') return { invocation };
  return { print: printed, exitCode: 0 };
}

/** How arguments are read: of an option given twice the last counts, and nothing is an option but what is listed. */
const PARSER = {
  'duplicate-arguments-array': false,
  'camel-case-expansion': true,
  'boolean-negation': false,
  'dot-notation': false,
} as const;

/** Whether JSON is asked for, on a command line that may be wrong otherwise. */
export function wantsJson(args: readonly string[]): boolean {
  return Parser([...args], { boolean: ['json'], configuration: PARSER })['json'] === true;
}

/** As yargs takes them. */
function examplesOf(command: string): [string, string][] {
  return (EXAMPLES[command] ?? []).map(([line, description]) => [line, description]);
}

/** An argument stays in the shell's history, and other users see it in the list of processes. */
function refuseTokenArgument(source: string | undefined): void {
  // yargs makes an empty string of a lone dash.
  if (source === undefined || source === '-' || source === '') return;
  throw usageError(
    'inspect reads the token from standard input, not from an argument',
    'Pipe it in: claimgen inspect < token.txt',
  );
}
