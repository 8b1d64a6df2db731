// What is wrong with a command line, in claimgen's words: yargs' own say neither where nor how to fix it.
import { type InputError, usageError } from '../errors.ts';
import { closest } from '../format/closest.ts';

/** What a command line can name. */
export interface Vocabulary {
  readonly commands: readonly string[];
  /** The options of the command at hand. */
  readonly options: Readonly<Record<string, { readonly type?: string | undefined }>>;
  /** What it must be given: `<permission>`. */
  readonly argument: string | undefined;
}

/**
 * What yargs would let pass: an argument's name used as an option, and `--strict=yes`, which it reads as no.
 * @throws InputError
 */
export function checkOptions(args: readonly string[], words: Vocabulary): void {
  const types = new Map(
    Object.entries(words.options).flatMap(([name, { type }]) => [
      [name, type],
      [name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()), type],
    ]),
  );
  for (const argument of args.slice(0, [...args, '--'].indexOf('--'))) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === undefined) continue;
    if (!types.has(name)) throw unknownOption(`--${name}`, commandOf(args, words), words);
    if (types.get(name) === 'boolean' && !['true', 'false', undefined].includes(value)) {
      throw usageError(`--${name} is true or false`, `Write --${name}, or leave it out.`);
    }
  }
}

function commandOf([first]: readonly string[], { commands }: Vocabulary): string | undefined {
  return commands.find((name) => name === first);
}

/** Between the parts of a message of yargs; no argument of a process can hold it. */
const SEPARATOR = '\0';

/** For yargs' `updateStrings`: messages whose parts could not be told apart otherwise. */
export const YARGS_STRINGS: Readonly<Record<string, string>> = {
  'Arguments %s and %s are mutually exclusive': 'exclusive\0%s\0%s',
  'Argument: %s, Given: %s, Choices: %s': 'choice\0%s\0%s\0%s',
};

/**
 * What yargs says of a command line, as a problem of ours; a token that strayed into the arguments is not repeated.
 * @param yargsMessage with YARGS_STRINGS
 * @param args as the command line has them
 */
export function commandLineError(
  yargsMessage: string,
  args: readonly string[],
  words: Vocabulary,
): InputError {
  const message = withoutTokens(yargsMessage);
  const command = commandOf(args, words);
  const [, exclusive] = /exclusive\0(.*)/s.exec(message) ?? [];
  if (exclusive !== undefined) return exclusiveOptions(exclusive.split(SEPARATOR));
  const [, choice] = /choice\0(.*)/s.exec(message) ?? [];
  if (choice !== undefined) return wrongChoice(choice.split(SEPARATOR));
  const [, valueless] = /^Not enough arguments following: (.*)/.exec(message) ?? [];
  if (valueless !== undefined)
    return usageError(`the option --${valueless} has no value`, `Write --${valueless} <value>.`);
  // yargs joins several; the first is enough to go on.
  const [, unknown] = /^Unknown (?:argument|command)s?: ([^,]*)/.exec(message) ?? [];
  if (unknown !== undefined) return unknownWord(unknown, args, command, words);
  if (message.startsWith('Not enough')) return missingArgument(command, words.argument);
  if (message.startsWith('Too many')) {
    return usageError(`${nameOf(command)} was given more arguments than it takes`, helpOf(command));
  }
  return usageError(oneSentence(message), helpOf(command));
}

function missingArgument(command: string | undefined, argument: string | undefined): InputError {
  return argument === undefined
    ? usageError('there is no command', helpOf(command))
    : usageError(`${nameOf(command)} needs ${argument}`, `Write ${nameOf(command)} ${argument}.`);
}

function exclusiveOptions([one = '', other = '']: readonly string[]): InputError {
  return usageError(`--${one} and --${other} exclude each other`, 'Leave one of them out.');
}

/** Text in which nothing can be a JWT: each begins with `{"` in base64url. */
export function withoutTokens(text: string): string {
  return text.replace(/\beyJ[\w-]{8,}(?:\.[\w-]*)*/g, '<a token>');
}

function unknownWord(
  word: string,
  args: readonly string[],
  command: string | undefined,
  words: Vocabulary,
): InputError {
  const given = args.find((argument) => !argument.startsWith('-'));
  if (command === undefined && given !== undefined) {
    const near = closest(given, words.commands);
    return usageError(
      `there is no command ${withoutTokens(given)}`,
      near === undefined ? helpOf(command) : `Did you mean ${near}?`,
    );
  }
  const isOption = args.some((argument) => /^-[^-]/.test(argument) && argument.includes(word));
  if (isOption) return unknownOption(`-${word}`, command, words);
  return usageError(`${nameOf(command)} takes no argument ${word}`, helpOf(command));
}

/** @param option with its dashes */
function unknownOption(option: string, command: string | undefined, { options }: Vocabulary): InputError {
  const near = closest(option.replace(/^-+/, ''), Object.keys(options));
  return usageError(
    `${nameOf(command)} has no option ${withoutTokens(option)}`,
    near === undefined ? helpOf(command) : `Did you mean --${near}?`,
  );
}

/** The option, what was given and what can be, as yargs writes them: the last two as JSON. */
function wrongChoice([option = '', given = '', choices = '']: readonly string[]): InputError {
  const names = JSON.parse(`[${choices}]`) as string[];
  const near = closest(given.replace(/^"|"$/g, ''), names);
  const others = names.filter((name) => name !== near).join(', ');
  return usageError(
    `--${option} can't be ${given}`,
    near === undefined ? `Use one of: ${others}.` : `Did you mean ${near}? Others are: ${others}.`,
  );
}

function nameOf(command: string | undefined): string {
  return command === undefined ? 'claimgen' : `claimgen ${command}`;
}

function helpOf(command: string | undefined): string {
  return `Run ${nameOf(command)} --help for what it takes.`;
}

function oneSentence(text: string): string {
  const sentence = text
    .replaceAll(SEPARATOR, ' ')
    .replace(/\s+/g, ' ')
    .replace(/[.:\s]+$/, '');
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
