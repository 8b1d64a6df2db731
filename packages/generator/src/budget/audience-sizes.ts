import type { ClaimCap, ClientRule } from '@claimgen/action-runtime';
import type { Budget } from '../config/budget.ts';
import type { PatternCount } from '../selection/select.ts';
import type { BoundedClaims } from './bounded-report.ts';
import type { GrantReport } from './grant-proof.ts';
import type { TokenProof } from './token-proof.ts';

export interface AudienceReport {
  readonly name: string;
  /** Of the API, in the environment of the report. */
  readonly identifier: string;
  readonly claim: string;
  readonly encoding: 'bitset' | 'names';
  /** Whether the claim carries all that the user holds, or what of it the client requests as scopes. */
  readonly grant: 'all' | 'requested';
  /** The clients whose tokens carry permissions; null for all. */
  readonly clients: ClientRule | null;
  /** How many permissions the environment's tokens can carry. */
  readonly permissions: number;
  /** The places of the active lineage, of permissions that are away, too. */
  readonly places: number;
  readonly generations: number;
  readonly lineages: number;
  readonly patterns: readonly PatternCount[];
  readonly budget: Budget;
  readonly proof: TokenProof;
  /** The claim's JSON text: its bound, and the longest found. */
  readonly claimBytes: { readonly atMost: number; readonly reached: number };
  /** For users of at most so many roles and other permissions, where the config says how many; it decides nothing. */
  readonly bounded?: BoundedLines;
  /** By how much the line passes the budget; 0 where it fits. */
  readonly over: number;
  /** What the Action lets a list of names take; null for a bitset. */
  readonly cap: ClaimCap | null;
  /** The line with Auth0's stock permissions claim in place of claimgen's. */
  readonly stockLine: number;
  /** Where Auth0 writes its claim beside claimgen's: the line once it does not, and the token_dialect that says so. */
  readonly withoutStock?: { readonly line: number; readonly dialect: string };
  /** Over the budget: the line with one permission only, where that is over it, too. */
  readonly least?: number;
  /** Tokens of machines, the largest first. */
  readonly grants: readonly GrantReport[];
  /** What would make the token smaller. */
  readonly savings: readonly Saving[];
  /** What a login to an organization gets, in one sentence. */
  readonly organizations: string;
  readonly notes: readonly string[];
}

/** The claim and the line of users who hold a few roles: what none passes, and the largest found. */
export interface BoundedLines extends BoundedClaims {
  readonly line: { readonly atMost: number; readonly found: number };
}

export interface Saving {
  readonly change: string;
  /** Bytes of the line that it saves. */
  readonly saves: number;
}
