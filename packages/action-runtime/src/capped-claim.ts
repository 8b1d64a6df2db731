// The claim of a user whose permissions may not fit: spec/claim-format.md, "Overflow".
import { report } from './log.ts';
import type { PostLoginApi } from './post-login.ts';
import type { AudienceTable, ClaimCap } from './tables.ts';

/** The claim of a user whose permissions don't fit, where the config wants one. */
export const OVERFLOW_MARKER = '!overflow';

/** Measures a claim before it is set, so that the token never passes its budget. */
export function setCapped(table: AudienceTable, cap: ClaimCap, api: PostLoginApi, value: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= cap.bytes) {
    api.accessToken.setCustomClaim(table.claim, value);
    return;
  }
  const sizes = bytes + ' bytes, and ' + cap.bytes + ' are left in the budget';
  report(table.name, 'the claim has ' + sizes + ' (' + cap.onOverflow + ')');
  if (cap.onOverflow === 'deny') api.access.deny('Your permissions do not fit into an access token.');
  else api.accessToken.setCustomClaim(table.claim, cap.onOverflow === 'marker' ? OVERFLOW_MARKER : []);
}
