import type { LintCode } from './lint-code.ts';

/** What went wrong, stable across versions; every problem that a person can cause has one. */
export type ProblemCode =
  | 'usage'
  | 'file_unreadable'
  | 'file_unwritable'
  | 'file_not_generated'
  | 'syntax'
  | 'config_invalid'
  | 'catalog_invalid'
  | 'lock_invalid'
  | 'lock_lost'
  | 'glob_invalid'
  | 'selection_empty'
  | 'name_ambiguous'
  | 'token_unreadable'
  | 'users_invalid'
  | 'git_failed'
  | 'internal'
  | 'port_unavailable'
  | TenantProblemCode
  | LintCode;

/** What went wrong with a tenant or on the way to it: the codes of @claimgen/tenant. */
export type TenantProblemCode =
  | 'package_missing'
  | 'domain_invalid'
  | 'option_invalid'
  | 'credentials_missing'
  | 'credentials_rejected'
  | 'scope_missing'
  | 'export_invalid'
  | 'journal_invalid'
  | 'not_found'
  | 'refused'
  | 'request_refused'
  | 'build_failed'
  | 'changed_meanwhile'
  | 'tenant_unreachable'
  | 'outcome_unknown'
  | 'rate_limited'
  | 'deadline_exceeded'
  | 'interrupted'
  | 'answer_invalid'
  | 'list_unstable';

/** A problem in somebody's input: what, where and how to fix it. */
export interface Problem {
  readonly code: ProblemCode;
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  /** How to fix it, in the imperative. */
  readonly fix: string;
  /** The absolute path. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** The value's place in the file, such as `audiences.orders.prefixes[0]`. */
  readonly path?: string;
}

/** More problems than this have one cause, or are fixed in steps anyway. */
export const MAX_PROBLEMS = 1000;

/** The input can't be used: nothing was written, and the command exits with 2. */
export class InputError extends Error {
  /** The first of them, at most `MAX_PROBLEMS`. */
  readonly problems: readonly Problem[];
  /** How many more there are. */
  readonly omitted: number;

  constructor(problems: readonly Problem[], omitted: number = 0) {
    const kept = problems.slice(0, MAX_PROBLEMS);
    super(kept.map(formatProblem).join('\n'));
    this.name = 'InputError';
    this.problems = kept;
    this.omitted = omitted + problems.length - kept.length;
  }
}

/** Something about a tenant is not as it must be, or it can't be reached: a problem with an exit code of its own. */
export class TenantFailure extends InputError {
  /** 1 refused; 2 usage or config; 3 the tenant is unreachable, or time is up. */
  readonly exitCode: 1 | 2 | 3;

  constructor(problem: Problem, exitCode: 1 | 2 | 3) {
    super([problem]);
    this.name = 'TenantFailure';
    this.exitCode = exitCode;
  }
}

/** What a command won't do, although it could: exit code 1. */
export function refusal(message: string, fix: string): TenantFailure {
  return new TenantFailure({ code: 'refused', message, fix }, 1);
}

/** A command line, or what it names, that can't be used. */
export function usageError(message: string, fix: string): InputError {
  return new InputError([{ code: 'usage', message, fix }]);
}

/** One problem as a person reads it: `file:line:column: path: message`, and the fix on its own line. */
export function formatProblem(problem: Problem): string {
  const position = problem.line === undefined ? '' : `:${problem.line}:${problem.column ?? 1}`;
  const place = [problem.file === undefined ? '' : `${problem.file}${position}`, problem.path ?? '']
    .filter((part) => part !== '')
    .join(': ');
  return `${place === '' ? '' : `${place}: `}${problem.message}\n  ${problem.fix}`;
}

/** Throws unless there are no problems. */
export function assertNoProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InputError(problems);
}
