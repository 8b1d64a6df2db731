import { resolve } from 'node:path';
import { readTextIfPresent } from '../files.ts';
import { runPipeline } from '../pipeline.ts';
import { loadProject, type ProjectOptions, pipelineInput } from '../project.ts';
import { type Failure, reportFailures } from '../report/failures.ts';
import { formatLint } from '../report/format-report.ts';
import { count } from '../report/render-report.ts';
import type { CommandResult } from './result.ts';

/**
 * `claimgen check`: what `build` would do, with comparing in place of writing.
 * @throws InputError
 */
export function check(options: ProjectOptions): CommandResult {
  const project = loadProject(options);
  const { artifacts, report } = runPipeline(pipelineInput(project));
  const stale = artifacts
    .filter(({ path, text }) => !isCurrent(resolve(project.folder, path), text))
    .map(({ path }) => path);
  const failures = [...reportFailures(report), ...staleFailures(stale, options.env)];
  const lines = report.audiences.map(
    ({ name, proof, budget, over }) =>
      `${over === 0 ? 'ok    ' : 'FAILED'} ${name}: at most ${count(proof.line)} of ${count(budget.bytes)} bytes (${budget.decidedBy})`,
  );
  const assumed = report.audiences.map(
    ({ name, proof }) =>
      `${name} assumes ${proof.terms.map((term) => `${term.name}: ${term.assumption}`).join('; ')}.`,
  );
  return {
    text: [
      ...lines,
      ...failures.map(({ message, mend }) => `FAILED ${message}\n  ${mend}`),
      ...report.lints.map(formatLint),
      ...assumed,
    ].join('\n'),
    json: { ...report, failures },
    exitCode: failures.length === 0 ? 0 : 1,
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
    },
  ];
}
