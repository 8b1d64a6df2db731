import { relative } from 'node:path';
import { type CliContext, parseCommand } from './cli/cli.ts';
import { formatProblem, InputError, MAX_PROBLEMS, type Problem } from './errors.ts';
import { paint } from './format/paint.ts';
import { shown, visibleCommands, visibleText } from './format/visible-text.ts';

/** The parts of the process that a run uses; a test passes its own. */
export interface RunProcess {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly version: string;
  readStdin(): Promise<string>;
  /** Standard input as it comes, where it may be larger than memory. */
  stdin?(): AsyncIterable<Uint8Array>;
  /** Where progress is shown. */
  readonly terminal?: NodeJS.WriteStream | undefined;
  /** The width of the terminal, where standard output is one. */
  readonly columns?: number | undefined;
  /** Whether standard output shows colors. */
  readonly colors?: boolean;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  error(text: string): void;
}

/** Exit codes: 0 done, 1 a check failed, 2 unusable input (and then nothing was written). */
export function run(process: RunProcess): Promise<0 | 1 | 2> {
  return runCommand({
    ...process,
    // Names come from catalogs and tokens: none of them may speak to the terminal, or to a CI system that reads the log.
    out: (text) => process.out(painted(process, visibleText(text))),
    error: (text) => process.error(visibleText(text)),
    annotate: (text) => process.error(visibleCommands(text)),
  });
}

function painted({ colors, args }: RunProcess, text: string): string {
  return colors === true && !args.includes('--json') ? paint(text) : text;
}

async function runCommand(process: RunProcess & CliContext): Promise<0 | 1 | 2> {
  const wantsJson = process.args.includes('--json');
  try {
    const command = await parseCommand(process.args, process);
    if ('print' in command) {
      process.out(`${command.print}\n`);
      return 0;
    }
    const result = await command.invocation.run();
    process.out(command.invocation.json ? `${JSON.stringify(result.json, null, 2)}\n` : `${result.text}\n`);
    return result.exitCode;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const problems = error.problems.map((problem) => showFrom(process.cwd, problem));
    const omitted = error.omitted === 0 ? {} : { omitted: error.omitted };
    if (wantsJson) process.out(`${JSON.stringify({ problems, ...omitted }, null, 2)}\n`);
    else process.error(formatProblems(problems, error.omitted));
    return 2;
  }
}

/** More than this many problems have one cause, or are mended in steps anyway. */
const MOST_SHOWN = 20;

function formatProblems(problems: readonly Problem[], omitted: number): string {
  const first = problems.slice(0, MOST_SHOWN).map((problem) => formatProblem(shown(problem)));
  const more = problems.length - first.length + omitted;
  const inJson = omitted === 0 ? 'all' : `the first ${MAX_PROBLEMS}`;
  return `${[...first, ...(more > 0 ? [`and ${more} more (--json prints ${inJson})`] : [])].join('\n')}\n`;
}

/** Names the file as seen from the working directory, where that is shorter. */
function showFrom(cwd: string, problem: Problem): Problem {
  if (problem.file === undefined) return problem;
  const short = relative(cwd, problem.file).replaceAll('\\', '/');
  if (short.startsWith('../../../')) return problem;
  return { ...problem, file: short === '' ? '.' : short };
}
