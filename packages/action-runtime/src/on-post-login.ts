import { encodeClaim } from './encode-claim.ts';
import { fitClaim, NO_PERMISSIONS } from './fit-claim.ts';
import { HeldPlaces } from './held-places.ts';
import type { PostLoginApi, PostLoginEvent } from './post-login.ts';
import { SourceFailure } from './source-failure.ts';
import { type Login, nameOf, type Readers, readSource } from './sources.ts';
import { type Audience, type AudienceTable, type Source, sizeOf } from './tables.ts';

/**
 * Sets the permissions claim for the API that this execution issues a token for; touches nothing for any other. A source that fails
 * denies the login, leaves it without permissions or adds nothing, as the tables say: it never adds a permission, and it never throws.
 */
export async function onPostLogin(
  audiences: ReadonlyMap<string, Audience>,
  event: PostLoginEvent,
  api: PostLoginApi,
  readers: Readers = {},
): Promise<void> {
  const audience = audiences.get(event.resource_server?.identifier ?? '');
  if (audience === undefined) return;
  const { table } = audience;
  try {
    for (const scope of table.strip) api.accessToken.removeScope(scope);
    const held = await readAllSources({ audience, event, api, readers });
    if (typeof held === 'string') grantNothing(table, api, held);
    else setClaim(table, api, held.toList());
  } catch (error) {
    report(table.name, describe(error));
    grantNothing(table, api, table.onError);
  }
}

function grantNothing(table: AudienceTable, api: PostLoginApi, decision: 'deny' | 'omit'): void {
  if (decision === 'deny') api.access.deny('Your permissions could not be determined.');
  else api.accessToken.setCustomClaim(table.claim, NO_PERMISSIONS);
}

/** What all sources say together; or what the first says that fails for good. */
async function readAllSources(login: Login): Promise<HeldPlaces | 'deny' | 'omit'> {
  const { table } = login.audience;
  const size = sizeOf(table);
  const held = new HeldPlaces(size);
  for (const source of table.sources) {
    try {
      // A source that fails half-way must leave nothing behind.
      const own = new HeldPlaces(size);
      await readSource(source, login, own);
      held.addAll(own);
    } catch (error) {
      const decision = decide(source, login.event, error);
      report(table.name, nameOf(source) + ': ' + describe(error) + ' (' + decision + ')');
      if (decision !== 'continue') return decision;
    }
  }
  return held;
}

function decide(source: Source, event: PostLoginEvent, error: unknown): 'deny' | 'omit' | 'continue' {
  if (error instanceof SourceFailure && error.decision !== undefined) return error.decision;
  const isRefresh = event.transaction?.protocol === 'oauth2-refresh-token';
  return isRefresh ? source.onErrorRefresh : source.onError;
}

function setClaim(table: AudienceTable, api: PostLoginApi, places: readonly number[]): void {
  const fitted = fitClaim(table.cap, encodeClaim(table, places));
  if (table.cap !== null && fitted.bytes > table.cap.bytes) {
    const sizes = fitted.bytes + ' bytes, and ' + table.cap.bytes + ' are left in the budget';
    report(table.name, 'the claim has ' + sizes + ' (' + table.cap.onOverflow + ')');
  }
  if (fitted.decision === 'deny') api.access.deny('Your permissions do not fit into an access token.');
  if (fitted.decision === 'set') api.accessToken.setCustomClaim(table.claim, fitted.value);
}

function report(name: string, message: string): void {
  console.log('claimgen: ' + name + ': ' + message);
}

/** Other errors may quote what they met; their kind is all that is told. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return error.name === 'SourceFailure' ? error.message : 'failed with ' + error.name;
}
