// What git's standard error says, as a problem: the first line that gives a reason, and what a person does about it.
import type { Problem } from '../errors.ts';

interface Known {
  readonly pattern: RegExp;
  /** In place of "git says". */
  readonly message?: string;
  /** With $1 for the first group of the pattern. */
  readonly fix: string;
}

const KNOWN: readonly Known[] = [
  {
    pattern: /detected dubious ownership in repository at '(.+)'/,
    fix: "The repository belongs to another user, as often in containers of CI: git config --global --add safe.directory '$1'.",
  },
  {
    pattern: /not a git repository \(or any/,
    message: 'this folder is in no git repository',
    fix: 'Run it in a checkout; without a commit to compare with, claimgen needs no git.',
  },
  {
    pattern: /not a git repository: |invalid gitfile format|error reading .*\.git|no path in gitfile/,
    fix: 'The .git file there names a place that is gone, as after a worktree was moved: git worktree repair, or check the repository out again.',
  },
  {
    pattern: /safe\.bareRepository|cannot use bare repository|must be run in a work tree/,
    fix: 'Run it in a checkout, not in a bare repository.',
  },
  {
    pattern: /\.lock': File exists/,
    fix: 'Another git is at work there, or was killed: wait for it, or delete the lock.',
  },
  {
    pattern:
      /promisor remote|unable to access|Could not resolve|Could not read from remote|does not appear to be a git repository/,
    fix: 'The clone is a partial one, and git fetches what it lacks when it is needed: give it its remote, or fetch everything (git fetch --refetch --no-filter).',
  },
  {
    pattern: /unable to read|loose object|bad object|missing (?:blob|tree)|corrupt|invalid object/,
    fix: 'Objects are missing or damaged here: git fsck names them. Fetch them again, or clone the repository again.',
  },
  { pattern: /No space left/, fix: 'Free some space on the disk.' },
  {
    pattern: /Permission denied|insufficient permission/,
    fix: 'Let the user who runs claimgen read the repository.',
  },
];

/**
 * @param args what git was asked
 * @param stderr what it printed on standard error
 */
export function explainGitFailure(args: readonly string[], stderr: string): Problem {
  const command = `git ${args[0] ?? ''}`;
  const line = reasonIn(stderr);
  const known = KNOWN.find(({ pattern }) => pattern.test(line));
  const said = line === '' ? `${command} fails and does not say why` : `git says: ${line}`;
  return {
    code: 'git_failed',
    message: known?.message === undefined ? said : `${known.message} (${said})`,
    fix:
      known === undefined
        ? `Correct what git says: ${command} must work here.`
        : known.fix.replace('$1', () => known.pattern.exec(line)?.[1] ?? ''),
  };
}

/** The first line that git stopped at; without one, the first line that it printed. Passwords in addresses are left out. */
function reasonIn(stderr: string): string {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '');
  const line = lines.find((text) => /^(?:fatal|error): /.test(text)) ?? lines[0] ?? '';
  return line.replace(/(?<=:\/\/)[^/@\s]*@/g, '').trim();
}
