import { VerifierError } from '../errors.ts';
import type { VerificationKey } from '../keys/published-key.ts';
import type { CompactToken } from './compact.ts';

/** Throws, or rejects with, `signature_invalid`. A promise only where the key's check is one, which costs a round of the event loop. */
export function checkSignature(
  key: VerificationKey,
  token: CompactToken,
  signature: Uint8Array,
): Promise<void> | undefined {
  let valid: boolean | Promise<boolean>;
  try {
    valid = key.check(token, signature);
  } catch (cause) {
    // Some lengths of signatures are exceptions to the crypto libraries.
    throw wrong(cause);
  }
  // Not `instanceof Promise`: where that global was replaced, a promise of false would count as true.
  if (typeof valid === 'object') {
    return valid.then(
      (right) => {
        if (right !== true) throw wrong();
      },
      (cause) => {
        throw wrong(cause);
      },
    );
  }
  if (valid !== true) throw wrong();
  return undefined;
}

function wrong(cause?: unknown): VerifierError {
  const details = cause === undefined ? {} : { cause };
  return new VerifierError('signature_invalid', "The token's signature is wrong", details);
}
