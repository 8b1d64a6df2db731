// What a command is: one value, with all that its help, its arguments and its run need. Nothing here knows any command.
import type { Process } from './process.ts';

/** An option with a value, or a switch. */
export type Option =
  | { readonly type: 'string'; readonly describe: string; readonly choices?: readonly string[] }
  | { readonly type: 'number'; readonly describe: string }
  | {
      readonly type: 'boolean';
      readonly describe: string;
      /** The name of an option that can't be given beside it. */
      readonly excludes?: string;
    };

/** By name, as the command line has it: `allow-over-budget`. */
export type Options = Readonly<Record<string, Option>>;

/** What comes without dashes after the command's name. */
export interface Argument {
  readonly name: string;
  readonly describe: string;
  readonly kind: 'required' | 'optional' | 'list';
}

/** A command line and what it is for; at most 36 and 40 characters, to fit 80 columns side by side. */
export type Example = readonly [line: string, description: string];

/** What a command found. */
export interface CommandResult {
  /** For people. */
  readonly text: string;
  /** For `--json`; undefined where that was printed during the run, and the text is the rest of it. */
  readonly json: object | undefined;
  /** 0 done; 1 a check failed. */
  readonly exitCode: 0 | 1;
}

/** A command, of any options. */
export interface Command {
  readonly describe: string;
  readonly options: Options;
  readonly argument?: Argument;
  readonly examples: readonly Example[];
  /**
   * @param values what was given, by option
   * @param words what was given for `argument`
   * @throws InputError
   */
  run(
    values: Values<Options>,
    words: readonly string[],
    process: Process,
  ): Promise<CommandResult> | CommandResult;
}

/** The values of options by their names in camel case. */
export type Values<O extends Options> = {
  readonly [Name in keyof O & string as CamelCase<Name>]?: Value<O[Name]> | undefined;
};

type Value<O extends Option> = O extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : { readonly string: string; readonly number: number; readonly boolean: boolean }[O['type']];

type CamelCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;

/** The same as `CamelCase`, for values. */
export function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A command whose `run` is told the types of its options' values. */
export function defineCommand<const O extends Options>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    run(values: Values<O>, words: readonly string[], process: Process): ReturnType<Command['run']>;
  },
): Command {
  return command;
}

/** Commands by name, each loaded when it is asked for: a start waits for no other. */
export type Commands = ReadonlyMap<string, () => Promise<Command>>;
