import { oneLine, shown } from '../format/visible-text.ts';
import { hang } from '../format/wrap.ts';
import { type Artifact, runPipeline } from '../pipeline.ts';
import { loadProject, type ProjectOptions, pipelineInput } from '../project/project.ts';
import { writeArtifacts } from '../project/write-artifacts.ts';
import { reportFailures } from '../report/failures.ts';
import { formatReport } from '../report/format-report.ts';
import { formatWaysOut } from '../report/format-ways-out.ts';
import { findLeftovers } from './leftovers.ts';
import type { CommandResult } from './result.ts';

export interface BuildOptions extends ProjectOptions {
  readonly allowOverBudget?: boolean | undefined;
  /** Says what would make tokens smaller. */
  readonly why?: boolean | undefined;
}

/**
 * `claimgen build`: writes the lock, the verifiers, the Action and the report; over budget, the report alone.
 * @throws InputError, and then nothing is written
 */
export function build(options: BuildOptions): CommandResult {
  const project = loadProject(options);
  const input = pipelineInput(project);
  const { artifacts, report } = runPipeline(input);
  const failures = reportFailures(report, input);
  const complete = failures.length === 0 || options.allowOverBudget === true;
  const written: readonly Artifact[] = complete
    ? artifacts
    : artifacts.filter(({ kind }) => kind === 'report');
  writeArtifacts(project, written);
  const leftovers = findLeftovers(project.folder, artifacts);
  const visible = shown({ report, failures, leftovers });
  const closing = complete
    ? `Wrote ${written.length} files; commit them all, claimgen.lock.json included.`
    : `Wrote the report alone (${written.map(({ path }) => oneLine(path)).join(', ')}).`;
  return {
    text: [
      formatReport(visible.report),
      ...(options.why === true ? visible.report.audiences.map(formatWaysOut) : []),
      ...visible.failures.map(({ message, mend }) => `FAILED ${message}\n${hang('  ', mend)}`),
      ...(leftovers.length === 0
        ? []
        : [
            hang(
              'note: ',
              `left of an earlier config, to be deleted, and unbound in the tenant: ${visible.leftovers.join(', ')}`,
            ),
          ]),
      closing,
    ].join('\n\n'),
    json: { ...report, failures, written: written.map(({ path }) => path), leftovers },
    exitCode: complete ? 0 : 1,
  };
}
