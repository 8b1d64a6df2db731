// What all adapters share where requests without a token are let pass.
import type { Access } from './access.ts';
import { authenticateHeader, hasNoToken } from './bearer.ts';
import type { Verifier } from './verifier.ts';

/** Of an adapter's options; `O` is the type of `optional`. */
export interface OptionalAccess<O extends boolean = boolean> {
  /**
   * Let requests without a token pass, without an access: `requires` still answers them with a 401, and so is a token
   * that is not good. By default false.
   */
  readonly optional?: O | undefined;
}

/** The access of a request that passed: where it is optional, there may be none. */
export type AccessOf<P extends string, O extends boolean> = true extends O
  ? Access<P> | undefined
  : Access<P>;

/** Throws a TypeError for what is neither true nor false: nobody passes for a misspelt value. */
export function checkOptional(optional: unknown = false): boolean {
  if (typeof optional === 'boolean') return optional;
  throw new TypeError('optional must be true or false');
}

/** Undefined for a request without a token, where that is allowed. */
export function authenticateRequest<P extends string>(
  verifier: Verifier<P>,
  authorization: string | null | undefined,
  optional: boolean,
): Access<P> | Promise<Access<P>> | undefined {
  return optional && hasNoToken(authorization) ? undefined : authenticateHeader(verifier, authorization);
}
