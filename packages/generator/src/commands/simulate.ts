import { resolve } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { closest } from '../closest.ts';
import type { AudienceConfig } from '../config/config.ts';
import { InputError } from '../errors.ts';
import { readTextIfPresent } from '../files.ts';
import { type Artifact, type PlannedAudience, planLayouts, runPipeline } from '../pipeline.ts';
import { parseUser } from '../population/parse-user.ts';
import { readUsers } from '../population/read-users.ts';
import { loadProject, type Project, type ProjectOptions, pipelineInput } from '../project.ts';
import { ActionLoadError } from '../simulate/action-module.ts';
import { type Faults, parseFaults } from '../simulate/fault.ts';
import { fixtureLogins } from '../simulate/fixture-logins.ts';
import { formatDetails, formatLine } from '../simulate/format-verdict.ts';
import type { Flow } from '../simulate/login-description.ts';
import { judgeLogin, type LoginVerdict } from '../simulate/login-verdict.ts';
import { startManagementApi } from '../simulate/management-api.ts';
import { type PlannedLogin, toTriggerLogin } from '../simulate/planned-login.ts';
import { HostProcessError, type NodeVersion } from '../simulate/run-on-node.ts';
import { type SimulatedUser, simulatedUser, toManagementUser } from '../simulate/simulated-user.ts';
import { createSummary, formatSummary, type Summary } from '../simulate/summary.ts';
import { runTrigger } from '../simulate/trigger.ts';
import { openStream } from '../stream-files.ts';
import { verifierLayout } from '../verifier-module/verifier-layout.ts';
import type { CommandResult } from './result.ts';

