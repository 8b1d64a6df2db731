// A git repository with a project in it, for comparisons with its commits.
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import type { BaseChange } from '../../src/check/checked.ts';
import type { Failure } from '../../src/report/failures.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

/** Who commits, and nothing of the machine's own configuration. */
const IDENTITY = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];

export interface Repository {
  readonly folder: ProjectFolder;
  /** Runs git in the repository, or in a folder below, and expects it to work. */
  git(...args: string[]): string;
  gitIn(folder: string, ...args: string[]): string;
  /** Builds in a folder below, and commits everything. */
  commit(message: string, at?: string): Promise<void>;
  /** The `changes` and failures of `check --json --base`. */
  check(base: string, at?: string): Promise<CheckedJson>;
}

export interface CheckedJson {
  readonly exitCode: number;
  readonly changes: BaseChange;
  readonly failures: readonly Failure[];
}

export function repository(files: Readonly<Record<string, string | undefined>>): Repository {
  const folder = projectFolder(files);
  const gitIn = (at: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('git', [...IDENTITY, ...args], {
      cwd: `${folder.path}/${at}`,
      encoding: 'utf8',
    });
    expect([args, status, stderr]).toEqual([args, 0, expect.anything()]);
    return stdout;
  };
  const git = (...args: string[]) => gitIn('.', ...args);
  git('init', '-q', '-b', 'main');
  return {
    folder,
    git,
    gitIn,
    async commit(message, at = '.') {
      const { exitCode, error } = await folder.claimgen('build', { cwd: at });
      expect([exitCode, error]).toEqual([0, '']);
      git('add', '-A');
      git('commit', '-qm', message);
    },
    async check(base, at = '.') {
      const { out, exitCode } = await folder.claimgen(`check --json --base ${base}`, { cwd: at });
      return { exitCode, ...JSON.parse(out) };
    },
  };
}
