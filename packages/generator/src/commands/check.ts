import { resolve } from 'node:path';
import { readTextIfPresent } from '../files.ts';
import { runPipeline } from '../pipeline.ts';
import { loadProject, type ProjectOptions, pipelineInput } from '../project.ts';
import { type Failure, reportFailures } from '../report/failures.ts';
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
    .filter(({ path, text }) => readTextIfPresent(resolve(project.folder, path)) !== text)
    .map(
      ({ path }): Failure => ({
        check: 'stale',
        message: `${path} is not what claimgen build would write`,
        mend: `Run claimgen build${options.env === undefined ? '' : ` --env ${options.env}`} and commit what it writes.`,
      }),
    );
  const failures = [...reportFailures(report), ...stale];
  const lines = report.audiences.map(
    ({ name, proof, budget, over }) =>
      `${over === 0 ? 'ok    ' : 'FAILED'} ${name}: at most ${count(proof.line)} of ${count(budget.bytes)} bytes (${budget.decidedBy})`,
  );
  const assumed = report.audiences.map(
    ({ name, proof }) =>
      `${name} assumes ${proof.terms.map((term) => `${term.name}: ${term.assumption}`).join('; ')}.`,
  );
  return {
    text: [...lines, ...failures.map(({ message, mend }) => `FAILED ${message}\n  ${mend}`), ...assumed].join(
      '\n',
    ),
    json: { ...report, failures },
    exitCode: failures.length === 0 ? 0 : 1,
  };
}
