// Writes that may be done twice, but are not repeated by the wire: where an answer is lost, the tenant is looked at first.
import { TenantError } from '../errors.ts';

/** Times that a write is sent. */
const MAX_SENT = 3;

/**
 * Sends a write; where its outcome is unknown, looks whether it was carried out, and sends it again if not.
 * @param look what the write should have brought about; undefined where it isn't there
 * @returns what `look` found, or undefined where the write was answered
 */
export async function repeatUnknown<T>(
  send: () => PromiseLike<unknown>,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let sent = 1; ; sent++) {
    try {
      await send();
      return undefined;
    } catch (error) {
      if (!(error instanceof TenantError) || error.code !== 'outcome_unknown') throw error;
      const found = await look();
      if (found !== undefined) return found;
      if (sent >= MAX_SENT) throw error;
    }
  }
}
