// What a commit of the project's repository would build.
import { basename, dirname, join } from 'node:path';
import { BASE_ENVIRONMENT } from '../config/environment.ts';
import { InputError } from '../errors.ts';
import { type Commit, pathWithin } from '../io/commit.ts';
import { type CommitFiles, foldersOf, openCommitFiles, writeCommit } from '../io/commit-files.ts';
import { isConfigModule } from '../io/config-module.ts';
import { CONFIG_NAMES } from '../io/files.ts';
import { linkPackages } from '../io/link-packages.ts';
import { withTemporaryFolder } from '../io/write-files.ts';
import { LOCK_FILE } from '../layout/lock.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { type PlanInput, planProject } from '../plan/plan.ts';
import { loadConfig, pathsOf, readProject } from './project.ts';

export interface ProjectAt {
  readonly input: PlanInput;
  /** What the size proofs of its audiences rest on. */
  readonly audiences: readonly AudiencePlan[];
  /** Whether it has the environment that was asked for; `audiences` are of another one where it does not. */
  readonly hasEnvironment: boolean;
  /** What the comparison can't see, in sentences without a full stop. */
  readonly notes: readonly string[];
}

/**
 * Reads config, catalogs and lock of a commit.
 * @param configPath the project's config as it is now
 * @param label what messages call the commit
 * @returns undefined where that commit has no config in the same folder
 * @throws InputError
 */
export function projectAt(
  configPath: string,
  commit: Commit,
  label: string,
  env?: string | undefined,
): ProjectAt | undefined {
  return withTemporaryFolder((temporary) => {
    const copies: Copies = { files: join(temporary, 'files'), code: join(temporary, 'code', 'all') };
    const files = openCommitFiles(commit, copies.files);
    const folder = dirname(configPath);
    const name = [basename(configPath), ...CONFIG_NAMES].find(
      (file) => files.pathOfFile(join(folder, file)) !== undefined,
    );
    if (name === undefined) return undefined;
    try {
      return readAt(commit, join(folder, name), files, copies, label, env);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(
        error.problems.map(({ file, ...problem }) => ({
          ...problem,
          message: `at ${label}: ${problem.message}`,
          ...(file === undefined ? {} : { file: inCheckout(commit, copies, file) }),
        })),
      );
    }
  });
}

/** Temporary folders: what is read, and for a config that is code the whole commit. */
interface Copies {
  readonly files: string;
  readonly code: string;
}

function readAt(
  commit: Commit,
  config: string,
  files: CommitFiles,
  copies: Copies,
  label: string,
  env: string | undefined,
): ProjectAt {
  const isCode = isConfigModule(config);
  const place = isCode
    ? join(codeAt(commit, copies.code), files.pathOfFile(config) ?? basename(config))
    : (files.write([config]).get(config) as string);
  const { config: read } = loadConfig({ cwd: dirname(config), config: place });
  const loaded = { path: config, config: read };
  // A config that is code may say itself where it lies.
  const now = (path: string) => inCheckout(commit, copies, path);
  const { catalogs, samples, lock, verifiers } = pathsOf(loaded);
  const places = new Map([
    ...files.write([lock, now(verifiers)]),
    ...files.writeOrNow([...catalogs, ...samples].map(now)),
  ]);
  const names = read.environments.map(({ name }) => name);
  const wanted = env ?? BASE_ENVIRONMENT;
  const hasEnvironment = names.includes(wanted);
  const environment = hasEnvironment ? wanted : (names[0] ?? wanted);
  const project = readProject(loaded, environment, false, (path) => places.get(now(path)) ?? path);
  return {
    input: project,
    audiences: planProject(project).audiences,
    hasEnvironment,
    notes: [
      ...(project.lock.size === 0 ? [`${label} has no ${LOCK_FILE}: layouts are compared with none`] : []),
      ...notesOf(files.readAsNow(), isCode ? basename(config) : undefined, label),
    ],
  };
}

function notesOf(asNow: readonly string[], code: string | undefined, label: string): string[] {
  return [
    ...(asNow.length === 0
      ? []
      : [
          `${asNow.join(', ')}: not in git at ${label}, so it was read as it is now, and what changed in it is not shown`,
        ]),
    ...(code === undefined
      ? []
      : [`${code} is code: it was run as it is at ${label}, with the packages that are installed now`]),
  ];
}

/** Lays out all of a commit, so that a config that is code finds its neighbours, and the packages that are installed. */
function codeAt(commit: Commit, folder: string): string {
  writeCommit(commit, folder);
  linkPackages(commit.repository.folder, foldersOf(commit), folder);
  return folder;
}

/** A path of a temporary folder as the path of the checkout that it is a copy of. */
function inCheckout({ repository }: Commit, copies: Copies, path: string): string {
  for (const copy of [copies.files, copies.code]) {
    const inside = pathWithin(copy, path);
    if (inside !== undefined) return join(repository.folder, inside);
  }
  return path;
}
