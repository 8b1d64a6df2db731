// How much later than it was read a token's claim may be issued.

/** Milliseconds between reading a user's permissions and issuing the token: slow Actions may run before ours. */
export const GUARD = 20_000;
