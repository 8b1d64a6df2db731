// A run of the command from arguments to exit code: what is printed, and what an error becomes.
import { relative } from 'node:path';
import { parse, wantsJson } from './cli/parse.ts';
import { withoutTokens } from './cli/problems.ts';
import { OutputClosed, type Process } from './cli/process.ts';
import { COMMANDS, PROGRAM_DESCRIPTION, PROGRAM_EXAMPLES, PROGRAM_NAME } from './commands/program.ts';
import { formatProblem, InputError, MAX_PROBLEMS, type Problem, TenantFailure } from './errors.ts';
import { paint } from './format/paint.ts';
import { versioned } from './format/versioned.ts';
import { shown, visibleText } from './format/visible-text.ts';
import { fileError, reasonOf } from './io/file-error.ts';

/**
 * 0 done; 1 a check failed, or the command refuses; 2 unusable input, and then nothing was written; 3 the tenant is unreachable, or time is up;
 * 70 a bug (EX_SOFTWARE); 141 nobody read on (128 + SIGPIPE).
 */
export type ExitCode = 0 | 1 | 2 | 3 | 70 | 141;

/** Runs the command that the process' arguments name. */
export async function run(process: Process): Promise<ExitCode> {
  const json = wantsJson(process.args);
  const colors = process.colors === true && !json;
  // Names come from catalogs and tokens: none of them may speak to the terminal, or to a CI system that reads the log.
  const safe: Process = {
    ...process,
    readStdin: () => readStdin(process),
    out: (text) => process.out(colors ? paint(visibleText(text)) : visibleText(text)),
  };
  try {
    return await runCommand(safe, json);
  } catch (error) {
    if (error instanceof OutputClosed) return 141;
    if (!(error instanceof InputError)) {
      if (json) safe.out(`${jsonText({ problems: [bugProblem(error)] })}\n`);
      else process.error(visibleText(formatProblems([bugProblem(error)], 0)));
      process.error(stackOf(error, process.env));
      return 70;
    }
    const problems = error.problems.map((problem) => withoutSecrets(showFrom(process.cwd, problem)));
    const omitted = error.omitted === 0 ? {} : { omitted: error.omitted };
    if (json) safe.out(`${jsonText({ problems, ...omitted })}\n`);
    else process.error(visibleText(formatProblems(problems, error.omitted)));
    return error instanceof TenantFailure ? error.exitCode : 2;
  }
}

async function runCommand(process: Process, json: boolean): Promise<ExitCode> {
  const { args, version } = process;
  // A script whose command came out empty must not pass for a gate that was run.
  if (args.length === 0) return print(process, await helpText(process, ['--help']), 2);
  const request = await parse(args, COMMANDS);
  if (request.kind === 'version') return print(process, version, 0);
  if (request.kind === 'help') return print(process, await helpText(process, request.args), 0);
  const { command, values, words } = request;
  const result = await command.run(values, words, process);
  const text = json && result.json !== undefined ? jsonText(result.json) : result.text;
  return print(process, text, result.exitCode);
}

function jsonText(output: object): string {
  return JSON.stringify(versioned(output), null, 2);
}

function print(process: Process, text: string, exitCode: 0 | 1 | 2): ExitCode {
  process.out(`${text}\n`);
  return exitCode;
}

async function helpText({ version }: Process, args: readonly string[]): Promise<string> {
  const { help } = await import('./cli/help.ts');
  const program = {
    name: PROGRAM_NAME,
    describe: PROGRAM_DESCRIPTION,
    examples: PROGRAM_EXAMPLES,
    version,
    commands: COMMANDS,
  };
  return help(program, args);
}

async function readStdin(process: Process): Promise<string> {
  try {
    return await process.readStdin();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw fileError(
      'file_unreadable',
      undefined,
      `standard input can't be read: ${reasonOf(error)}`,
      'Pipe the text in, or redirect a file: < token.txt',
    );
  }
}

/** More than this many problems have one cause, or are fixed in steps anyway. */
const MAX_SHOWN = 20;

function formatProblems(problems: readonly Problem[], omitted: number): string {
  const first = problems.slice(0, MAX_SHOWN).map((problem) => formatProblem(shown(problem)));
  const more = problems.length - first.length + omitted;
  const inJson = omitted === 0 ? 'all' : `the first ${MAX_PROBLEMS}`;
  return `${[...first, ...(more > 0 ? [`and ${more} more (--json prints ${inJson})`] : [])].join('\n')}\n`;
}

/** Names the file as seen from the working directory, where that is shorter. */
function showFrom(cwd: string, problem: Problem): Problem {
  if (problem.file === undefined) return problem;
  const short = relative(cwd, problem.file).replaceAll('\\', '/');
  if (short.startsWith('../../../') || short.length >= problem.file.length) return problem;
  return { ...problem, file: short === '' ? '.' : short };
}

/** A token that was given in place of a file's name or a permission is not repeated. */
function withoutSecrets(problem: Problem): Problem {
  const { message, fix, file } = problem;
  return {
    ...problem,
    message: withoutTokens(message),
    fix: withoutTokens(fix),
    ...(file === undefined ? {} : { file: withoutTokens(file) }),
  };
}

/** What was thrown and is no problem of anybody's input. Libraries repeat in their messages what they were given: no token of it. */
function bugProblem(error: unknown): Problem {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'internal',
    message: `claimgen has failed, and this is a bug in it: ${withoutTokens(message)}`,
    fix: `Please report it with the command line, the version (claimgen --version) and the stack, which ${DEBUG}=1 prints.`,
  };
}

/** The environment variable that shows where a bug is. */
const DEBUG = 'CLAIMGEN_DEBUG';

function stackOf(error: unknown, env: Process['env']): string {
  if ((env?.[DEBUG] ?? '') === '' || !(error instanceof Error)) return '';
  return visibleText(`${withoutTokens(error.stack ?? '')}\n`);
}

/** For what is thrown outside of a run: prints that it is a bug. */
export function reportBug(error: unknown, process: Pick<Process, 'env' | 'error'>): void {
  process.error(visibleText(formatProblems([bugProblem(error)], 0)) + stackOf(error, process.env));
}
