import { flows } from '#simulator/event/login-description';
import { ActionLoadError } from '#simulator/host/action-module';
import { HostProcessError } from '#simulator/host/run-on-node';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import type { Process } from '../cli/process.ts';
import { InputError } from '../errors.ts';
import { versioned } from '../format/versioned.ts';
import { oneLine, shown } from '../format/visible-text.ts';
import { indentRest } from '../format/wrap.ts';
import { loadProject, type ProjectOptions } from '../project/project.ts';
import { faultModes, parseFaults } from '../simulate/fault.ts';
import { formatDetails, formatLine, MAX_NAMES } from '../simulate/format-verdict.ts';
import type { LoginVerdict } from '../simulate/login-verdict.ts';
import { prepareSimulation, runSimulation, type SimulationOptions } from '../simulate/simulation.ts';
import { createSummary, formatSummary, type Summary } from '../simulate/summary.ts';
import { PROJECT_OPTIONS, projectOptions } from './project-options.ts';

/** `claimgen simulate`: runs the Action in a host that enforces what Auth0 enforces, for fixture logins, one user or many. */
export const simulate: Command = defineCommand({
  describe: 'Run the Action as Auth0 would: fixture logins, one user or many, faults on demand',
  options: {
    ...PROJECT_OPTIONS,
    user: { type: 'string', describe: 'One user in place of the fixtures: an id, or JSON' },
    users: {
      type: 'string',
      describe: 'A file with a user as JSON on each line, .gz as well; it may be larger than memory',
    },
    audience: { type: 'string', describe: 'One audience, by name or identifier; all by default' },
    flow: {
      type: 'string',
      choices: flows,
      describe: 'How users log in: password by default, and each way for the fixtures',
    },
    node: {
      type: 'string',
      choices: ['18', '22'],
      describe: 'A Node that Auth0 runs Actions on, which npx fetches; by default the one that runs claimgen',
    },
    fault: {
      type: 'string',
      describe: `What goes wrong, as in managementApi=429,cache=full. ${Object.entries(faultModes)
        .map(([subject, modes]) => `${subject}: ${modes.join(', ')}`)
        .join('; ')}`,
    },
    built: { type: 'boolean', describe: 'Run the Action on disk in place of one that is built now' },
  },
  examples: [
    ['$0 simulate', 'every flow, with and without roles'],
    ["$0 simulate --user 'auth0|1'", 'one user, by id or as JSON'],
    ['$0 simulate --users users.ndjson', 'many users; --json for NDJSON'],
    ['$0 simulate --fault managementApi=429', 'while the Management API refuses'],
    ['$0 simulate --node 22 --built', "the file on disk, on Auth0's Node"],
  ],
  async run(values, _, process) {
    const result = await runLogins({ ...values, ...projectOptions(values, process) }, process);
    // With many users the lines of JSON come as the logins do.
    return values.users === undefined ? result : { ...result, json: undefined };
  },
});

interface SimulateOptions extends ProjectOptions, SimulationOptions {
  /** As in `managementApi=429,cache=full`. */
  readonly fault?: string | undefined;
  readonly json?: boolean | undefined;
}

/** @throws InputError */
async function runLogins(options: SimulateOptions, process: Process): Promise<CommandResult> {
  // Elsewhere than on a terminal a login is one line, for programs that read lines.
  const columns = process.columns ?? Number.POSITIVE_INFINITY;
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
      else if (options.json === true) process.out(`${JSON.stringify(versioned(verdict))}\n`);
      else process.out(`${linesOf(verdict, columns, isToldOf(verdict)).join('\n')}\n`);
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
  const mostNames = options.user === undefined ? MAX_NAMES.ofMany : MAX_NAMES.ofUser;
  const lines = verdicts.flatMap((verdict) => linesOf(verdict, columns, true, mostNames));
  return {
    text: streamsJson
      ? JSON.stringify(versioned({ summary }))
      : [...lines, indentRest(formatSummary(summary), columns)].join('\n'),
    json: { logins: verdicts, summary },
    exitCode: summary.wrong === 0 ? 0 : 1,
  };
}

/** Whether one login of many has more to it than its line. */
function isToldOf({ ok, unknown }: LoginVerdict): boolean {
  return !ok || unknown.length > 0;
}

/** Names and what the Action logs stay on their lines. */
function linesOf(verdict: LoginVerdict, columns: number, withDetails: boolean, mostNames?: number): string[] {
  const visible = shown(verdict);
  return [formatLine(visible, columns), ...(withDetails ? formatDetails(visible, columns, mostNames) : [])];
}

function refusedAction(error: ActionLoadError): CommandResult {
  const fix =
    error.code === 'action_too_large'
      ? 'Run claimgen build: its report says what would reduce it.'
      : 'Run claimgen build again; an Action that was edited by hand must remain CommonJS.';
  return {
    text: `FAILED Auth0 would not take the Action: ${oneLine(error.message)}\n  ${fix}`,
    json: { failures: [{ code: error.code, message: error.message, fix }] },
    exitCode: 1,
  };
}

function noHost(error: HostProcessError): InputError {
  return new InputError([
    {
      code: 'usage',
      message: `the Action can't be run on that Node: ${error.message}`,
      fix: error.fix,
    },
  ]);
}
