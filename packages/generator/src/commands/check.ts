import { relative, resolve } from 'node:path';
import { type Annotation, annotationsOf, formatAnnotation, type Places } from '../check/annotations.ts';
import { changeAnnotations } from '../check/change-annotations.ts';
import type { Checked } from '../check/checked.ts';
import { compareBase } from '../check/compare-base.ts';
import { formatCheck } from '../check/format-check.ts';
import { type CheckOutputs, writeChecked, writeUnusable } from '../check/write-outputs.ts';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import type { Process } from '../cli/process.ts';
import { InputError } from '../errors.ts';
import { docsPage } from '../format/docs-page.ts';
import { visibleCommands } from '../format/visible-text.ts';
import { readTextIfPresent } from '../io/files.ts';
import type { Lint } from '../lint/lint.ts';
import { runPipeline } from '../pipeline.ts';
import { type ArtifactState, artifactState } from '../project/artifact-state.ts';
import { findLeftovers, leftoverFailures } from '../project/leftovers.ts';
import { loadProject, type Project, type ProjectOptions, pipelineInput } from '../project/project.ts';
import { adviseBuild, type Failure, reportFailures } from '../report/failures.ts';
import { PROJECT_OPTIONS, projectOptions, WHY_OPTION } from './project-options.ts';

/** `claimgen check`: what `build` would do, with comparing in place of writing. */
export const check: Command = defineCommand({
  describe: 'Fail when a token could pass the budget, or when generated files are stale',
  options: {
    ...PROJECT_OPTIONS,
    base: { type: 'string', describe: 'A git commit to say what changes against' },
    junit: { type: 'string', describe: "A file for a report in JUnit's form" },
    strict: { type: 'boolean', describe: 'Fail on lints, too' },
    why: WHY_OPTION,
  },
  examples: [
    ['$0 check', 'in CI, and before a commit'],
    ['$0 check --base origin/main', 'what this branch changes'],
    ['$0 check --why', 'what would bring tokens down'],
  ],
  run: (values, _, process) => reportCheck({ ...values, ...projectOptions(values, process) }, process),
});

interface CheckOptions extends ProjectOptions {
  /** A commit to compare with. */
  readonly base?: string | undefined;
  /** Where a report in JUnit's form goes. */
  readonly junit?: string | undefined;
  /** Takes lints for failures. */
  readonly strict?: boolean | undefined;
  /** Says what would make tokens smaller. */
  readonly why?: boolean | undefined;
}

