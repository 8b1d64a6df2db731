// The process: its streams in, its exit code out.
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { OutputClosed, type Process } from './cli/process.ts';
import { wantsColor } from './format/paint.ts';
import { reasonOf } from './io/file-error.ts';
import { isInteractive, openPrompter } from './io/prompter.ts';
import { reportBug, run } from './run.ts';

const { version } = createRequire(import.meta.url)('#own/package.json') as { version: string };

/** EX_IOERR: what was printed is lost, as on a full disk. */
const OUTPUT_LOST = 74;
const BUG = 70;
const UNUSABLE_INPUT = 2;

let isClosed = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  isClosed = true;
  if (error.code === 'EPIPE') return;
  self.error(`standard output can't be written: ${reasonOf(error)}\n`);
  process.exitCode = OUTPUT_LOST;
});
// Nobody is left to tell.
process.stderr.on('error', () => undefined);

const self: Process = {
  args: process.argv.slice(2),
  cwd: process.cwd(),
  version,
  readStdin: () => text(process.stdin),
  stdin: () => process.stdin,
  now: () => new Date(),
  stopSignal() {
    const stop = new AbortController();
    // Once: whoever asks a second time does not want to wait.
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
    return stop.signal;
  },
  terminal: process.stderr,
  columns: process.stdout.columns || undefined,
  colors: wantsColor(process.stdout, process.env),
  env: process.env,
  prompter: isInteractive(process, process.env) ? openPrompter(process.stderr) : undefined,
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    }),
  out(line) {
    if (isClosed) throw new OutputClosed();
    process.stdout.write(line);
  },
  error: (line) => process.stderr.write(line),
};

process.on('uncaughtException', (error) => {
  reportBug(error, self);
  process.exit(BUG);
});

let ended: number | undefined;
// A config that is code can end the process, before the run is over or after, and 0 would say that all is well.
process.on('exit', (code) => {
  if (ended !== undefined) process.exitCode = code || ended;
  else if (code !== BUG) {
    self.error(
      'the process was ended before the run was over\n  A config that is code must not end it: take process.exit out of it.\n',
    );
    process.exitCode = UNUSABLE_INPUT;
  }
});

ended = await run(self);
process.exitCode ??= ended;
