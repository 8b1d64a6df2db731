import type { Lint } from '../lint/lint.ts';
import type { Report } from '../report/build-report.ts';
import type { Failure } from '../report/failures.ts';
import type { ConfigChange } from './config-change.ts';

/** What `claimgen check` found out. */
export interface Checked {
  readonly report: Report;
  readonly failures: readonly Failure[];
  /** What does not fail, but should be known. */
  readonly warnings: readonly Lint[];
  /** How many files a build writes. */
  readonly files: number;
  /** Whether lints are failures. */
  readonly strict: boolean;
  /** Against another commit, where one was named. */
  readonly changes?: BaseChange;
  /** How long it took, in seconds. */
  readonly seconds: CheckTimes;
}

/** What this checkout changes against a commit. */
export interface BaseChange extends ConfigChange {
  /** As it was named. */
  readonly base: string;
  /** The hash of the commit that is compared with: the base, or where this branch left it. */
  readonly commit: string;
  /** Whether the base has commits that this checkout lacks; null where a shallow clone can't tell. */
  readonly behind: boolean | null;
  /** What the comparison can't see. */
  readonly notes: readonly string[];
}

/** Seconds. */
export interface CheckTimes {
  /** To read config, catalogs and lock. */
  readonly reading: number;
  /** To prove and compare. */
  readonly checking: number;
}
