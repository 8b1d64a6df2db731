// From arguments to what is to be done. yargs-parser reads them; what may stand there is decided here, in claimgen's words.
import Parser from 'yargs-parser';
import type { InputError } from '../errors.ts';
import { type Command, type Commands, camelCase, type Option, type Options, type Values } from './command.ts';
import {
  excludedOption,
  type Given,
  missingArgument,
  missingCommand,
  missingValue,
  noBoolean,
  repeatedOption,
  unknownCommand,
  unknownOption,
  unknownWord,
  wrongChoice,
} from './problems.ts';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'version' }
  /** Help, a completion script or completions, as yargs is asked for them. */
  | { readonly kind: 'help'; readonly args: readonly string[] }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly values: Values<Options>;
      readonly words: readonly string[];
    };

/** How arguments are read: of a switch given twice the last counts, and nothing is an option but what is listed. */
export const PARSER = {
  'boolean-negation': false,
  'camel-case-expansion': true,
  'dot-notation': false,
  'duplicate-arguments-array': false,
  'parse-positional-numbers': false,
} as const;

/** What every command takes, and the program itself. */
const GENERAL: Options = {
  help: { type: 'boolean', describe: 'Show help' },
  version: { type: 'boolean', describe: 'Show version number' },
};

/** What yargs' completion script calls the program with. */
const COMPLETIONS = '--get-yargs-completions';

/**
 * Reads a command line.
 * @throws InputError for a command, option, argument or value that doesn't exist
 */
export async function parse(args: readonly string[], commands: Commands): Promise<Request> {
  const [first = '', ...rest] = args;
  if (first === COMPLETIONS) return { kind: 'help', args };
  if (first === 'completion') return parseCompletion(rest);
  if (first === 'help') return helpOn(rest, commands);
  const load = commands.get(first);
  if (load === undefined) return parseGeneral(args, commands);
  const command = await load();
  const options = { ...command.options, ...GENERAL };
  const given: Given = { command: first, options: Object.keys(options) };
  const { argv, error } = read(rest, options);
  refuseOptions(rest, argv, options, given);
  if (argv['help'] === true) return helpOn([first], commands);
  if (argv['version'] === true) return { kind: 'version' };
  if (error !== null) throw valueless(error);
  refuseValues(argv, command.options);
  const words = argv._.map(String);
  refuseWords(words, command, given);
  return { kind: 'run', command, values: argv, words };
}

/** Whether JSON is asked for, on a command line that may be wrong otherwise. */
export function wantsJson(args: readonly string[]): boolean {
  return Parser([...args], { boolean: ['json'], configuration: PARSER })['json'] === true;
}

/** `claimgen help`, of the program or of a command. */
function helpOn([name]: readonly string[], commands: Commands): Request {
  if (name === undefined || name.startsWith('-')) return { kind: 'help', args: ['--help'] };
  if (commands.has(name)) return { kind: 'help', args: [name, '--help'] };
  throw unknownCommand(name, [...commands.keys()]);
}

/** yargs prints the script; on its own it knows no wrong option, and fails for names such as `--constructor`. */
function parseCompletion(args: readonly string[]): Request {
  const given: Given = { command: 'completion', options: Object.keys(GENERAL) };
  const { argv } = read(args, GENERAL);
  refuseOptions(args, argv, GENERAL, given);
  const [word] = argv._;
  if (word !== undefined) throw unknownWord(String(word), given);
  if (argv['version'] === true) return { kind: 'version' };
  return { kind: 'help', args: [argv['help'] === true ? '--help' : 'completion'] };
}

function parseGeneral(args: readonly string[], commands: Commands): Request {
  const { argv } = read(args, GENERAL);
  if (argv['help'] === true) return helpOn([], commands);
  if (argv['version'] === true) return { kind: 'version' };
  const word = args.find((argument) => !argument.startsWith('-') && argument !== '');
  throw word === undefined ? missingCommand() : unknownCommand(word, [...commands.keys()]);
}

function read(args: readonly string[], options: Options): Parser.DetailedArguments {
  const named = (matches: (option: Option) => boolean) =>
    Object.keys(options).filter((name) => matches(options[name] as Option));
  const valued = named(({ type }) => type !== 'boolean');
  return Parser.detailed([...args], {
    alias: { help: ['h'] },
    boolean: named(({ type }) => type === 'boolean'),
    string: named(({ type }) => type === 'string'),
    number: named(({ type }) => type === 'number'),
    // One value, which is no option.
    narg: Object.fromEntries(valued.map((name) => [name, Number.NaN])),
    configuration: PARSER,
  });
}

/** yargs-parser takes any name for an option, `--strict=yes` for no, and of two values the last: `check --env dev --env prod` would say nothing of dev. */
function refuseOptions(
  args: readonly string[],
  argv: Parser.Arguments,
  options: Options,
  given: Given,
): void {
  const types = new Map(
    Object.entries(options).flatMap(([name, { type }]) => [
      [name, type],
      [camelCase(name), type],
    ]),
  );
  const seen = new Set<string>();
  for (const argument of args.slice(0, [...args, '--'].indexOf('--'))) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === undefined) continue;
    const type = types.get(name);
    if (type === undefined) throw unknownOption(`--${name}`, given);
    if (type === 'boolean' && !['true', 'false', undefined].includes(value)) throw noBoolean(name);
    if (type !== 'boolean' && seen.has(camelCase(name))) throw repeatedOption(name);
    seen.add(camelCase(name));
  }
  const other = Object.keys(argv).find((key) => key !== '_' && key !== 'h' && !types.has(key));
  if (other !== undefined) throw unknownOption(`-${other}`, given);
}

function valueless(error: Error): InputError {
  const [, name = ''] = /: (.*)$/s.exec(error.message) ?? [];
  return missingValue(name);
}

function refuseValues(argv: Parser.Arguments, options: Options): void {
  for (const [name, option] of Object.entries(options)) {
    const value: unknown = argv[name];
    if (value === undefined) continue;
    if (option.type === 'string' && option.choices !== undefined && !option.choices.includes(String(value)))
      throw wrongChoice(name, String(value), option.choices);
    if (option.type === 'boolean' && option.excludes !== undefined && argv[option.excludes] !== undefined)
      throw excludedOption(name, option.excludes);
  }
}

function refuseWords(words: readonly string[], { argument }: Command, given: Given): void {
  if (argument?.kind === 'list') return;
  const surplus = words[argument === undefined ? 0 : 1];
  if (surplus !== undefined) throw unknownWord(surplus, given);
  if (argument?.kind === 'required' && words.length === 0) throw missingArgument(`<${argument.name}>`, given);
}
