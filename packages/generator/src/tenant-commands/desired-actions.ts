// The Actions that a build wrote, as they shall be in the tenant.
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { DesiredAction } from '@claimgen/tenant';
import { readTextIfPresent } from '../io/files.ts';
import { readIfReadable } from '../io/tenant-files.ts';
import { type Artifact, runPipeline } from '../pipeline.ts';
import { artifactState } from '../project/artifact-state.ts';
import { findLeftovers, leftoverFailures } from '../project/leftovers.ts';
import { type Project, pipelineInput } from '../project/project.ts';
import { adviseBuild, type Failure, reportFailures } from '../report/failures.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What is built, and what `claimgen check` says of it. */
export interface Built {
  readonly actions: readonly DesiredAction[];
  readonly failures: readonly Failure[];
}

/**
 * Builds in memory. Values of secrets come from the environment, then from .env.
 * @throws InputError
 */
export function builtActions(project: Project, cwd: string, env: Env, updateSecrets: boolean): Built {
  const { artifacts, report } = runPipeline(pipelineInput(project));
  const values: Env = { ...parseEnv(readIfReadable(join(cwd, '.env')) ?? ''), ...env };
  const stale = artifacts.filter(
    (artifact) =>
      artifactState(artifact, readTextIfPresent(resolve(project.folder, artifact.path))) !== 'current',
  );
  const refused = reportFailures(report);
  return {
    actions: artifacts
      .filter(isDescription)
      .map((artifact) => desired(artifact, artifacts, values, updateSecrets)),
    failures: [
      ...refused,
      ...staleFailures(stale, project.environment, refused.length > 0),
      ...leftoverFailures(findLeftovers(project, artifacts)),
    ],
  };
}

/** @param isRefused whether build writes the report only, since something is over its limit */
function staleFailures(stale: readonly Artifact[], environment: string, isRefused: boolean): Failure[] {
  const paths = stale.map(({ path }) => path);
  if (paths.length === 0) return [];
  return [
    {
      code: 'stale',
      message: `not what claimgen build would write: ${paths.join(', ')}`,
      fix: `${adviseBuild(isRefused)} claimgen build${environment === '' ? '' : ` --env ${environment}`}, look at the difference, and commit it.`,
      files: paths,
    },
  ];
}

function isDescription({ kind, path }: Artifact): boolean {
  return kind === 'action' && path.endsWith('.json');
}

/** What renderActionDescription writes. */
interface Description {
  readonly name: string;
  readonly runtime: string;
  readonly dependencies: DesiredAction['dependencies'];
  readonly supported_triggers: readonly [DesiredAction['trigger']];
  readonly secrets: readonly { readonly name: string }[];
}

function desired(
  { path, text }: Artifact,
  artifacts: readonly Artifact[],
  values: Env,
  updateSecrets: boolean,
): DesiredAction {
  const { name, runtime, dependencies, supported_triggers, secrets } = JSON.parse(text) as Description;
  const code = artifacts.find((artifact) => artifact.path === path.replace(/\.json$/, '/code.js'));
  return {
    name,
    code: (code as Artifact).text,
    runtime,
    trigger: supported_triggers[0],
    dependencies,
    secrets: secrets.map((secret) => ({ name: secret.name, value: values[secret.name] })),
    updateSecrets,
  };
}
