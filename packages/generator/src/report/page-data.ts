import type { Layout } from '@claimgen/verifier';

/** What the script of report.html works with; it arrives as JSON. */
export interface PageData {
  readonly audiences: readonly PageAudience[];
}

/** Places skipped, places held, and so on. */
export type PlaceRuns = readonly number[];

export interface PageAudience {
  readonly name: string;
  /** The API identifier. */
  readonly identifier: string;
  readonly layout: Layout;
  /** The places of the active lineage that this environment's tokens can carry. */
  readonly selected: PlaceRuns;
  readonly roles: readonly (readonly [name: string, places: PlaceRuns])[];
  readonly patterns: readonly (readonly [title: string, places: PlaceRuns])[];
  /** Bytes of the line that decide, and what each hop takes. */
  readonly budget: number;
  readonly limits: readonly { readonly bytes: number; readonly decidedBy: string }[];
  readonly distribution: Distribution;
}

/** How large modelled users' lines are, in bytes. */
export interface Distribution {
  readonly users: number;
  readonly seed: number;
  /** Equal steps from the smallest line on, with how many users each holds. */
  readonly bins: { readonly from: number; readonly width: number; readonly counts: readonly number[] };
  readonly ours: Spread;
  /** The same users with Auth0's stock claim. */
  readonly stock: Spread;
}

export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** The line that each twentieth of the users stays within, from the smallest to the largest. */
  readonly twentieths: readonly number[];
}
