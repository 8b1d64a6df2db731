/** Reads the tenant's events from the Events API, where no webhook can be reached: `GET /api/v2/events`. */
import { createParser } from 'eventsource-parser';
import { chunks, parseJson } from '../http/chunks.ts';
import { ANYTHING } from './changes-of.ts';
import { changesOfEvent } from './cloud-event.ts';
import { dated } from './log-entry.ts';
import type { PollOptions } from './management-api.ts';
import { ask, repeat } from './management-api.ts';
import { PacedPublisher } from './paced-publisher.ts';
import { NameIndex } from './tenant-names.ts';

export interface FollowEventsOptions extends PollOptions {
  /** Types of events to ask for. By default all that the tenant has. */
  readonly types?: readonly string[];
}

/** Milliseconds without a byte after which the connection is given up. Auth0 sends heartbeats. */
const SILENCE = 90_000;
/** Milliseconds between two connections; Auth0 ends each after some minutes. */
const PAUSE = 1000;
/** How far back a first connection, or one after a gap, begins: clocks differ. */
const BACK = 60_000;

/**
 * Follows the events until the signal is aborted, and publishes what changes permissions. Rejects with a TypeError for a `pace`
 * that is none, and for nothing else. After a gap that Auth0 doesn't cover everything may have happened, and everybody refreshes once.
 */
export async function followEvents(options: FollowEventsOptions): Promise<void> {
  const index = new NameIndex(options.names);
  const publisher = new PacedPublisher(options.log, options);
  const { cursor } = options;
  /** Milliseconds since 1970 until which nothing was missed while there is no position; undefined at the start. */
  let covered: number | undefined;
  await repeat(options, async () => {
    const offset = (await cursor.load()) || undefined;
    const query = new URLSearchParams(
      (options.types ?? []).map((type): [string, string] => ['event_type', type]),
    );
    const now = publisher.now();
    if (offset === undefined) {
      if (covered === undefined) {
        await publisher.publish(dated(ANYTHING, undefined, now, 'no position in the events'));
        covered = now;
      }
      query.append('from_timestamp', new Date(now - BACK).toISOString());
    }
    const path = `/api/v2/events${query.size > 0 ? `?${query}` : ''}`;
    const headers = { accept: 'text/event-stream', ...(offset !== undefined && { 'last-event-id': offset }) };
    const response = await ask(
      options,
      path,
      headers,
      (status) => status === 410 || (status === 400 && offset !== undefined),
    );
    if (response.status !== 200) {
      await response.body?.cancel();
      await publisher.publish(dated(ANYTHING, undefined, now, 'a position that the events have forgotten'));
      await cursor.save('');
      covered = now;
      return { pause: PAUSE };
    }
    // Auth0 could not be asked for longer than it is asked to go back.
    if (offset === undefined && now - (covered ?? now) > BACK / 2)
      await publisher.publish(dated(ANYTHING, undefined, now, 'a gap in the events'));
    await read(response, options, index, publisher, (at) => {
      covered = at;
    });
    return { pause: PAUSE };
  });
}

async function read(
  response: Response,
  { cursor, signal }: FollowEventsOptions,
  index: NameIndex,
  publisher: PacedPublisher,
  onRead: (at: number) => void,
): Promise<void> {
  const messages: { event: string | undefined; id: string | undefined; data: string }[] = [];
  const parser = createParser({ onEvent: ({ event, id, data }) => messages.push({ event, id, data }) });
  for await (const text of chunks(response, SILENCE, signal)) {
    const at = publisher.now();
    parser.feed(text);
    for (const { event, id, data } of messages.splice(0)) {
      // The stream ends after it; the next connection is told whether the position is forgotten.
      if (event === 'error') throw new Error('the Events API ended the stream');
      if (event !== 'offset-only')
        await publisher.publish(changesOfEvent(parseJson(data), index, publisher.now()));
      if (id) await cursor.save(id);
    }
    onRead(at);
  }
}
