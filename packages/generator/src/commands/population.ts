import { dirname, resolve } from 'node:path';
import { type Command, type CommandResult, defineCommand } from '../cli/command.ts';
import type { Process } from '../cli/process.ts';
import { usageError } from '../errors.ts';
import { plural } from '../format/plural.ts';
import { oneLine, shown } from '../format/visible-text.ts';
import { hang } from '../format/wrap.ts';
import { findCommit } from '../io/commit.ts';
import { isFolder } from '../io/files.ts';
import { openLineWriter } from '../io/named-files.ts';
import { openStream } from '../io/stream-files.ts';
import type { PlanInput } from '../plan/plan.ts';
import { formatPopulation } from '../population/format-population.ts';
import { measurePopulation } from '../population/measure-population.ts';
import { type Progress, startProgress } from '../population/progress.ts';
import { readUsers, type UsersFile } from '../population/read-users.ts';
import { RolesByUser } from '../population/roles-by-user.ts';
import { loadProject, type Project, type ProjectOptions } from '../project/project.ts';
import { projectAt } from '../project/project-at.ts';
import { modelUsers } from '../sizing/model-users.ts';
import type { PopulationUser } from '../sizing/population-user.ts';
import { PROJECT_OPTIONS, projectOptions } from './project-options.ts';

/** `claimgen population`: how large the tokens of real or modelled users are. Exit code 1 when any user's line passes the budget. */
export const population: Command = defineCommand({
  describe: 'Size the tokens of real or modelled users, and say who is over the budget',
  options: {
    ...PROJECT_OPTIONS,
    users: {
      type: 'string',
      describe: "NDJSON with a user a line, such as Auth0's users export; - for standard input",
    },
    'roles-per-user': {
      type: 'string',
      describe: 'NDJSON with {"user_id", "roles"} a line, joined with --users',
    },
    model: {
      type: 'number',
      describe: 'How many users to model from the role table; 100,000 by default',
    },
    seed: { type: 'number', describe: 'Other modelled users; 1 by default' },
    base: { type: 'string', describe: 'A git commit, or the folder of a config, to compare with' },
    'over-budget-file': { type: 'string', describe: 'A file to list everybody over the budget in' },
  },
  examples: [
    ['$0 population --model 1000000', 'users modelled from the roles'],
    ['$0 population --users users.gz', "Auth0's export, with roles"],
    ['$0 population --base main', 'what this branch changes'],
  ],
  run: (values, _, process) => sizePopulation({ ...values, ...projectOptions(values, process) }, process),
});

interface PopulationOptions extends ProjectOptions {
  /** NDJSON, or `-` for standard input. */
  readonly users?: string | undefined;
  readonly rolesPerUser?: string | undefined;
  readonly model?: number | undefined;
  readonly seed?: number | undefined;
  /** A commit, or the folder of a config. */
  readonly base?: string | undefined;
  /** Where everybody over the budget is listed. */
  readonly overBudgetFile?: string | undefined;
}

const DEFAULT_MODEL = 100_000;

/** @throws InputError */
async function sizePopulation(options: PopulationOptions, process: Process): Promise<CommandResult> {
  const project = loadProject(options);
  const users = await chooseUsers(options, process, project);
  const base = options.base === undefined ? undefined : readBase(project, options, options.base);
  const notes = base?.notes ?? [];
  const writer =
    options.overBudgetFile === undefined
      ? undefined
      : openLineWriter(resolve(options.cwd, options.overBudgetFile), isOverBudgetList);
  try {
    const measured = await measurePopulation(
      {
        now: project,
        base: base?.input,
        onUser: users.onUser,
        modelled: options.users === undefined,
        onOver:
          writer === undefined
            ? undefined
            : (audience, user) => writer.write(JSON.stringify({ audience, ...user })),
      },
      users.list,
    );
    return {
      text: [
        formatPopulation(shown(measured), oneLine(users.described)),
        ...notes.map((note) => hang('note: ', oneLine(note), process.columns)),
      ].join('\n\n'),
      json: { usersFrom: users.described, ...measured, ...(notes.length === 0 ? {} : { notes }) },
      exitCode: measured.audiences.every(({ over }) => over === 0) ? 0 : 1,
    };
  } finally {
    users.progress.stop();
    writer?.close();
  }
}

interface ChosenUsers {
  readonly list: AsyncIterable<PopulationUser> | Iterable<PopulationUser>;
  readonly described: string;
  readonly progress: Progress;
  readonly onUser?: () => void;
}

async function chooseUsers(
  options: PopulationOptions,
  process: Process,
  project: Project,
): Promise<ChosenUsers> {
  if (options.users === undefined) {
    const total = options.model ?? DEFAULT_MODEL;
    const seed = options.seed ?? 1;
    const catalog = project.catalogs.get(project.environment);
    if (catalog === undefined || !Number.isSafeInteger(total) || total < 1 || !Number.isSafeInteger(seed)) {
      throw usageError('--model and --seed are whole numbers', 'Write --model 1000000 --seed 1.');
    }
    const progress = startProgress(process.terminal, total, 'users');
    return {
      list: modelUsers(catalog, total, seed),
      described: `modelled from ${plural(catalog.roles.length, 'role')} (seed ${seed})`,
      progress,
      onUser: () => progress.add(1),
    };
  }
  if (options.model !== undefined) {
    throw usageError('--users and --model exclude each other', 'Leave one of them out.');
  }
  const open = (file: string): UsersFile =>
    file === '-'
      ? { file: 'standard input', bytes: process.stdin?.() ?? bytesOf(process.readStdin()) }
      : { file: resolve(options.cwd, file), ...openStream(resolve(options.cwd, file)) };
  const roles = options.rolesPerUser === undefined ? undefined : await readRoles(open(options.rolesPerUser));
  const source = open(options.users);
  const progress = startProgress(process.terminal, source.size, 'bytes');
  const read = readUsers(source, (bytes) => progress.add(bytes));
  return {
    list: roles === undefined ? read : joined(read, roles),
    described: `from ${options.users === '-' ? 'standard input' : options.users}`,
    progress,
  };
}

async function* bytesOf(text: Promise<string>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(await text);
}

async function readRoles(source: UsersFile): Promise<RolesByUser> {
  const roles = new RolesByUser();
  for await (const user of readUsers(source)) roles.add(user);
  return roles;
}

async function* joined(
  users: AsyncIterable<PopulationUser>,
  roles: RolesByUser,
): AsyncGenerator<PopulationUser> {
  for await (const user of users) yield roles.join(user);
}

/** Whether a file begins with a line that --over-budget-file writes. */
function isOverBudgetList(start: string): boolean {
  const [first = ''] = start.split('\n');
  try {
    return Object.keys(JSON.parse(first)).join() === 'audience,id,line';
  } catch {
    return false;
  }
}

/** With what is not seen of it. */
function readBase(
  project: Project,
  options: PopulationOptions,
  base: string,
): { readonly input: PlanInput; readonly notes: readonly string[] } {
  const folder = resolve(options.cwd, base);
  if (isFolder(folder)) {
    return { input: loadProject({ cwd: folder, env: options.env }), notes: [] };
  }
  const commit = findCommit(dirname(project.path), base);
  const at = projectAt(project.path, commit, base, options.env);
  if (at === undefined) {
    throw usageError(
      `there is no config at ${JSON.stringify(base)}`,
      'Name a commit that has one, or the folder of a config.',
    );
  }
  if (at.hasEnvironment) return at;
  throw usageError(
    `the config at ${JSON.stringify(base)} has no such environment`,
    'Name a commit that has it, or leave --env out.',
  );
}
