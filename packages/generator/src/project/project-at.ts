import { basename, join, posix, relative } from 'node:path';
import { InputError } from '../errors.ts';
import { isConfigModule } from '../io/config-module.ts';
import { CONFIG_NAMES } from '../io/files.ts';
import { type Commit, extractFiles, findCommit, listFiles } from '../io/git.ts';
import { withTemporaryFolder } from '../io/write-files.ts';
import { LOCK_FILE, type PipelineInput } from '../pipeline.ts';
import { loadConfig, loadProject, pipelineInput } from './project.ts';

/**
 * What a commit of the project's repository would build.
 * @param configPath the project's config as it is now
 * @param ref a branch, a tag, a hash or what else git takes
 * @returns undefined where that commit has no config in the same folder
 * @throws InputError
 */
export function pipelineInputAt(
  configPath: string,
  ref: string,
  env?: string | undefined,
): PipelineInput | undefined {
  const folder = join(configPath, '..');
  const commit = findCommit(folder, ref);
  return withTemporaryFolder((temporary) => {
    const name = configName(commit, basename(configPath));
    if (name === undefined) return undefined;
    const cwd = join(temporary, commit.prefix);
    const config = join(cwd, name);
    try {
      // A config that is code may import its neighbours.
      const isCode = isConfigModule(name);
      extract(commit, isCode ? ['.'] : [name, LOCK_FILE], temporary);
      if (!isCode) extract(commit, pathsOf(loadConfig({ cwd, config }).config), temporary);
      return pipelineInput(loadProject({ cwd, config, env }));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(
        error.problems.map(({ file, ...problem }) => ({
          ...problem,
          message: `at ${ref}: ${problem.message}`,
          ...(file === undefined ? {} : { file: join(commit.root, relative(temporary, file)) }),
        })),
      );
    }
  });
}

function configName(commit: Commit, now: string): string | undefined {
  const names = [now, ...CONFIG_NAMES].map((name) => commit.prefix + name);
  const there = new Set(listFiles(commit, names));
  return names.find((name) => there.has(name))?.slice(commit.prefix.length);
}

/** What a config names: catalogs, samples, and the verifiers that tell whether a lock is lost. */
function pathsOf(config: ReturnType<typeof loadConfig>['config']): string[] {
  return [
    ...config.environments.map(({ catalog }) => catalog),
    ...config.audiences.flatMap(({ token }) => (token.sample === undefined ? [] : [token.sample])),
    config.out.verifier,
  ];
}

/** @param paths relative to the config's folder; those outside the repository are left out */
function extract(commit: Commit, paths: readonly string[], folder: string): void {
  const inside = paths
    .map((path) => posix.join(commit.prefix, path.replaceAll('\\', '/')).replace(/\/$/, ''))
    .filter((path) => !path.startsWith('..') && !path.startsWith('/'));
  extractFiles(commit, listFiles(commit, [...new Set(inside)]), folder);
}
