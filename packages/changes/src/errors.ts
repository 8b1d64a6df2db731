/** What can go wrong with a log, a feed or a record; stable across versions. */

/**
 * `record_invalid`: a record that was to be appended is none, or names what the layouts don't have; `record_in_future`: its
 * time is more than 60 s ahead; `log_missing`: there is no log there; `log_exists`: there is one already; `log_corrupt`: what
 * is there can't be read; `log_unavailable`: it can't be reached, or did not answer in time; `not_replicated`: the record is
 * on one server and may be lost with it; `feed_refused`: the hub does not accept the secret, or is no hub.
 */
export type ChangesErrorCode =
  | 'record_invalid'
  | 'record_in_future'
  | 'log_missing'
  | 'log_exists'
  | 'log_corrupt'
  | 'log_unavailable'
  | 'not_replicated'
  | 'feed_refused';

export class ChangesError extends Error {
  readonly code: ChangesErrorCode;
  /** How to fix it, in the imperative. */
  readonly fix: string;

  constructor(code: ChangesErrorCode, message: string, fix: string, cause?: unknown) {
    super(`${message}. ${fix}`, cause === undefined ? undefined : { cause });
    this.name = 'ChangesError';
    this.code = code;
    this.fix = fix;
  }
}
