import { relative, resolve } from 'node:path';
import { type Annotation, annotationsOf, formatAnnotation } from '../check/annotations.ts';
import type { Checked } from '../check/checked.ts';
import { type AudienceChange, compareConfigs } from '../check/config-change.ts';
import { formatCheck } from '../check/format-check.ts';
import { type CheckOutputs, writeChecked, writeUnusable } from '../check/write-outputs.ts';
import { InputError } from '../errors.ts';
import { readTextIfPresent } from '../io/files.ts';
import type { Lint } from '../lint/lint.ts';
import { runPipeline } from '../pipeline.ts';
import { loadProject, type Project, type ProjectOptions, pipelineInput } from '../project/project.ts';
import { pipelineInputAt } from '../project/project-at.ts';
import { type Failure, reportFailures } from '../report/failures.ts';
import { findLeftovers, leftoverFailures } from './leftovers.ts';
import type { CommandResult } from './result.ts';

export interface CheckOptions extends ProjectOptions {
  /** A commit to compare with. */
  readonly base?: string | undefined;
  /** Where a report in JUnit's form goes. */
  readonly junit?: string | undefined;
  /** Takes lints for failures. */
  readonly strict?: boolean | undefined;
  /** Says what would make tokens smaller. */
  readonly why?: boolean | undefined;
}

/** What this command needs of the process. */
export interface CheckContext {
  /** GitHub Actions is recognized by GITHUB_ACTIONS; GITHUB_STEP_SUMMARY names its summary. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  error(text: string): void;
}

/**
 * `claimgen check`: what `build` would do, with comparing in place of writing.
 * @throws InputError
 */
export function check(options: CheckOptions, context: CheckContext): CommandResult {
  const env = context.env ?? {};
  const isGithub = env['GITHUB_ACTIONS'] === 'true';
  const root = env['GITHUB_WORKSPACE'] ?? options.cwd;
  // On standard error, which GitHub reads as well: standard output may be JSON.
  const annotate = (annotations: readonly Annotation[]) => {
    if (isGithub)
      context.error(annotations.map((annotation) => `${formatAnnotation(annotation)}\n`).join(''));
  };
  const summary = env['GITHUB_STEP_SUMMARY'];
  const outputs: CheckOutputs = {
    junit: options.junit === undefined ? undefined : resolve(options.cwd, options.junit),
    summary: isGithub && summary !== '' ? summary : undefined,
  };
  const annotateProblems = ({ problems }: InputError) =>
    annotate(
      problems.map(({ code, message, mend, file, line }) => ({
        level: 'error',
        title: `claimgen: ${code}`,
        message: `${message}. ${mend}`,
        file: file === undefined ? undefined : fromRoot(root, file),
        line,
      })),
    );
  let isChecked = false;
  try {
    const project = loadProject(options);
    const checked = checkProject(project, options);
    isChecked = true;
    annotate(annotationsOf(checked, placesOf(project, root)));
    writeChecked(outputs, checked);
    const { report, failures, changes } = checked;
    return {
      text: formatCheck(checked, options.why === true),
      json: { ...report, failures, ...(changes === undefined ? {} : { changes }) },
      exitCode: failures.length === 0 ? 0 : 1,
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const unusable = isChecked ? error : writeUnusable(outputs, error);
    annotateProblems(unusable);
    throw unusable;
  }
}

function checkProject(project: Project, options: CheckOptions): Checked {
  const input = pipelineInput(project);
  const { artifacts, report } = runPipeline(input);
  const strict = options.strict === true;
  const stale = artifacts
    .filter(({ path, text }) => !isCurrent(resolve(project.folder, path), text))
    .map(({ path }) => path);
  const changes =
    options.base === undefined
      ? undefined
      : {
          base: options.base,
          audiences: compareConfigs(pipelineInputAt(project.path, options.base, options.env), input),
        };
  return {
    report,
    strict,
    warnings: strict ? [] : report.lints,
    failures: [
      ...reportFailures(report, input),
      ...forkFailures(changes?.audiences ?? [], options.base ?? ''),
      ...staleFailures(stale, options.env),
      ...(strict ? report.lints.map(lintFailure) : []),
      ...leftoverFailures(findLeftovers(project.folder, artifacts)),
    ],
    ...(changes === undefined ? {} : { changes }),
  };
}

/** Git may check files out with CRLF. */
function isCurrent(path: string, text: string): boolean {
  return readTextIfPresent(path)?.replaceAll('\r\n', '\n') === text;
}

function staleFailures(paths: readonly string[], environment: string | undefined): Failure[] {
  if (paths.length === 0) return [];
  const files = paths.length === 1 ? 'a file is' : `${paths.length} files are`;
  return [
    {
      check: 'stale',
      message: `${files} not what claimgen build would write: ${paths.join(', ')}`,
      mend: `Run claimgen build${environment === undefined ? '' : ` --env ${environment}`} and commit what it writes.`,
      files: paths,
    },
  ];
}

function lintFailure({ code, where, message, mend, path }: Lint): Failure {
  const audience = path?.[0] === 'audiences' ? path[1] : undefined;
  return {
    check: 'lint',
    message: `${code}: ${where}: ${message}`,
    mend,
    ...(typeof audience === 'string' ? { audience } : {}),
  };
}

function forkFailures(changes: readonly AudienceChange[], base: string): Failure[] {
  return changes
    .filter(({ layout }) => layout === 'forked')
    .map(({ name }) => ({
      check: 'layout_forked',
      audience: name,
      message: `${name}: the layout gives places to other permissions than ${base} does, so that verifiers deployed from there read what both share alone`,
      mend: `Take claimgen.lock.json from ${base}, then run claimgen build.`,
    }));
}

function placesOf({ path, folder, config }: Project, root: string): Parameters<typeof annotationsOf>[1] {
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
