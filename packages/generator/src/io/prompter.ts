// Questions to the person at the terminal. Where nobody can answer there is no prompter, and commands say which option answers instead.
import { InputError } from '../errors.ts';

/** Asks one question at a time. Each rejects with an InputError where the person gives up. */
export interface Prompter {
  /** @param secret whether the answer is hidden as it is typed */
  ask(message: string, options?: { readonly secret?: boolean; readonly proposal?: string }): Promise<string>;
  confirm(message: string): Promise<boolean>;
  /** @returns some of the choices, all of which are proposed */
  choose(message: string, choices: readonly string[]): Promise<readonly string[]>;
}

/** Whether somebody can answer: both ends are a terminal, and no CI system runs it. */
export function isInteractive(
  { stdin, stderr }: { readonly stdin: { isTTY?: boolean }; readonly stderr: { isTTY?: boolean } },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stdin.isTTY === true && stderr.isTTY === true && !env['CI'] && env['TERM'] !== 'dumb';
}

/** Asks on a terminal, but not on standard output: that may be JSON for a program. */
export function openPrompter(output: NodeJS.WriteStream): Prompter {
  return {
    async ask(message, { secret = false, proposal } = {}) {
      const { password, text } = await import('@clack/prompts');
      const validate = (value: string | undefined) =>
        (value ?? '').trim() === '' ? 'Say something.' : undefined;
      return answered(
        secret
          ? await password({ message, output, validate })
          : await text({
              message,
              output,
              ...(proposal === undefined ? { validate } : { initialValue: proposal, validate }),
            }),
      );
    },
    async confirm(message) {
      const { confirm } = await import('@clack/prompts');
      return answered(await confirm({ message, output, initialValue: false }));
    },
    async choose(message, choices) {
      const { multiselect } = await import('@clack/prompts');
      const options = choices.map((value) => ({ value, label: value }));
      return answered(
        await multiselect({ message, output, options, initialValues: [...choices], required: true }),
      );
    },
  };
}

/** A prompt that was cancelled gives a symbol. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer !== 'symbol') return answer as Exclude<T, symbol>;
  throw new InputError([
    {
      code: 'usage',
      message: 'the question was not answered',
      fix: 'Run the command again; nothing was done.',
    },
  ]);
}
