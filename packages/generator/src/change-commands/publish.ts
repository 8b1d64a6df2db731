// `claimgen publish`: tells verifiers what has changed, so that tokens from before are not taken at their word.
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import { confirm } from '../cli/confirm.ts';
import type { Process } from '../cli/process.ts';
import { usageError } from '../errors.ts';
import { plural } from '../format/plural.ts';
import { oneLine } from '../format/visible-text.ts';
import { runPipeline } from '../pipeline.ts';
import { planProject } from '../plan/plan.ts';
import { loadProject, type Project, pipelineInput } from '../project/project.ts';
import { verifierLayout } from '../verifier-module/verifier-layout.ts';
import { deployedCode } from './deployed-code.ts';
import { LOG_OPTIONS, type LogValues } from './log-options.ts';
import { type Change, type OpenLog, openLog } from './open-log.ts';
import { publishSettled, SETTLE, SETTLE_OPTION, settleOf } from './publish-settled.ts';
import { tablesOf } from './role-tables.ts';
import { type ChangeValues, whatChanged } from './what-changed.ts';

export const publish: Command = defineCommand({
  describe: 'Publish what a user, or everyone, has lost or gained: tokens from before refresh once',
  options: {
    ...LOG_OPTIONS,
    user: {
      type: 'string',
      describe: 'The id, such as auth0|507f1f77bcf86cd799439011; a machine is <client>@clients',
    },
    everyone: { type: 'boolean', describe: 'In place of a user' },
    org: { type: 'string', describe: 'Only in tokens for this organization' },
    audience: { type: 'string', describe: 'Only in tokens for this audience, by its name in the config' },
    'users-only': { type: 'boolean', describe: 'Not in tokens of machines' },
    lost: { type: 'string', describe: 'Permissions that were taken away, with spaces between, or *' },
    gained: { type: 'string', describe: 'Permissions that were given, with spaces between, or *' },
    out: { type: 'boolean', describe: 'In place of both: the tokens are refused' },
    difference: {
      type: 'string',
      describe:
        "In place of all that: what roles lost and gained since this commit, or since this file, a deployed Action's code",
    },
    by: { type: 'string', describe: 'Free text for logs' },
    settle: SETTLE_OPTION,
    yes: { type: 'boolean', describe: 'Publish for everyone without asking' },
    config: { type: 'string', describe: 'The config file; found upward from here by default' },
    env: { type: 'string', describe: 'The environment of the config' },
    json: { type: 'boolean', describe: 'Print JSON for programs' },
  },
  examples: [
    ["--user 'auth0|1' --lost orders:refund", 'after it was taken away'],
    ["--user 'auth0|1' --out", 'after the user was blocked'],
    ['--difference v1.4.0', 'after a0deploy import'],
  ],
  async run(values, _, process) {
    const settle = settleOf(values.settle, values.difference === undefined ? 0 : SETTLE);
    const prepared =
      values.difference === undefined ? named(values, process) : compared(values, values.difference, process);
    const open = await openLog(values, process.cwd);
    try {
      return await publishWith(open, prepared, settle, values, process);
    } finally {
      await open.close();
    }
  },
});

/** What was given. */
interface PublishValues extends ChangeValues, LogValues {
  readonly difference?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly config?: string | undefined;
  readonly env?: string | undefined;
}

/** What is to be published, once there is a log. */
interface Prepared {
  changes(open: OpenLog): readonly Change[];
  /** Undefined where no names are given. */
  readonly layouts: Parameters<OpenLog['publish']>[1];
}

/** A change that is given in words. Its names, and its audience, must be those of the config. */
function named(values: PublishValues, process: Process): Prepared {
  const change = whatChanged(values);
  const hasNames = change.aud !== undefined || Array.isArray(change.lost) || Array.isArray(change.gained);
  return { changes: () => [change], layouts: hasNames ? layoutsOf(projectOf(values, process)) : undefined };
}

/** What roles grant by the Actions that were deployed, and by those that are built now. */
function compared(values: PublishValues, source: string, process: Process): Prepared {
  const { user, everyone, org, audience, usersOnly, lost, gained, out } = values;
  if ([user, everyone, org, audience, usersOnly, lost, gained, out].some((value) => value !== undefined))
    throw usageError(
      '--difference says of whom and of what by itself',
      'Leave out --user, --everyone, --org, --audience, --users-only, --lost, --gained and --out.',
    );
  const project = projectOf(values, process);
  const built = runPipeline(pipelineInput(project)).artifacts.filter(
    ({ kind, path }) => kind === 'action' && path.endsWith('/code.js'),
  );
  const before = deployedCode(source, project, process.cwd);
  const after = tablesOf(
    built.map(({ text }) => text),
    project.lock,
  );
  const { by } = values;
  return {
    changes: (open) =>
      open
        .difference(tablesOf(before, project.lock), after ?? new Map())
        .map((change) => ({ ...change, ...(by === undefined ? {} : { by }) })),
    layouts: undefined,
  };
}

function projectOf({ config, env }: PublishValues, { cwd }: Process): Project {
  return loadProject({ cwd, config, env });
}

function layoutsOf(project: Project): Prepared['layouts'] {
  return planProject(project).audiences.map(({ audience, layout, selection }) =>
    verifierLayout(audience, layout, selection.names),
  );
}

async function publishWith(
  open: OpenLog,
  { changes: changesOf, layouts }: Prepared,
  settle: number,
  values: PublishValues,
  process: Process,
): Promise<CommandResult> {
  const changes = changesOf(open);
  if (changes.length === 0)
    return {
      text: 'Roles grant what they did: there is nothing to publish.',
      json: { published: [] },
      exitCode: 0,
    };
  // A difference is what was deployed: to leave it out because nobody can answer would be worse than a storm.
  if (values.difference === undefined && changes.some(isWide))
    await confirm(
      'Publish it for everyone? Every user refreshes, and it can not be taken back.',
      values,
      process,
    );
  await publishSettled(() => open.publish(changes, layouts), settle, process);
  return {
    text: [
      `Published ${plural(changes.length, 'change')}:`,
      ...changes.map((change) => `  ${described(change)}`),
    ].join('\n'),
    json: { published: changes },
    exitCode: 0,
  };
}

/** Every user of everything, or of an organization or an audience of it, would refresh. */
function isWide({ sub, lost, gained, out }: Change): boolean {
  return sub === undefined && (out === true || lost === '*' || gained === '*');
}

function described({ sub, org, aud, of, lost, gained, out }: Change): string {
  const who = [
    sub === undefined ? (of === 'users' ? 'every user' : 'everyone') : oneLine(sub),
    ...(org === undefined ? [] : [`in ${oneLine(org)}`]),
    ...(aud === undefined ? [] : [`at ${oneLine(aud)}`]),
  ].join(' ');
  if (out === true) return `${who}: the tokens are out`;
  const what = (names: Change['lost'], verb: string): string[] =>
    names === undefined || names.length === 0
      ? []
      : [`${verb} ${names === '*' ? 'anything' : names.map(oneLine).join(', ')}`];
  return `${who}: ${[...what(lost, 'lost'), ...what(gained, 'gained')].join('; ')}`;
}
