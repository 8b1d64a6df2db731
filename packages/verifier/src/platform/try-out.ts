// A faster way to check signatures is relied on once it has shown that it gives the same answers.
import type { CompactToken } from '../token/compact.ts';
import type { SignatureCheck } from './platform.ts';

/**
 * Checks by WebCrypto until a signature was right. If the fast way then says the same of it, and that a
 * changed one is wrong, it is taken from there on; otherwise never, for this key and algorithm. Runtimes that
 * imitate Node differ in the keys and options that their node:crypto knows.
 */
export function tryOut(prepareFast: () => SignatureCheck, portable: SignatureCheck): SignatureCheck {
  let fast: SignatureCheck | undefined;
  let tried = false;
  const checkSlowly = async (token: CompactToken, signature: Uint8Array): Promise<boolean> => {
    // The bytes are ours until somebody else gets to run.
    const kept = signature.slice();
    const valid = await portable(token, kept);
    if (valid && !tried) {
      tried = true;
      fast = proven(prepareFast, token, kept);
    }
    return valid;
  };
  return (token, signature) => (fast ?? checkSlowly)(token, signature);
}

function proven(
  prepareFast: () => SignatureCheck,
  token: CompactToken,
  right: Uint8Array,
): SignatureCheck | undefined {
  const wrong = right.slice();
  // A bit in the middle: at the ends some algorithms have bits that count for nothing.
  const middle = wrong.length >> 1;
  wrong[middle] = (wrong[middle] ?? 0) ^ 1;
  try {
    const fast = prepareFast();
    return fast(token, right) === true && fast(token, wrong) === false ? fast : undefined;
  } catch {
    return undefined;
  }
}
