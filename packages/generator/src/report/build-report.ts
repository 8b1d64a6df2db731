import type { ActionSize } from '../action/action-savings.ts';
import type { AudienceReport } from '../budget/audience-sizes.ts';
import type { Lint } from '../lint/lint.ts';

/** What a build found out: sizes against the budget, with every assumption. All sizes are bytes. */
export interface Report {
  /** Empty for the config's base. */
  readonly environment: string;
  /** Whether every audience's tokens and the Action fit. */
  readonly fits: boolean;
  /** One, or one for each audience (`action.split`). */
  readonly actions: readonly ActionSize[];
  readonly audiences: readonly AudienceReport[];
  /** What Auth0 and the tools around it would not say. */
  readonly lints: readonly Lint[];
  readonly notes: readonly string[];
}
