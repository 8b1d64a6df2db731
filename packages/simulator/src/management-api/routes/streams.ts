// /log-streams and /event-streams: where the tenant sends what happens in it. The stand-in only lists them.
import { checkpointPage, listOf } from '../paging.ts';
import type { Route } from '../route.ts';

export const STREAM_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/log-streams',
    scopes: ['read:log_streams'],
    run: ({ tenant }) => ({ status: 200, body: [...tenant.logStreams.values()] }),
  },
  {
    method: 'GET',
    path: '/event-streams',
    scopes: ['read:event_streams'],
    run: ({ tenant, query, behaviour }) =>
      checkpointPage(listOf([...tenant.eventStreams.values()]), 'eventStreams', {
        query,
        cap: behaviour.pageCap,
      }),
  },
];
