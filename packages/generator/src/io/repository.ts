// Checkouts: that of the project, and those of its submodules.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../errors.ts';
import { askGit, git, type Variables } from './git.ts';

/** A checkout to run git in. */
export interface Repository {
  /** Its root folder. */
  readonly folder: string;
  /** Removes what a hook says of the repository that it runs for: git would go by that and not by the folder. */
  readonly env: Variables;
}

/**
 * The checkout that a folder lies in.
 * @throws InputError
 */
export function openRepository(folder: string): Repository {
  // Where there is no .git, variables are all that says where the repository is.
  const env = hasGitAbove(folder) ? localVariables(folder) : {};
  return { folder: topOf(folder, env), env };
}

function hasGitAbove(folder: string): boolean {
  const parent = dirname(folder);
  return existsSync(join(folder, '.git')) || (parent !== folder && hasGitAbove(parent));
}

/** Configuration that comes in variables (safe.directory in CI) is none of one repository. */
function localVariables(folder: string): Variables {
  const names = git(folder, ['rev-parse', '--local-env-vars']).split(/\s+/);
  return Object.fromEntries(
    names.filter((name) => name !== '' && !name.startsWith('GIT_CONFIG')).map((name) => [name, undefined]),
  );
}

function topOf(folder: string, env: Variables): string {
  return git(folder, ['rev-parse', '--show-toplevel'], { env }).replace(/\r?\n$/, '');
}

/**
 * The root folder of a submodule at the commit that is recorded for it.
 * @param path the submodule's, as seen from the root
 * @throws InputError where it is not checked out, or its repository lacks the commit
 */
export function openSubmodule(
  root: string,
  path: string,
  commit: string,
): { readonly repository: Repository; readonly tree: string } {
  const folder = join(root, path);
  // Without a .git of its own, git would answer for the repository around it.
  if (!existsSync(join(folder, '.git'))) {
    throw submoduleError(
      `${path} is a submodule that is not checked out here`,
      `git submodule update --init -- ${path} (in GitHub Actions, actions/checkout with submodules: true).`,
    );
  }
  const env = localVariables(folder);
  if (realpathSync(topOf(folder, env)) !== realpathSync(folder)) {
    throw submoduleError(
      `${path} is a submodule whose checkout is broken`,
      `git submodule update --init -- ${path}.`,
    );
  }
  const tree = askGit(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{tree}`], {
    env,
  });
  if (tree === undefined) {
    throw submoduleError(
      `the submodule ${path} lacks the commit ${commit.slice(0, 12)}, which is recorded for it`,
      `git -C ${path} fetch origin ${commit}.`,
    );
  }
  return { repository: { folder, env }, tree: tree.trim() };
}

function submoduleError(message: string, command: string): InputError {
  return new InputError([{ code: 'git_failed', message, fix: `Run ${command}` }]);
}
