// SHA-256, as confirmations and proofs write it.
import { base64url } from 'jose';

/** base64url of the SHA-256 digest of bytes, or of the UTF-8 of a text. */
export async function sha256(data: Uint8Array | string): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : Uint8Array.from(data);
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
