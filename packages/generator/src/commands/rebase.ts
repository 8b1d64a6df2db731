import { resolve } from 'node:path';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import { InputError, usageError } from '../errors.ts';
import { shown } from '../format/visible-text.ts';
import { readTextIfPresent } from '../io/files.ts';
import {
  type AudienceLayout,
  activateNewest,
  activeLineage,
  addLineage,
  pruneEarlier,
} from '../layout/layout.ts';
import { runPipeline } from '../pipeline.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { planProject } from '../plan/plan.ts';
import { artifactState } from '../project/artifact-state.ts';
import { loadProject, type Project, type ProjectOptions, pipelineInput } from '../project/project.ts';
import { writeArtifacts } from '../project/write-artifacts.ts';
import { reportFailures } from '../report/failures.ts';
import {
  assertVerified,
  type KnownLayouts,
  readVerifiers,
  type WrittenLineage,
} from '../tenant-commands/verified-by.ts';
import { PROJECT_OPTIONS, projectOptions } from './project-options.ts';

/** `claimgen rebase`: adds a fresh lineage to the verifiers; `--activate` lets the Action write it; `--prune` drops the earlier ones. */
export const rebase: Command = defineCommand({
  describe: 'Give layouts a fresh order, in steps that no request fails in',
  argument: { name: 'audiences', describe: 'The audiences; all by default', kind: 'list' },
  options: {
    ...PROJECT_OPTIONS,
    activate: { type: 'boolean', describe: 'Let the Action write the newest lineage', excludes: 'prune' },
    prune: { type: 'boolean', describe: 'Drop the lineages before the active one' },
    'verified-by': {
      type: 'string',
      describe: 'With --activate: APIs that must read the lineage, as for deploy',
    },
  },
  examples: [
    ['$0 rebase', '1. add a fresh order; deploy the APIs'],
    ['$0 rebase --activate', '2. write it; deploy the Action'],
    ['$0 rebase --prune', '3. once no old token is left'],
  ],
  async run({ activate, prune, verifiedBy, ...values }, audiences, process) {
    if (verifiedBy !== undefined && activate !== true)
      throw usageError('--verified-by is for --activate', 'Leave it out.');
    const known = verifiedBy === undefined ? undefined : await readVerifiers(verifiedBy, process.cwd);
    return rebaseProject({ ...projectOptions(values, process), audiences, activate, prune, known });
  },
});

interface RebaseOptions extends ProjectOptions {
  /** The audiences to rebase; all where empty. */
  readonly audiences?: readonly string[] | undefined;
  readonly activate?: boolean | undefined;
  readonly prune?: boolean | undefined;
  /** What APIs say that they read; undefined where nobody was asked. */
  readonly known?: readonly KnownLayouts[] | undefined;
}

/** What one audience's rebase did. */
interface RebaseStep {
  readonly name: string;
  readonly did: string;
}

/** @throws InputError, and then nothing is written */
function rebaseProject(options: RebaseOptions): CommandResult {
  const project = loadProject(options);
  const planned = new Map(planProject(project).audiences.map((plan) => [plan.audience.name, plan]));
  const chosen = chooseAudiences(project, options.audiences ?? []);
  if (options.prune === true) assertActionsCurrent(project);
  const steps = chosen.map((name) => step(name, planned.get(name) as AudiencePlan, options));
  if (options.known !== undefined) assertVerified(activated(steps, planned), options.known);
  const lock = new Map([
    ...project.lock,
    ...steps.map(({ name, layout }): [string, AudienceLayout] => [name, layout]),
  ]);
  const input = { ...pipelineInput(project), lock };
  const { artifacts, report } = runPipeline(input);
  const failures = reportFailures(report);
  if (failures.length === 0) writeArtifacts(project, artifacts);
  const changed = steps.some(({ name, layout }) => layout !== planned.get(name)?.layout);
  const next = changed ? nextStep(options, project) : 'Nothing changed.';
  return {
    text: [
      ...steps.map(({ name, did }) => `${name}: ${did}`),
      ...shown(failures).map(({ message, fix }) => `FAILED ${message}\n  ${fix}`),
      failures.length === 0 ? next : 'Nothing was written.',
    ]
      .filter((line) => line !== '')
      .join('\n'),
    json: { audiences: steps.map(({ name, did }): RebaseStep => ({ name, did })), failures },
    exitCode: failures.length === 0 ? 0 : 1,
  };
}

