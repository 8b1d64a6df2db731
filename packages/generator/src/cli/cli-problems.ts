import { InputError } from '../errors.ts';
import { closest } from '../format/closest.ts';

/** What yargs says of a command line, as a problem of ours; a token that strayed into the arguments is not repeated. */
export function usageError(
  yargsMessage: string,
  args: readonly string[],
  commands: readonly string[],
  options: readonly string[],
): InputError {
  const message = yargsMessage.replace(/\beyJ[\w-]+(?:\.[\w-]*)*/g, '<a token>');
  const [first = '', ...rest] = message.split('\n');
  const valueless = /^Not enough arguments following: (.*)/.exec(first)?.[1];
  if (valueless !== undefined)
    return problem(`the option --${valueless} has no value`, `Write --${valueless} <value>.`);
  const unknown = /^Unknown (?:argument|command)s?: ([^,]*)/.exec(first)?.[1];
  if (unknown !== undefined) return unknownWord(unknown, args, commands, options);
  if (first === '' || first.startsWith('Not enough')) {
    return problem(
      'a command or an argument is missing',
      'Run claimgen --help, or claimgen <command> --help.',
    );
  }
  return problem(
    lowerFirst(first.replace(/[.:]$/, '')),
    rest.join(' ').replace(/\s+/g, ' ').trim() || 'Run claimgen <command> --help for what it takes.',
  );
}

function unknownWord(
  word: string,
  args: readonly string[],
  commands: readonly string[],
  options: readonly string[],
): InputError {
  const isOption = args.some((argument) => /^--?[^=]+/.exec(argument)?.[0].replace(/^-+/, '') === word);
  const command = commands.find((name) => name === args[0]);
  const help = `Run claimgen ${command === undefined ? '' : `${command} `}--help for what it takes.`;
  if (isOption) {
    const near = closest(word, options);
    return problem(
      `${command === undefined ? 'claimgen' : `claimgen ${command}`} has no option ${word.length === 1 ? '-' : '--'}${word}`,
      near === undefined ? help : `Did you mean --${near}?`,
    );
  }
  if (command !== undefined) return problem(`claimgen ${command} takes no argument ${word}`, help);
  const near = closest(word, commands);
  return problem(`there is no command ${word}`, near === undefined ? help : `Did you mean ${near}?`);
}

function problem(message: string, mend: string): InputError {
  return new InputError([{ code: 'usage', message, mend }]);
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
