import { Console } from 'node:console';
import { Writable } from 'node:stream';

/** Characters of an Action's output that Auth0 keeps. */
const persistedCharacters = 256;
/** Characters that are taken in at all, as in auth0/auth0-actions. */
const maxCharacters = 256 * 1_024;

/** What one execution wrote with `console`. */
export interface ExecutionLog {
  write(text: string): void;
  lines(): readonly string[];
  /** The part that Auth0 keeps. */
  persisted(): string;
}

export function createExecutionLog(): ExecutionLog {
  let text = '';
  return {
    write(more) {
      text += more.slice(0, maxCharacters - text.length);
    },
    lines: () => (text === '' ? [] : text.replace(/\n$/u, '').split('\n')),
    persisted: () => text.slice(0, persistedCharacters),
  };
}

/** A console for an Action that is loaded once and run often: each line goes to the log of the running execution. */
export function createActionConsole(current: () => ExecutionLog | undefined): Console {
  const sink = (): Writable =>
    new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        current()?.write(String(chunk));
        done();
      },
    });
  return new Console({ stdout: sink(), stderr: sink(), colorMode: false });
}
