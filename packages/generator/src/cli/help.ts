// Help and completions by yargs, which is loaded for them alone: it reads no arguments of a run.
import yargs, { type Argv, type Options as YargsOptions } from 'yargs';
import type { Argument, Command, Commands, Example, Option, Options } from './command.ts';
import { PARSER } from './parse.ts';

/** The program as a whole. */
export interface Program {
  readonly name: string;
  readonly describe: string;
  readonly examples: readonly Example[];
  readonly version: string;
  readonly commands: Commands;
}

/** The text that yargs answers arguments with that ask for help, a completion script or completions. */
export async function help(program: Program, args: readonly string[]): Promise<string> {
  const parser = await parserOf(program);
  // For completions yargs calls back twice, and has all of the text the second time.
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    parser.parse([...args], {}, (error, _argv, output) => {
      printed = output;
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
  return printed;
}

async function parserOf({ name, describe, examples, version, commands }: Program): Promise<Argv> {
  const parser = yargs()
    .scriptName(name)
    .usage(`$0 <command>\n\n${describe}`)
    .example(examples.map(([line, what]) => [line, what]));
  for (const [command, load] of commands) addCommand(parser, command, await load());
  return parser
    .completion('completion', 'Print a completion script for bash or zsh')
    .version(version)
    .help()
    .alias('help', 'h')
    .parserConfiguration(PARSER)
    .detectLocale(false)
    .exitProcess(false)
    .wrap(80);
}

function addCommand(parser: Argv, name: string, { argument, describe, options, examples }: Command): void {
  parser.command(
    argument === undefined ? name : `${name} ${placeholder(argument)}`,
    describe,
    (builder) => {
      const built = builder
        .options(yargsOptions(options))
        .example(examples.map(([line, what]) => [line, what]));
      return argument === undefined
        ? built
        : built.positional(argument.name, {
            type: 'string',
            describe: argument.describe,
            ...(argument.kind === 'list' ? { array: true } : {}),
            ...(argument.kind === 'required' ? { demandOption: true } : {}),
          });
    },
    () => undefined,
  );
}

function placeholder({ kind, name }: Argument): string {
  return kind === 'required' ? `<${name}>` : kind === 'list' ? `[${name}..]` : `[${name}]`;
}

function yargsOptions(options: Options): Record<string, YargsOptions> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      { type: option.type, describe: option.describe, ...choicesOf(option) },
    ]),
  );
}

function choicesOf(option: Option): YargsOptions {
  return option.type === 'string' && option.choices !== undefined ? { choices: option.choices } : {};
}
