// One thing that is wrong with a tenant, or may be.

/** `error`: users get wrong permissions or none; `warning`: they may, or soon will; `note`: worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** A stable name of each finding. */
export type FindingCode =
  | 'api_missing'
  | 'permissions_twice'
  | 'rbac_off'
  | 'lifetime_long'
  | 'token_encrypted'
  | 'action_missing'
  | 'action_not_deployed'
  | 'action_differs'
  | 'draft_differs'
  | 'build_failed'
  | 'runtime_old'
  | 'not_bound'
  | 'runs_after'
  | 'claim_overwritten'
  | 'drift'
  | 'quota_near'
  | 'rate_limit'
  | 'stream_missing'
  | 'stream_stopped'
  | 'stream_unauthorized'
  | 'stream_filtered'
  | 'feed_refused'
  | 'feed_unreachable'
  | 'feed_clock'
  | 'change_arrived'
  | 'change_late'
  | 'token_unreadable'
  | 'token_issuer'
  | 'token_audience'
  | 'token_without_claim'
  | 'token_permissions_twice'
  | 'token_expired'
  | 'token_older_than_action';

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** What is wrong, and where. */
  readonly message: string;
  readonly fix: string;
}