/** The lineages that the Action writes from now on. */
function activated(
  steps: readonly { readonly name: string; readonly layout: AudienceLayout }[],
  planned: ReadonlyMap<string, AudiencePlan>,
): WrittenLineage[] {
  return steps
    .filter(({ name, layout }) => layout.active !== planned.get(name)?.layout.active)
    .map(({ name, layout }) => ({
      audience: name,
      previously: layout.previously ?? [],
      id: activeLineage(layout)[0]?.id ?? '',
      isNew: true,
      hasNewAsOf: false,
    }));
}

/** What a person does next, so that no request fails. */
function nextStep(options: RebaseOptions, { config, environment }: Project): string {
  const others = config.environments.map(({ name }) => name).filter((name) => name !== environment);
  const builds = others.map((name) => `claimgen build${name === '' ? '' : ` --env ${name}`}`).join(', ');
  const rest = others.length === 0 ? '' : ` Build the other environments, too: ${builds}.`;
  if (options.prune === true) return `Deploy the verifiers of every API.${rest}`;
  if (options.activate !== true) {
    return 'Deploy the verifiers of every API first; then run claimgen rebase --activate and deploy the Action.';
  }
  return `Deploy the Action of every environment.${rest} When no token of the earlier lineage is left (their lifetime), run claimgen rebase --prune.`;
}

/** An Action on disk that was built before its lineage was activated would write claims that nobody reads any more. */
function assertActionsCurrent(project: Project): void {
  for (const { name: environment } of project.config.environments) {
    const { artifacts } = runPipeline(pipelineInput({ ...project, environment }));
    const stale = artifacts.find((artifact) => {
      if (artifact.kind !== 'action') return false;
      const text = readTextIfPresent(resolve(project.folder, artifact.path));
      return text !== undefined && artifactState(artifact, text) === 'stale';
    });
    if (stale === undefined) continue;
    throw new InputError([
      {
        code: 'usage',
        file: resolve(project.folder, stale.path),
        message: 'this Action is older than the lock, and may write the lineage that would be dropped',
        fix: `Run claimgen build${environment === '' ? '' : ` --env ${environment}`} and deploy it; prune when its last old token has expired.`,
      },
    ]);
  }
}

function step(
  name: string,
  { layout, selection, order }: AudiencePlan,
  options: RebaseOptions,
): RebaseStep & { readonly layout: AudienceLayout } {
  const newest = layout.lineages.length - 1;
  if (options.prune === true) {
    if (!layout.lineages.some((lineage, number) => number < layout.active && lineage.length > 0)) {
      return { name, did: 'has no earlier lineage to prune', layout };
    }
    return {
      name,
      did: `lineage ${layout.active} alone is readable now`,
      layout: pruneEarlier(layout),
    };
  }
  if (options.activate === true) {
    if (newest === layout.active)
      return { name, did: 'has no newer lineage to activate; run claimgen rebase first', layout };
    return {
      name,
      did: `the Action writes lineage ${newest} from now on`,
      layout: activateNewest(layout),
    };
  }
  if (newest > layout.active) return { name, did: `lineage ${newest} waits for --activate already`, layout };
  return {
    name,
    did: `lineage ${newest + 1} is readable now`,
    layout: addLineage(name, layout, selection.names, order),
  };
}

function chooseAudiences({ config }: Project, wanted: readonly string[]): readonly string[] {
  const names = config.audiences.map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InputError([
      {
        code: 'usage',
        file: config.file,
        message: `there is no audience named ${JSON.stringify(unknown)}`,
        fix: `Use one of: ${names.join(', ')}.`,
      },
    ]);
  }
  return wanted.length === 0 ? names : wanted;
}
