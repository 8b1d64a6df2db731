// The source managementApi: the user's effective permissions, asked for at login.
import { addRuns } from '../../add-runs.ts';
import { placesOf } from '../../held-places.ts';
import type { Login, Reader } from '../../login.ts';
import type { PostLoginApi, PostLoginEvent } from '../../post-login.ts';
import { SourceFailure } from '../../source-failure.ts';
import { type Audience, type ManagementApiSource, type Runs, sizeOf } from '../../tables.ts';
import { withDeadline } from '../../with-deadline.ts';
import { accessToken, secret } from './access-token.ts';
import { KeptPlaces } from './kept-places.ts';
import { permissionPage } from './permission-page.ts';
import { HttpFailure, Requests } from './requests.ts';

/** SHA-256 of a text, as base64url. */
export type Hash = (text: string) => string;

interface Reading {
  readonly source: ManagementApiSource;
  readonly audience: Audience;
  readonly event: PostLoginEvent;
  readonly cache: PostLoginApi['cache'];
  readonly userId: string;
  readonly hash: Hash;
}

/** Makes the reader: all pages or a failure, and nothing that was not returned. */
export function createReader(hash: Hash): Reader<ManagementApiSource> {
  return async (source, login, held) => {
    for (const place of await effectivePlaces(source, login, hash)) held[place] = 1;
  };
}

async function effectivePlaces(
  source: ManagementApiSource,
  { audience, event, api }: Login,
  hash: Hash,
): Promise<readonly number[]> {
  const userId = event.user?.user_id;
  if (typeof userId !== 'string' || userId === '') throw new SourceFailure('the user has no id');
  const { table } = audience;
  // The APIs, too: a layout names a prefix and not the API behind it.
  const user = [userId, event.organization?.id ?? null, table.audience, table.ids, table.apis];
  const kept = new KeptPlaces(api.cache, keyOf(hash, 'user', user));
  const known = source.cacheSeconds > 0 ? kept.read(sizeOf(table)) : undefined;
  if (known !== undefined) return selectedOf(audience, known);

  const reading = { source, audience, event, cache: api.cache, userId, hash };
  const read = await withDeadline(source.deadlineMs, 'the Management API', (signal) =>
    readPlaces(reading, new Requests(source.maxRequests, Date.now() + source.deadlineMs, signal)),
  );
  // The token has the first claim on the little room there is: without it, every login costs a
  // request more.
  if (source.cacheSeconds > 0 && read.tokenKept) kept.write(read.places, source.cacheSeconds);
  return read.places;
}

/** The cache takes keys of 64 bytes: this is one of 60 at most. */
function keyOf(hash: Hash, kind: string, value: unknown): string {
  return 'claimgen:' + kind + ':' + hash(JSON.stringify(value));
}

async function readPlaces(
  reading: Reading,
  requests: Requests,
): Promise<{ readonly places: readonly number[]; readonly tokenKept: boolean }> {
  const { source, audience, event, cache, userId } = reading;
  const { table, placeOf } = audience;
  const key = keyOf(reading.hash, 'token', [source.domain, secret(event, source.clientIdSecret)]);
  let token = await accessToken(source, event, cache, requests, key);
  const get = (url: string) =>
    requests.json('the Management API', url, {
      headers: { authorization: 'Bearer ' + token.value },
    });
  const getWithFreshToken = async (url: string): Promise<unknown> => {
    try {
      return await get(url);
    } catch (error) {
      if (!(error instanceof HttpFailure && error.status === 401 && token.cached)) throw error;
      cache.delete(key);
      token = await accessToken(source, event, cache, requests, key);
      return get(url);
    }
  };

  const held = new Uint8Array(sizeOf(table));
  for (const [identifier, prefix, runs] of table.apis ?? []) {
    // A name counts for the API that it was returned for: another API's permission may go by the
    // same name here.
    const own = new Set(placesIn(audience, [runs]));
    let from: string | undefined;
    do {
      const url = urlOf(source.domain, userId, identifier, from);
      const page = permissionPage(await getWithFreshToken(url), identifier);
      for (const name of page.names) {
        const place = placeOf.get(prefix + name);
        if (place !== undefined && own.has(place)) held[place] = 1;
      }
      from = page.next;
    } while (from !== undefined);
  }
  return { places: placesOf(held), tokenKept: token.kept };
}

function urlOf(domain: string, userId: string, identifier: string, from: string | undefined): string {
  return (
    'https://' +
    domain +
    '/api/v2/users/' +
    encodeURIComponent(userId) +
    '/effective-permissions?resource_server_identifier=' +
    encodeURIComponent(identifier) +
    '&take=50' +
    (from === undefined ? '' : '&from=' + encodeURIComponent(from))
  );
}

/** Without places whose permission has left the selection since they were kept. */
function selectedOf(audience: Audience, places: readonly number[]): readonly number[] {
  const runs = (audience.table.apis ?? []).map(([, , own]) => own);
  const selected = new Set(placesIn(audience, runs));
  return places.filter((place) => selected.has(place));
}

function placesIn({ table }: Audience, lists: readonly Runs[]): number[] {
  const held = new Uint8Array(sizeOf(table));
  for (const runs of lists) addRuns(held, runs);
  return placesOf(held);
}
