// Whether a token's signature is right, wrong, or could not be checked: three answers that must not be mixed
// up.
import { VerifierError } from '../errors.ts';
import type { VerificationKey } from '../keys/verification-key.ts';
import type { CompactToken } from './compact.ts';

/**
 * Throws, or rejects with, `signature_invalid`, and `crypto_failed` where the crypto library fails in place
 * of answering. A promise only where the key's check is one, which costs a round of the event loop.
 */
export function checkSignature(
  key: VerificationKey,
  token: CompactToken,
  signature: Uint8Array,
): Promise<void> | undefined {
  // Every algorithm here has signatures of one length for a key. Some of another are exceptions to the crypto
  // libraries.
  if (signature.byteLength !== key.signatureBytes) throw wrong();
  let valid: boolean | Promise<boolean>;
  try {
    valid = key.check(token, signature);
  } catch (cause) {
    throw cryptoFailed(cause);
  }
  // Not `instanceof Promise`: where that global was replaced, a promise of false would count as true.
  if (typeof valid === 'object') return settle(valid);
  judge(valid);
  return undefined;
}

async function settle(pending: Promise<boolean>): Promise<void> {
  let valid: boolean;
  try {
    valid = await pending;
  } catch (cause) {
    throw cryptoFailed(cause);
  }
  judge(valid);
}

function judge(valid: unknown): void {
  if (valid === true) return;
  throw valid === false ? wrong() : cryptoFailed(new TypeError('the crypto library gave no answer'));
}

function wrong(): VerifierError {
  return new VerifierError('signature_invalid', 'signature verification failed');
}

/** A fault of the server, not of the token: the same token may pass once it is gone. */
export function cryptoFailed(cause: unknown): VerifierError {
  return new VerifierError('crypto_failed', 'The crypto library could not check the signature', {
    cause,
    retryAfter: 1,
  });
}
