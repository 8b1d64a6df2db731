// Which tokens Auth0 issued to machines.
import { own } from '../own-property.ts';

/** Whose tokens a fallback is read from. */
export type FallbackFor = 'everyone' | 'machines';

/**
 * Whether Auth0 issued the token for client credentials. The RFC 9068 profile has no `gty`; there the subject
 * tells, and the client, so that no user whose id happens to end that way is taken for one.
 */
export function isMachineToken(claims: { readonly [claim: string]: unknown }): boolean {
  if (own(claims, 'gty') === 'client-credentials') return true;
  const client = own(claims, 'azp') ?? own(claims, 'client_id');
  return typeof client === 'string' && client !== '' && own(claims, 'sub') === `${client}@clients`;
}
