import { ActionLoadError } from '#simulator/host/action-module';
import { HostProcessError } from '#simulator/host/run-on-node';
import { InputError } from '../errors.ts';
import { oneLine, shown } from '../format/visible-text.ts';
import { indentRest } from '../format/wrap.ts';
import { loadProject, type ProjectOptions } from '../project/project.ts';
import { parseFaults } from '../simulate/fault.ts';
import { formatDetails, formatLine } from '../simulate/format-verdict.ts';
import type { LoginVerdict } from '../simulate/login-verdict.ts';
import { prepareSimulation, runSimulation, type SimulationOptions } from '../simulate/simulation.ts';
import { createSummary, formatSummary, type Summary } from '../simulate/summary.ts';
import type { CommandResult } from './result.ts';

export interface SimulateOptions extends ProjectOptions, SimulationOptions {
  /** As in `managementApi=429,cache=full`. */
  readonly fault?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What this command needs of the process. */
export interface SimulateContext {
  /** Takes each login's text (or JSON) as it comes, where many users are run. */
  out(text: string): void;
  /** The width of the terminal, where standard output is one. */
  readonly columns?: number | undefined;
}

/**
 * `claimgen simulate`: runs the Action in a host that enforces what Auth0 enforces, for fixture logins, one user or many.
 * @throws InputError
 */
export async function simulate(options: SimulateOptions, context: SimulateContext): Promise<CommandResult> {
  // Elsewhere than on a terminal a login is one line, for programs that read lines.
  const columns = context.columns ?? Number.POSITIVE_INFINITY;
  const faults = parseFaults(options.fault);
  const project = loadProject(options);
  const simulation = prepareSimulation(project, options);
  const streams = options.users !== undefined;
  const summary = createSummary();
  const verdicts: LoginVerdict[] = [];
  try {
    for await (const verdict of runSimulation(simulation, faults, options)) {
      summary.add(verdict);
      if (!streams) verdicts.push(verdict);
      else if (options.json === true) context.out(`${JSON.stringify(verdict)}\n`);
      else context.out(`${linesOf(verdict, !verdict.ok, columns).join('\n')}\n`);
    }
  } catch (error) {
    if (error instanceof ActionLoadError) return refusedAction(error);
    if (error instanceof HostProcessError) throw noHost(error);
    throw error;
  }
  return result(options, summary.read(), verdicts, columns);
}

function result(
  options: SimulateOptions,
  summary: Summary,
  verdicts: readonly LoginVerdict[],
  columns: number,
): CommandResult {
  const streamsJson = options.users !== undefined && options.json === true;
  const lines = verdicts.flatMap((verdict) => linesOf(verdict, true, columns));
  return {
    text: streamsJson
      ? JSON.stringify({ summary })
      : [...lines, indentRest(formatSummary(summary), columns)].join('\n'),
    json: { logins: verdicts, summary },
    exitCode: summary.wrong === 0 ? 0 : 1,
  };
}

/** Names and what the Action logs stay on their lines. */
function linesOf(verdict: LoginVerdict, withDetails: boolean, columns: number): string[] {
  const visible = shown(verdict);
  return [formatLine(visible, columns), ...(withDetails ? formatDetails(visible, columns) : [])];
}

function refusedAction(error: ActionLoadError): CommandResult {
  const mend =
    error.code === 'action_too_large'
      ? 'Run claimgen build: its report names the ways out.'
      : 'Run claimgen build again; an Action that was edited by hand must remain CommonJS.';
  return {
    text: `FAILED Auth0 would not take the Action: ${oneLine(error.message)}\n  ${mend}`,
    json: { failures: [{ check: error.code, message: error.message, mend }] },
    exitCode: 1,
  };
}

function noHost(error: HostProcessError): InputError {
  return new InputError([
    {
      code: 'usage',
      message: `the Action can't be run on that Node: ${error.message}`,
      mend: error.fix,
    },
  ]);
}
