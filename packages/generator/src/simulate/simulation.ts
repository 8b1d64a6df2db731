import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { NodeVersion } from '#simulator/host/run-on-node';
import { InputError } from '../errors.ts';
import { readTextIfPresent } from '../io/files.ts';
import { prepareBuild } from '../pipeline.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { outputFolders } from '../plan/output-paths.ts';
import type { Plan } from '../plan/plan.ts';
import { type Project, pipelineInput } from '../project/project.ts';
import { verifierLayout } from '../verifier-module/verifier-layout.ts';
import type { Faults } from './fault.ts';
import { judgeLogin, type LoginVerdict } from './login-verdict.ts';
import { openLogins } from './open-logins.ts';
import { chooseAudiences, type LoginChoice, planLogins } from './plan-logins.ts';
import type { PlannedLogin } from './planned-login.ts';
import { createNameCheck } from './unknown-names.ts';

export interface SimulationOptions extends LoginChoice {
  /** The name or the identifier of one audience; all by default. */
  readonly audience?: string | undefined;
  readonly node?: Exclude<NodeVersion, 'current'> | undefined;
  /** Runs the Actions as they are on disk. */
  readonly built?: boolean | undefined;
}

/** Everything that is the same for all logins. */
export interface Simulation {
  readonly plan: Plan;
  readonly codes: readonly string[];
  readonly secretNames: readonly string[];
  /** Those that are asked for. */
  readonly audiences: readonly AudiencePlan[];
  readonly logins: AsyncIterable<PlannedLogin> | Iterable<PlannedLogin>;
}

/**
 * Builds the Actions in memory (or reads what was built) and plans the logins.
 * @throws InputError
 */
export function prepareSimulation(project: Project, options: SimulationOptions): Simulation {
  const { actions, plan } = prepareBuild(pipelineInput(project));
  const audiences = chooseAudiences(plan, options.audience);
  const folder = outputFolders(project.config, project.environment).actions;
  return {
    plan,
    codes: actions.map(({ name, code }) =>
      options.built === true ? builtText(project, `${folder}/${name}/code.js`) : code,
    ),
    secretNames: [...new Set(actions.flatMap(({ secrets }) => secrets))],
    audiences,
    logins: planLogins(audiences, plan.catalog, options),
  };
}

function builtText({ folder }: Project, path: string): string {
  const text = readTextIfPresent(resolve(folder, path));
  if (text !== undefined) return text;
  throw new InputError([
    {
      code: 'file_unreadable',
      file: resolve(folder, path),
      message: 'the Action has not been built',
      fix: 'Run claimgen build, or leave --built out.',
    },
  ]);
}

/**
 * Runs the logins one after another, and judges each.
 * @throws InputError for a user that can't be read; ActionLoadError; HostProcessError
 */
export async function* runSimulation(
  simulation: Simulation,
  faults: Faults,
  options: SimulationOptions,
): AsyncGenerator<LoginVerdict> {
  const { plan } = simulation;
  const { catalog } = plan;
  const faulty = Object.keys(faults).length > 0;
  const layouts = new Map(
    simulation.audiences.map(({ audience, layout, selection }) => [
      audience,
      verifierLayout(audience, layout, selection.names),
    ]),
  );
  const unknownNames = createNameCheck(catalog, plan.audiences);
  const runner = await openLogins({ ...simulation, catalog }, faults, options.node);
  try {
    let runs = 0;
    for await (const planned of simulation.logins) {
      const run = await runner.run(planned);
      // What is written waits for the event loop, which a login that needs no network never reaches.
      runs += 1;
      if (runs % 100 === 0) await setImmediate();
      const layout = planned.audience === undefined ? undefined : layouts.get(planned.audience);
      const unknown = unknownNames(planned.user, run.event, planned.audience);
      yield judgeLogin({ planned, run, catalog, layout, unknown, faulty });
    }
  } finally {
    await runner.close();
  }
}