export interface SimulateOptions extends ProjectOptions {
  /** An id, or a user as JSON. */
  readonly user?: string | undefined;
  /** A file with a user's JSON on each line. */
  readonly users?: string | undefined;
  /** The name or the identifier of one audience; all by default. */
  readonly audience?: string | undefined;
  readonly flow?: Flow | undefined;
  readonly node?: Exclude<NodeVersion, 'current'> | undefined;
  /** As in `managementApi=429,cache=full`. */
  readonly fault?: string | undefined;
  /** Runs the Action as it is on disk. */
  readonly built?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/**
 * `claimgen simulate`: runs the Action in a host that enforces what Auth0 enforces, for fixture logins, one user or many.
 * @param write takes each login's text (or JSON) as it comes, where many users are run
 * @throws InputError
 */
export async function simulate(
  options: SimulateOptions,
  write: (text: string) => void,
): Promise<CommandResult> {
  const faults = parseFaults(options.fault);
  const project = loadProject(options);
  const run = prepare(project, options);
  const streams = options.users !== undefined;
  const summary = createSummary();
  const verdicts: LoginVerdict[] = [];
  try {
    for await (const verdict of judge(run, faults, options)) {
      summary.add(verdict);
      if (!streams) verdicts.push(verdict);
      else if (options.json === true) write(`${JSON.stringify(verdict)}\n`);
      else write(`${[formatLine(verdict), ...(verdict.ok ? [] : formatDetails(verdict))].join('\n')}\n`);
    }
  } catch (error) {
    if (error instanceof ActionLoadError) return refusedAction(error);
    if (error instanceof HostProcessError) throw noHost(error);
    throw error;
  }
  return result(options, summary.read(), verdicts);
}

function result(
  options: SimulateOptions,
  summary: Summary,
  verdicts: readonly LoginVerdict[],
): CommandResult {
  const streamsJson = options.users !== undefined && options.json === true;
  const lines = verdicts.flatMap((verdict) => [formatLine(verdict), ...formatDetails(verdict)]);
  return {
    text: streamsJson ? JSON.stringify({ summary }) : [...lines, formatSummary(summary)].join('\n'),
    json: { logins: verdicts, summary },
    exitCode: summary.wrong === 0 ? 0 : 1,
  };
}

/** Everything that is the same for all logins. */
interface Run {
  readonly catalog: Catalog;
  readonly environment: string;
  readonly codes: readonly string[];
  readonly secretNames: readonly string[];
  readonly planned: ReadonlyMap<string, PlannedAudience>;
  readonly audiences: readonly AudienceConfig[];
  readonly logins: AsyncIterable<PlannedLogin> | Iterable<PlannedLogin>;
}

function prepare(project: Project, options: SimulateOptions): Run {
  const { artifacts } = runPipeline(pipelineInput(project));
  const catalog = project.catalogs.get(project.environment) as Catalog;
  const audiences = chooseAudiences(project, options.audience);
  const actions = artifacts.filter(({ kind }) => kind === 'action');
  const text = (artifact: Artifact): string =>
    options.built === true ? builtText(project, artifact) : artifact.text;
  return {
    catalog,
    environment: project.environment,
    codes: actions.filter(({ path }) => path.endsWith('/code.js')).map(text),
    secretNames: actions
      .filter(({ path }) => path.endsWith('.json'))
      .flatMap((file) => secretNamesOf(text(file))),
    planned: planLayouts(project.config, project.catalogs, project.lock),
    audiences,
    logins: loginsOf(project, audiences, catalog, options),
  };
}

function builtText({ folder }: Project, { path }: Artifact): string {
  const text = readTextIfPresent(resolve(folder, path));
  if (text !== undefined) return text;
  throw new InputError([
    {
      code: 'file_unreadable',
      file: resolve(folder, path),
      message: 'the Action has not been built',
      mend: 'Run claimgen build, or leave --built out.',
    },
  ]);
}

function secretNamesOf(description: string): string[] {
  const { secrets } = JSON.parse(description) as { secrets: readonly { readonly name: string }[] };
  return secrets.map(({ name }) => name);
}

function chooseAudiences(
  { config, environment }: Project,
  wanted: string | undefined,
): readonly AudienceConfig[] {
  if (wanted === undefined) return config.audiences;
  const found = config.audiences.filter(
    ({ name, identifiers }) => name === wanted || identifiers.get(environment) === wanted,
  );
  if (found.length > 0) return found;
  const names = config.audiences.map(({ name }) => name);
  const near = closest(wanted, names);
  throw new InputError([
    {
      code: 'usage',
      message: `there is no audience ${JSON.stringify(wanted)}`,
      mend: near === undefined ? `Use one of: ${names.join(', ')}.` : `Did you mean ${near}?`,
    },
  ]);
}

function loginsOf(
  { environment }: Project,
  audiences: readonly AudienceConfig[],
  catalog: Catalog,
  options: SimulateOptions,
): Run['logins'] {
  const { flow = 'password', users, user } = options;
  const forUser = (simulated: SimulatedUser): PlannedLogin[] =>
    audiences.map((audience) => ({
      user: simulated,
      flow,
      audience,
      identifier: audience.identifiers.get(environment),
    }));
  if (users !== undefined) return usersOf(resolve(options.cwd, users), forUser);
  if (user !== undefined) {
    const text = user.trimStart().startsWith('{') ? user : JSON.stringify({ id: user });
    return forUser(simulatedUser(parseUser(text, '--user', 1), '--user'));
  }
  return fixtureLogins(audiences, catalog, environment, options.flow);
}

async function* usersOf(
  file: string,
  forUser: (user: SimulatedUser) => readonly PlannedLogin[],
): AsyncGenerator<PlannedLogin> {
  for await (const user of readUsers({ file, ...openStream(file) }))
    yield* forUser(simulatedUser(user, file));
}

async function* judge(run: Run, faults: Faults, options: SimulateOptions): AsyncGenerator<LoginVerdict> {
  const { catalog, planned, secretNames } = run;
  const faulty = Object.keys(faults).length > 0;
  const layouts = new Map(
    run.audiences.map((audience) => {
      const { layout, selection } = planned.get(audience.name) as PlannedAudience;
      return [audience, verifierLayout(audience, layout, selection.names)];
    }),
  );
  const management = await startManagementApi(faults.managementApi);
  let current: PlannedLogin | undefined;
  async function* logins() {
    for await (const login of run.logins) {
      current = login;
      management.users.clear();
      management.users.set(login.user.id, toManagementUser(login.user, catalog, login.identifier ?? ''));
      yield toTriggerLogin(login, catalog, secretNames, faults);
    }
  }
  try {
    const setup = {
      codes: run.codes,
      node: options.node ?? ('current' as const),
      // Whatever host the Action turns to, it meets the stand-in.
      options: { origins: { '*': management.origin } },
    };
    for await (const result of runTrigger(setup, logins())) {
      const login = current as PlannedLogin;
      const layout = login.audience === undefined ? undefined : layouts.get(login.audience);
      yield judgeLogin({ planned: login, run: result, catalog, layout, faulty });
    }
  } finally {
    await management.close();
  }
}

function refusedAction(error: ActionLoadError): CommandResult {
  const mend =
    error.code === 'action_too_large'
      ? 'Run claimgen build: its report names the ways out.'
      : 'Run claimgen build again; an Action that was edited by hand must remain CommonJS.';
  return {
    text: `FAILED Auth0 would not take the Action: ${error.message}\n  ${mend}`,
    json: { failures: [{ check: error.code, message: error.message, mend }] },
    exitCode: 1,
  };
}

function noHost(error: HostProcessError): InputError {
  return new InputError([
    {
      code: 'usage',
      message: `the Action can't be run on that Node: ${error.message.replace(/\.$/, '')}`,
      mend: 'Leave --node out for the Node that runs claimgen, or give npx a way to the registry.',
    },
  ]);
}
