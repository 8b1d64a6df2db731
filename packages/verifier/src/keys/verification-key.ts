// A key made ready for one algorithm.
import type { SignatureCheck } from '../platform/platform.ts';

export interface VerificationKey {
  readonly check: SignatureCheck;
  /** How long every signature of the key is. */
  readonly signatureBytes: number;
  /** Whether the key may be used now without asking its source again. */
  isLive(): boolean;
}
