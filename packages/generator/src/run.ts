import { parseCommand } from './cli.ts';
import { formatProblem, InputError } from './errors.ts';

/** The parts of the process that a run uses; a test passes its own. */
export interface RunProcess {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly version: string;
  readStdin(): Promise<string>;
  out(text: string): void;
  error(text: string): void;
}

/** Exit codes: 0 done, 1 a check failed, 2 unusable input (and then nothing was written). */
export async function run(process: RunProcess): Promise<0 | 1 | 2> {
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
    if (wantsJson) process.out(`${JSON.stringify({ problems: error.problems }, null, 2)}\n`);
    else process.error(`${error.problems.map(formatProblem).join('\n')}\n`);
    return 2;
  }
}
