// The code of the Actions that were deployed before, from files or from a commit.
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../errors.ts';
import { findCommit } from '../io/commit.ts';
import { openCommitFiles } from '../io/commit-files.ts';
import { exists, isFolder, listFolder, readText } from '../io/files.ts';
import { withTemporaryFolder } from '../io/write-files.ts';
import { outputFolders } from '../plan/output-paths.ts';
import type { Project } from '../project/project.ts';

/**
 * Reads every Action of the project's environment: one that is built no longer may have granted what is lost now.
 * @param source files with commas between, or the commit that is deployed
 * @throws InputError
 */
export function deployedCode(
  source: string,
  { path, folder, config, environment }: Pick<Project, 'path' | 'folder' | 'config' | 'environment'>,
  cwd: string,
): string[] {
  const files = source.split(',').map((file) => resolve(cwd, file));
  if (files.every((file) => exists(file) && !isFolder(file))) return files.map(readText);
  const commit = findCommit(dirname(path), source);
  const actions = join(folder, outputFolders(config, environment).actions);
  return withTemporaryFolder((temporary) => {
    const copy = openCommitFiles(commit, join(temporary, 'files')).write([actions]).get(actions) ?? '';
    const codes = listFolder(copy)
      .map((name) => join(copy, name, 'code.js'))
      .filter(exists)
      .map(readText);
    if (codes.length > 0) return codes;
    throw new InputError([
      {
        code: 'usage',
        message: `${source} has no Action of this config and environment`,
        fix: "Name the commit that is deployed, or the file with the deployed Action's code.",
      },
    ]);
  });
}
