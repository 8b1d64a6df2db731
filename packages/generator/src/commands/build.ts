import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import { docsPage } from '../format/docs-page.ts';
import { plural } from '../format/plural.ts';
import { oneLine, shown } from '../format/visible-text.ts';
import { hang } from '../format/wrap.ts';
import { LOCK_FILE } from '../layout/lock.ts';
import { type Artifact, runPipeline } from '../pipeline.ts';
import { outputFolders } from '../plan/output-paths.ts';
import { findLeftovers } from '../project/leftovers.ts';
import { loadProject, type Project, type ProjectOptions, pipelineInput } from '../project/project.ts';
import { writeArtifacts } from '../project/write-artifacts.ts';
import { reportFailures } from '../report/failures.ts';
import { formatReport } from '../report/format-report.ts';
import { formatSavings } from '../report/format-savings.ts';
import { PROJECT_OPTIONS, projectOptions, WHY_OPTION } from './project-options.ts';

/** `claimgen build`: writes the lock, the verifiers, the Action and the report; over budget, the report alone. */
export const build: Command = defineCommand({
  describe: 'Write the Action, the verifier modules, the report and the lock',
  options: {
    ...PROJECT_OPTIONS,
    'allow-over-budget': {
      type: 'boolean',
      describe: 'Write everything even when a token could pass the budget',
    },
    why: WHY_OPTION,
    'restore-lock': { type: 'boolean', describe: "Rebuild a lost lock from the verifiers' .json files" },
  },
  examples: [
    ['$0 build', 'for the base of the config'],
    ['$0 build --env prod', 'the Action of an environment'],
    ['$0 build --why', 'and what would make tokens smaller'],
  ],
  run: (values, _, process) =>
    buildProject({ ...projectOptions(values, process), restoreLock: values.restoreLock }, values),
});

/** Where everything is now, and what comes next. */
function closingOf({ config, environment }: Project, files: number): string {
  const { verifier, actions, report } = outputFolders(config, environment);
  const environments = config.environments.map(({ name }) => name).filter((name) => name !== environment);
  const others = environments.map((name) => `claimgen build${name === '' ? '' : ` --env ${name}`}`);
  const all = [...new Set([verifier, actions, report])];
  const folders = all.filter((path) => !all.some((above) => path.startsWith(`${above}/`))).join(', ');
  return [
    hang('Wrote ', `${plural(files, 'file')}: ${LOCK_FILE}, and below ${oneLine(folders)}. Commit them all.`),
    ...(others.length === 0 ? [] : [hang('Then: ', `${oneLine(others.join(', '))}.`)]),
    hang(
      'Next: ',
      `deploy the APIs with the modules in ${oneLine(verifier)}, then the Action in ${oneLine(actions)}: ${docsPage('guide/deploying.md')}`,
    ),
  ].join('\n');
}

interface BuildOptions {
  readonly allowOverBudget?: boolean | undefined;
  /** Says what would make tokens smaller. */
  readonly why?: boolean | undefined;
}

/** @throws InputError, and then nothing is written */
function buildProject(from: ProjectOptions, options: BuildOptions): CommandResult {
  const project = loadProject(from);
  const input = pipelineInput(project);
  const { artifacts, report } = runPipeline(input);
  const failures = reportFailures(report);
  const complete = failures.length === 0 || options.allowOverBudget === true;
  const written: readonly Artifact[] = complete
    ? artifacts
    : artifacts.filter(({ kind }) => kind === 'report');
  writeArtifacts(project, written);
  const leftovers = findLeftovers(project, artifacts);
  const visible = shown({ report, failures, leftovers });
  const closing = complete
    ? closingOf(project, written.length)
    : `Wrote the report alone (${written.map(({ path }) => oneLine(path)).join(', ')}).`;
  return {
    text: [
      formatReport(visible.report),
      ...(options.why === true ? visible.report.audiences.map(formatSavings) : []),
      ...visible.failures.map(({ message, fix }) => `FAILED ${message}\n${hang('  ', fix)}`),
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
