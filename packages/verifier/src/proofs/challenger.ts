// Who writes the challenges of an API that takes tokens by several schemes.
import type { Scheme } from './sender-request.ts';

export interface Challenger {
  /** Gives a refusal the challenge of the scheme that the token came by, or of all schemes, and gives it back. */
  apply<E>(error: E, scheme: Scheme | undefined): E;
}
