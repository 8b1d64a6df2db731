import { HeldPlaces } from '../held-places.ts';
import type { PostLoginApi, PostLoginEvent } from '../post-login.ts';
import { SourceFailure } from '../source-failure.ts';
import type { Readers } from '../sources.ts';
import { type Audience, type ManagementApiSource, sizeOf } from '../tables.ts';
import { withDeadline } from '../with-deadline.ts';
import { accessToken, secret } from './access-token.ts';
import { KeptPlaces } from './kept-places.ts';
import { readPage } from './permission-page.ts';
import { HttpFailure, Requests } from './requests.ts';

/** What the reader takes from its surroundings. */
export interface ReaderParts {
  /** SHA-256 of a text, as base64url. */
  readonly hash: (text: string) => string;
  readonly encodeBody: (places: readonly number[]) => string;
}

interface Reading extends ReaderParts {
  readonly source: ManagementApiSource;
  readonly audience: Audience;
  readonly event: PostLoginEvent;
  readonly cache: PostLoginApi['cache'];
  readonly userId: string;
}

/** Makes the reader of a user's effective permissions: all pages or a failure, nothing that was not returned. */
export function createReader(parts: ReaderParts): NonNullable<Readers['managementApi']> {
  return async (source, audience, event, api) => {
    const userId = event.user?.user_id;
    if (typeof userId !== 'string' || userId === '') throw new SourceFailure('the user has no id');
    const { table } = audience;
    // The APIs, too: a layout names a prefix and not the API behind it.
    const user = [userId, event.organization?.id ?? null, table.audience, table.ids, table.apis];
    const kept = new KeptPlaces(api.cache, keyOf(parts, 'user', user), parts.encodeBody);
    const known = source.cacheSeconds > 0 ? kept.read(sizeOf(table)) : undefined;
    if (known !== undefined) return grantable(audience, known);

    const reading = { ...parts, source, audience, event, cache: api.cache, userId };
    const read = await withDeadline(source.deadlineMs, 'the Management API', (signal) =>
      readPlaces(reading, new Requests(source.maxRequests, Date.now() + source.deadlineMs, signal)),
    );
    // The token has the first claim on the little room there is: without it, every login costs a request more.
    if (source.cacheSeconds > 0 && read.tokenKept) kept.write(read.places, source.cacheSeconds);
    return read.places;
  };
}

/** The cache takes keys of 64 bytes: this is one of 60 at most. */
function keyOf({ hash }: ReaderParts, kind: string, value: unknown): string {
  return 'claimgen:' + kind + ':' + hash(JSON.stringify(value));
}

async function readPlaces(
  reading: Reading,
  requests: Requests,
): Promise<{ readonly places: readonly number[]; readonly tokenKept: boolean }> {
  const { source, audience, event, cache, userId } = reading;
  const key = keyOf(reading, 'token', [source.domain, secret(event, source.clientIdSecret)]);
  let token = await accessToken(source, event, cache, requests, key);
  const get = (url: string) =>
    requests.json('the Management API', url, { headers: { authorization: 'Bearer ' + token.value } });
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

  const held = new HeldPlaces(sizeOf(audience.table));
  for (const [identifier, prefix, runs] of audience.table.apis) {
    // A name counts for the API that it was returned for: another API's permission may go by the same name here.
    const own = new HeldPlaces(sizeOf(audience.table));
    own.addRuns(runs);
    let from: string | undefined;
    do {
      const page = readPage(
        await getWithFreshToken(urlOf(source.domain, userId, identifier, from)),
        identifier,
      );
      for (const name of page.names) {
        const place = audience.placeOf.get(prefix + name);
        if (place !== undefined && own.has(place)) held.add(place);
      }
      from = page.next;
    } while (from !== undefined);
  }
  return { places: held.toList(), tokenKept: token.kept };
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
function grantable({ table }: Audience, places: readonly number[]): readonly number[] {
  const all = new HeldPlaces(sizeOf(table));
  for (const [, , runs] of table.apis) all.addRuns(runs);
  return places.filter((place) => all.has(place));
}
