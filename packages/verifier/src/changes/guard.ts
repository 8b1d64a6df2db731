// How far the time that a token has of its permissions may be behind their reading: by who reads them.

/** Milliseconds by which permissions may have been read before that time. */
export const GUARDS = {
  /** The Action reads all of them and writes the time into the claim: its clock is not Auth0's. */
  action: 1000,
  /** Auth0 reads some for the event, or only the time of issue is known: slow Actions may run before ours. */
  event: 20_000,
} as const;