/** @throws InputError */
function reportCheck(options: CheckOptions, process: Process): CommandResult {
  // GITHUB_STEP_SUMMARY names the summary of the step.
  const env = process.env ?? {};
  const isGithub = env['GITHUB_ACTIONS'] === 'true';
  const root = env['GITHUB_WORKSPACE'] ?? options.cwd;
  // On standard error, which GitHub reads as well: standard output may be JSON.
  const annotate = (annotations: readonly Annotation[]) => {
    if (isGithub)
      process.error(
        visibleCommands(annotations.map((annotation) => `${formatAnnotation(annotation)}\n`).join('')),
      );
  };
  const summary = env['GITHUB_STEP_SUMMARY'];
  const outputs: CheckOutputs = {
    junit: options.junit === undefined ? undefined : resolve(options.cwd, options.junit),
    summary: isGithub && summary !== '' ? summary : undefined,
  };
  const annotateProblems = ({ problems }: InputError) =>
    annotate(
      problems.map(({ code, message, fix, file, line }) => ({
        level: 'error',
        title: `claimgen: ${code}`,
        message: `${message}. ${fix}`,
        file: file === undefined ? undefined : fromRoot(root, file),
        line,
      })),
    );
  const begun = performance.now();
  const secondsSince = (start: number) => (performance.now() - start) / 1000;
  let isChecked = false;
  try {
    const project = loadProject(options);
    const reading = secondsSince(begun);
    const checked = checkProject(project, options, { reading, since: () => secondsSince(begun) - reading });
    isChecked = true;
    const places = placesOf(project, root);
    annotate([
      ...annotationsOf(checked, places),
      ...(checked.changes === undefined ? [] : changeAnnotations(checked.changes, places)),
    ]);
    writeChecked(outputs, checked);
    const { report, failures, changes } = checked;
    return {
      text: formatCheck(checked, options.why === true, process.columns),
      json: { ...report, failures, ...(changes === undefined ? {} : { changes }) },
      exitCode: failures.length === 0 ? 0 : 1,
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const unusable = isChecked ? error : writeUnusable(outputs, error, secondsSince(begun));
    annotateProblems(unusable);
    throw unusable;
  }
}

function checkProject(
  project: Project,
  options: CheckOptions,
  time: { readonly reading: number; since(): number },
): Checked {
  const input = pipelineInput(project);
  const { artifacts, report } = runPipeline(input);
  const strict = options.strict === true;
  const pathsIn = (state: ArtifactState) =>
    artifacts
      .filter(
        (artifact) =>
          artifactState(artifact, readTextIfPresent(resolve(project.folder, artifact.path))) === state,
      )
      .map(({ path }) => path);
  const compared = options.base === undefined ? undefined : compareBase(project.path, input, options.base);
  const refused = reportFailures(report);
  const failures = [
    ...refused,
    ...(compared?.failures ?? []),
    ...staleFailures(pathsIn('stale'), options.env, refused.length > 0),
    ...hiddenFailures(pathsIn('hidden'), options.env),
    ...(strict ? report.lints.map(lintFailure) : []),
    ...leftoverFailures(findLeftovers(project, artifacts)),
  ];
  return {
    report,
    strict,
    files: artifacts.length,
    warnings: strict ? [] : report.lints,
    failures,
    ...(compared === undefined ? {} : { changes: compared.changes }),
    seconds: { reading: time.reading, checking: time.since() },
  };
}

/** @param isRefused whether build writes the report only, since something is over its limit */
function staleFailures(
  paths: readonly string[],
  environment: string | undefined,
  isRefused: boolean,
): Failure[] {
  if (paths.length === 0) return [];
  const files = paths.length === 1 ? 'a file is' : `${paths.length} files are`;
  return [
    {
      code: 'stale',
      message: `${files} not what claimgen build would write: ${paths.join(', ')}`,
      fix: `${adviseBuild(isRefused)} ${buildCommand(environment)} and commit what it writes.`,
      files: paths,
    },
  ];
}

/** A tenant export writes over the keywords of secrets, and an import would then set their values. */
function hiddenFailures(paths: readonly string[], environment: string | undefined): Failure[] {
  if (paths.length === 0) return [];
  return [
    {
      code: 'stale',
      message: `a tenant export replaced the keywords of the Action's secrets by _VALUE_NOT_SHOWN_, or by nothing, which an import would set as their values: ${paths.join(', ')}`,
      fix: `Run ${buildCommand(environment)} after the export, and commit what it writes (${docsPage('guide/deploying.md')}).`,
      files: paths,
    },
  ];
}

function buildCommand(environment: string | undefined): string {
  return `claimgen build${environment === undefined ? '' : ` --env ${environment}`}`;
}

function lintFailure({ code, where, message, fix, path }: Lint): Failure {
  const audience = path?.[0] === 'audiences' ? path[1] : undefined;
  return {
    code: 'lint',
    message: `${code}: ${where}: ${message}`,
    fix,
    ...(typeof audience === 'string' ? { audience } : {}),
  };
}

function placesOf({ path, folder, config }: Project, root: string): Places {
  return {
    config: fromRoot(root, path),
    lineOf: (name) =>
      config.audiences.find((audience) => audience.name === name)?.problem('config_invalid', [], '', '').line,
    pathOf: (file) => fromRoot(root, resolve(folder, file)),
  };
}

function fromRoot(root: string, file: string): string {
  return relative(root, file).replaceAll('\\', '/');
}
