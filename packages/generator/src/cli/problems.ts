// What is wrong with a command line, and how to fix it. A token that strayed into the arguments is not repeated.
import { type InputError, usageError } from '../errors.ts';
import { closest } from '../format/closest.ts';

/** The command that was given, and the options that it has. */
export interface Given {
  readonly command: string;
  readonly options: readonly string[];
}

/** Text in which nothing can be a JWT: each begins with `{"` in base64url. */
export function withoutTokens(text: string): string {
  return text.replace(/\beyJ[\w-]{8,}(?:\.[\w-]*)*/g, '<a token>');
}

export function missingCommand(): InputError {
  return usageError('there is no command', helpOf());
}

export function unknownCommand(word: string, commands: readonly string[]): InputError {
  const near = closest(word, commands);
  return usageError(
    `there is no command ${withoutTokens(word)}`,
    near === undefined ? helpOf() : `Did you mean ${near}?`,
  );
}

/** @param option with its dashes */
export function unknownOption(option: string, { command, options }: Given): InputError {
  const near = closest(option.replace(/^-+/, ''), options);
  return usageError(
    `claimgen ${command} has no option ${withoutTokens(option)}`,
    near === undefined ? helpOf(command) : `Did you mean --${near}?`,
  );
}

export function missingValue(option: string): InputError {
  return usageError(`the option --${option} has no value`, `Write --${option} <value>.`);
}

export function noBoolean(option: string): InputError {
  return usageError(`--${option} is true or false`, `Write --${option}, or leave it out.`);
}

export function repeatedOption(option: string): InputError {
  return usageError(
    `the option --${option} is given twice`,
    'Write it once: of several values, run the command for each.',
  );
}

export function excludedOption(one: string, other: string): InputError {
  return usageError(`--${one} and --${other} exclude each other`, 'Leave one of them out.');
}

export function wrongChoice(option: string, value: string, choices: readonly string[]): InputError {
  const near = closest(value, choices);
  const others = choices.filter((name) => name !== near).join(', ');
  return usageError(
    `--${option} can't be ${JSON.stringify(withoutTokens(value))}`,
    near === undefined ? `Use one of: ${others}.` : `Did you mean ${near}? Others are: ${others}.`,
  );
}

export function unknownWord(word: string, { command }: Given): InputError {
  return usageError(`claimgen ${command} has no argument ${withoutTokens(word)}`, helpOf(command));
}

/** @param argument as help shows it: `<permission>` */
export function missingArgument(argument: string, { command }: Given): InputError {
  return usageError(`claimgen ${command} needs ${argument}`, `Write claimgen ${command} ${argument}.`);
}

function helpOf(command?: string): string {
  return `Run claimgen ${command === undefined ? '' : `${command} `}--help for its options.`;
}
