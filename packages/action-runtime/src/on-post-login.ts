import { type HeldPlaces, placesOf } from './held-places.ts';
import { report } from './log.ts';
import type { Login, Parts, Reader } from './login.ts';
import type { PostLoginApi, PostLoginEvent } from './post-login.ts';
import { SourceFailure } from './source-failure.ts';
import { type Audience, type AudienceTable, type Source, sizeOf } from './tables.ts';

/**
 * Sets the claim for the API that this execution issues a token for; touches nothing for any
 * other. A source that fails denies the login, leaves it without permissions or adds nothing, as
 * the tables say: it never adds a permission, and nothing is thrown.
 */
export async function onPostLogin(
  audiences: ReadonlyMap<string, Audience>,
  event: PostLoginEvent,
  api: PostLoginApi,
  parts: Parts,
): Promise<void> {
  const audience = audiences.get(event.resource_server?.identifier ?? '');
  if (audience === undefined) return;
  const { table } = audience;
  try {
    for (const scope of table.strip ?? []) api.accessToken.removeScope(scope);
    const places = await parts.places({ audience, event, api, parts });
    if (typeof places === 'string') grantNothing(table, api, places);
    else setClaim(table, api, parts, places);
  } catch (error) {
    report(table.name, describe(error));
    grantNothing(table, api, table.onError);
  }
}

/** The claim is never left away: a verifier may read a stock claim in its stead. */
function grantNothing(table: AudienceTable, api: PostLoginApi, decision: 'deny' | 'omit'): void {
  if (decision === 'deny') api.access.deny('Your permissions could not be determined.');
  else api.accessToken.setCustomClaim(table.claim, []);
}

function setClaim(
  table: AudienceTable,
  api: PostLoginApi,
  { encoders, setCapped }: Parts,
  places: readonly number[],
): void {
  const value = encoders[table.encoding]?.(table, places) ?? [];
  if (table.cap === undefined) api.accessToken.setCustomClaim(table.claim, value);
  else if (setCapped === undefined) grantNothing(table, api, 'omit');
  else setCapped(table, table.cap, api, value);
}

/** What all sources say together; or what the first says that fails for good. */
export async function grantedPlaces(login: Login): Promise<readonly number[] | 'deny' | 'omit'> {
  const { table } = login.audience;
  const held = new Uint8Array(sizeOf(table));
  for (const source of table.sources) {
    try {
      // A source that fails half-way must leave nothing behind.
      const own = new Uint8Array(held.length);
      await readSource(source, login, own);
      for (let place = 0; place < own.length; place++) if (own[place] === 1) held[place] = 1;
    } catch (error) {
      const decision = decide(source, login.event, error);
      report(table.name, nameOf(source) + ': ' + describe(error) + ' (' + decision + ')');
      if (decision !== 'continue') return decision;
    }
  }
  return placesOf(held);
}

async function readSource(source: Source, login: Login, held: HeldPlaces): Promise<void> {
  if (login.event.organization !== undefined && source.organizations === 'refuse') {
    throw new SourceFailure('refused at a login to an organization');
  }
  const read = login.parts.readers[source.kind] as Reader<Source> | undefined;
  await read?.(source, login, held);
}

function nameOf(source: Source): string {
  return source.kind === 'event' ? 'event.' + source.path.join('.') : source.kind;
}

function decide(source: Source, event: PostLoginEvent, error: unknown): 'deny' | 'omit' | 'continue' {
  if (error instanceof SourceFailure && error.decision !== undefined) return error.decision;
  const isRefresh = event.transaction?.protocol === 'oauth2-refresh-token';
  return isRefresh ? source.onErrorRefresh : source.onError;
}

/** Other errors may quote what they met; their kind is all that is told. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return error.name === 'SourceFailure' ? error.message : 'failed with ' + error.name;
}
