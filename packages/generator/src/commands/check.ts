import { relative, resolve } from 'node:path';
import { type Annotation, annotationsOf, formatAnnotation } from '../ci/annotations.ts';
import type { Checked } from '../ci/checked.ts';
import { type AudienceChange, compareConfigs } from '../ci/config-change.ts';
import { formatCheck } from '../ci/format-check.ts';
import { renderJunit } from '../ci/junit.ts';
import { pipelineInputAt } from '../ci/project-at.ts';
import { renderStepSummary } from '../ci/step-summary.ts';
import { InputError } from '../errors.ts';
import { readPackageFile, readTextIfPresent } from '../files.ts';
import { runPipeline } from '../pipeline.ts';
import { loadProject, type Project, type ProjectOptions, pipelineInput } from '../project.ts';
import { compileHtmlTemplate } from '../render/template.ts';
import { type Failure, reportFailures } from '../report/failures.ts';
import { appendText, writeFiles } from '../write-files.ts';
import { findLeftovers, leftoverFailures } from './leftovers.ts';
import type { CommandResult } from './result.ts';

export interface CheckOptions extends ProjectOptions {
  /** A commit to compare with. */
  readonly base?: string | undefined;
  /** Where a report in JUnit's form goes. */
  readonly junit?: string | undefined;
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
  try {
    const project = loadProject(options);
    const checked = checkProject(project, options);
    annotate(annotationsOf(checked, placesOf(project, root)));
    const summary = env['GITHUB_STEP_SUMMARY'];
    if (isGithub && summary !== undefined && summary !== '') appendText(summary, renderStepSummary(checked));
    if (options.junit !== undefined) {
      const template = compileHtmlTemplate(readPackageFile('@claimgen/templates/junit.xml.hbs'));
      writeFiles([{ path: resolve(options.cwd, options.junit), text: renderJunit(template, checked) }]);
    }
    const { report, failures, changes } = checked;
    return {
      text: formatCheck(checked, options.why === true),
      json: { ...report, failures, ...(changes === undefined ? {} : { changes }) },
      exitCode: failures.length === 0 ? 0 : 1,
    };
  } catch (error) {
    if (error instanceof InputError) {
      annotate(
        error.problems.map(({ code, message, mend, file, line }) => ({
          level: 'error',
          title: `claimgen: ${code}`,
          message: `${message}. ${mend}`,
          file: file === undefined ? undefined : fromRoot(root, file),
          line,
        })),
      );
    }
    throw error;
  }
}

function checkProject(project: Project, options: CheckOptions): Checked {
  const input = pipelineInput(project);
  const { artifacts, report } = runPipeline(input);
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
    warnings: report.lints,
    failures: [
      ...reportFailures(report, input),
      ...forkFailures(changes?.audiences ?? [], options.base ?? ''),
      ...staleFailures(stale, options.env),
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
