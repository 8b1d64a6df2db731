/** Whose tokens a fallback is read from. */
export type FallbackFor = 'everyone' | 'machines';

/**
 * Whether Auth0 issued the token for client credentials. The RFC 9068 profile has no `gty`; there the subject tells, and
 * the client, so that no user whose id happens to end that way is taken for one.
 */
export function isMachineToken(claims: { readonly [claim: string]: unknown }): boolean {
  if (claims['gty'] === 'client-credentials') return true;
  const client = claims['azp'] ?? claims['client_id'];
  return typeof client === 'string' && client !== '' && claims['sub'] === `${client}@clients`;
}
