import type { Lint } from '../lint/lint.ts';
import type { Report } from '../report/build-report.ts';
import type { Failure } from '../report/failures.ts';
import type { AudienceChange } from './config-change.ts';

/** What `claimgen check` found out. */
export interface Checked {
  readonly report: Report;
  readonly failures: readonly Failure[];
  /** What does not fail, but should be known. */
  readonly warnings: readonly Lint[];
  /** Whether lints are failures. */
  readonly strict: boolean;
  /** Against another commit, where one was named. */
  readonly changes?: { readonly base: string; readonly audiences: readonly AudienceChange[] };
}
