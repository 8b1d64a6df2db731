import type { VerifierErrorCode } from '../../src/error-codes.ts';
import { isVerifierError } from '../../src/errors.ts';

/** `verified`, or the code of the error that refused the token. */
export async function codeOf(verification: Promise<unknown>): Promise<VerifierErrorCode | 'verified'> {
  return verification.then(
    () => 'verified' as const,
    (error: unknown) => {
      if (isVerifierError(error)) return error.code;
      throw error;
    },
  );
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
