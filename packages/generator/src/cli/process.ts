// The process as claimgen sees it: bin.ts has the real one, and a test its own.
import type { Prompter } from '../io/prompter.ts';

/** Tells the time and waits, in milliseconds. */
export interface Clock {
  now(): number;
  /** Rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The parts of the process that a run uses. */
export interface Process {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly version: string;
  readStdin(): Promise<string>;
  /** Standard input as it comes, where it may be larger than memory. */
  stdin?(): AsyncIterable<Uint8Array>;
  /** The clock; without it, nothing is said of how long ago something was. */
  now?(): Date;
  /** Aborted when the process is told to end; for commands that would go on for ever. */
  stopSignal?(): AbortSignal;
  /** What waits and time limits go by; by default the machine's. */
  readonly clock?: Clock | undefined;
  /** Milliseconds that one attempt of a request to a tenant may take; 30 s by default. */
  readonly attemptTimeout?: number | undefined;
  /** Asks the person at the terminal; undefined where nobody can answer. */
  readonly prompter?: Prompter | undefined;
  /** Where progress is shown. */
  readonly terminal?: NodeJS.WriteStream | undefined;
  /** The width of the terminal, where standard output is one. */
  readonly columns?: number | undefined;
  /** Whether standard output shows colors. */
  readonly colors?: boolean;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Until the person, or the system, asks the process to end: for what goes on until then. */
  untilStopped?(): Promise<void>;
  /** @throws OutputClosed when nobody reads any longer */
  out(text: string): void;
  error(text: string): void;
}

/** What reads standard output has closed it, as `head` does. */
export class OutputClosed extends Error {}
