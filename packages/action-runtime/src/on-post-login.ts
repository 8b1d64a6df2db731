import { encodeClaim } from './encode-claim.ts';
import { HeldPlaces } from './held-places.ts';
import type { PostLoginApi, PostLoginEvent } from './post-login.ts';
import { readSource } from './sources.ts';
import type { Audience } from './tables.ts';

/**
 * Sets the permissions claim for the API that this execution issues a token for; touches nothing for any other. A source that fails
 * denies the login or omits the claim, as the audience's onError says: it never adds a permission, and it never throws.
 */
export async function onPostLogin(
  audiences: ReadonlyMap<string, Audience>,
  event: PostLoginEvent,
  api: PostLoginApi,
): Promise<void> {
  const audience = audiences.get(event.resource_server?.identifier ?? '');
  if (audience === undefined) return;
  const { table } = audience;
  try {
    const held = new HeldPlaces(table.ends[table.ends.length - 1] ?? 0);
    for (const source of table.sources) readSource(source, audience, event, held);
    api.accessToken.setCustomClaim(table.claim, encodeClaim(table, held.toList()));
  } catch (error) {
    console.log('claimgen: ' + table.name + ': ' + (error instanceof Error ? error.message : 'failed'));
    if (table.onError === 'deny') api.access.deny('Your permissions could not be determined.');
  }
}
