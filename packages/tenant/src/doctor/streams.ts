// The streams by which a tenant tells of changes as they are made (https://auth0.com/docs/customize/log-streams and /event-streams), as far as they
// go to a hub. What authorizes them is in the answers, and stays there.
import type { ManagementClient } from 'auth0';
import { TenantError } from '../errors.ts';
import { readCheckpointList } from '../paging/checkpoint-list.ts';
import { checkpointPage } from '../pull/lists.ts';
import { call } from '../wire/call.ts';

/** A stream of webhooks. */
export interface Stream {
  readonly kind: 'log stream' | 'event stream';
  readonly name: string;
  readonly endpoint: string;
  readonly isActive: boolean;
  /** As the tenant calls it. */
  readonly status: string;
  /** Whether it sends a bearer token, which the hub's receivers want. */
  readonly isAuthorized: boolean;
  /** Of a log stream, the categories that it is limited to; of an event stream, the types of events. Undefined for all. */
  readonly topics: readonly string[] | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Every stream of the tenant that sends webhooks. */
export async function readStreams(client: ManagementClient): Promise<Stream[]> {
  const what = 'log streams';
  const listed: unknown = await call(`reading the ${what}`, client.logStreams.list());
  if (!Array.isArray(listed)) throw malformed(what);
  const events = await readCheckpointList({
    what: 'event streams',
    key: ({ id }: { readonly id: string }) => id,
    page: async (from, take) => {
      const list = client.eventStreams.list({ take, ...(from === undefined ? {} : { from }) });
      const { response } = await call('reading the event streams', list);
      return checkpointPage('event streams', response, 'eventStreams', (entry) => ({
        id: String(entry['id']),
        entry,
      }));
    },
  });
  return [
    ...listed.flatMap((entry: unknown) => logStream(Object(entry))),
    ...events.flatMap(({ entry }) => eventStream(entry)),
  ];
}

function logStream(entry: Fields): Stream[] {
  if (entry['type'] !== 'http') return [];
  const { httpEndpoint, httpAuthorization } = Object(entry['sink']) as Fields;
  const filters = entry['filters'] ?? [];
  if (typeof httpEndpoint !== 'string' || !Array.isArray(filters)) throw malformed('log streams');
  return [
    {
      kind: 'log stream',
      name: String(entry['name'] ?? entry['id']),
      endpoint: httpEndpoint,
      status: String(entry['status']),
      isActive: entry['status'] === 'active',
      isAuthorized: typeof httpAuthorization === 'string' && httpAuthorization !== '',
      topics:
        filters.length === 0 ? undefined : filters.map((filter: unknown) => String(Object(filter).name)),
    },
  ];
}

function eventStream(entry: Fields): Stream[] {
  const { type, configuration } = Object(entry['destination']) as Fields;
  if (type !== 'webhook') return [];
  const { webhook_endpoint, webhook_authorization } = Object(configuration) as Fields;
  const { subscriptions } = entry;
  if (typeof webhook_endpoint !== 'string' || !Array.isArray(subscriptions)) throw malformed('event streams');
  const { method, header_key } = Object(webhook_authorization) as Fields;
  return [
    {
      kind: 'event stream',
      name: String(entry['name'] ?? entry['id']),
      endpoint: webhook_endpoint,
      status: String(entry['status']),
      isActive: entry['status'] === 'enabled',
      isAuthorized:
        method === 'bearer' ||
        (method === 'custom_header' && String(header_key).toLowerCase() === 'authorization'),
      topics: subscriptions.map((subscription: unknown) => String(Object(subscription).event_type)),
    },
  ];
}

function malformed(what: string): TenantError {
  return new TenantError(
    'answer_invalid',
    `reading the ${what}: the answer is of another form than documented`,
    'Run the command again; if it stays so, update claimgen, or report this.',
  );
}
