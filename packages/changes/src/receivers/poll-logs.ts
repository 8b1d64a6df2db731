/** Reads the tenant's log from the Management API, where no webhook can be reached. */
import { ANYTHING } from './changes-of.ts';
import { changesOfLog, dated } from './log-entry.ts';
import type { PollOptions } from './management-api.ts';
import { ask, repeat } from './management-api.ts';
import { checkSeconds, PacedPublisher } from './paced-publisher.ts';
import { field, text } from './read.ts';
import { NameIndex } from './tenant-names.ts';

export interface PollLogsOptions extends PollOptions {
  /** Seconds between two requests, by default 5. */
  readonly interval?: number;
  /** Seconds that the tenant keeps its log, which depends on the plan. By default 86,400. */
  readonly retention?: number;
}

const PAGE = 100;
/** Seconds: with less the tenant would refuse the requests, and those of others with them. */
const SHORTEST = 0.05;

/**
 * Polls `GET /api/v2/logs` until the signal is aborted, and publishes what changes permissions. Rejects with a TypeError for options
 * that are none of theirs, and for nothing else. After a gap that the tenant's log doesn't cover everything may have happened, and everybody refreshes once.
 */
export async function pollLogs(options: PollLogsOptions): Promise<void> {
  const { cursor, interval = 5, retention = 86_400 } = options;
  checkSeconds('interval', interval, SHORTEST);
  if (!(typeof retention === 'number' && retention > 0))
    throw new TypeError('retention must be a number of seconds above 0');
  const index = new NameIndex(options.names);
  const publisher = new PacedPublisher(options.log, options);
  await repeat(options, async () => {
    const { id, read } = parse(await cursor.load());
    if (id === undefined || publisher.now() - read > retention * 1000) {
      await startOver(options, publisher, id === undefined ? 'no position in the log' : 'a gap in the log');
      return { pause: interval * 1000 };
    }
    const response = await ask(
      options,
      `/api/v2/logs?from=${encodeURIComponent(id)}&take=${PAGE}`,
      {},
      isGone,
    );
    if (response.status !== 200) {
      await response.body?.cancel();
      await startOver(options, publisher, 'a position that the log has forgotten');
      return { pause: interval * 1000 };
    }
    const now = publisher.now();
    const entries: unknown = await response.json();
    if (!Array.isArray(entries)) throw new Error('the Management API does not answer with an array');
    await publisher.publish(entries.flatMap((entry) => changesOfLog(entry, index, now)));
    // After it is durable: what is read twice is published twice, which is once.
    await cursor.save(format(idOf(entries.at(-1)) ?? id, now));
    return { pause: entries.length < PAGE ? interval * 1000 : 0 };
  });
}

/** The log doesn't know the position. */
function isGone(status: number): boolean {
  return status === 400 || status === 404 || status === 410;
}

async function startOver(options: PollLogsOptions, publisher: PacedPublisher, by: string): Promise<void> {
  const response = await ask(options, '/api/v2/logs?sort=date%3A-1&per_page=1&page=0', {});
  const entries: unknown = await response.json();
  const now = publisher.now();
  const id = Array.isArray(entries) ? idOf(entries[0]) : undefined;
  // After the position is known: what happens from here on is after it.
  await publisher.publish(dated(ANYTHING, undefined, now, by));
  if (id === undefined) throw new Error("the tenant's log is empty");
  await options.cursor.save(format(id, now));
}

function idOf(entry: unknown): string | undefined {
  return text(field(entry, 'log_id')) ?? text(field(entry, '_id'));
}

function format(id: string, read: number): string {
  return `${read} ${id}`;
}

function parse(position: string | undefined): { id: string | undefined; read: number } {
  const [, read, id] = /^(\d+) (.+)$/.exec(position ?? '') ?? [];
  return { id, read: Number(read ?? 0) };
}
