// The fourth act of the demo: an administrator takes a permission away, and the next request knows.
import { createServer } from 'node:http';
import { openMemoryLog, publish } from '@claimgen/changes';
import { createFetch } from '@claimgen/client';
import { createVerifier } from '@claimgen/verifier';
import { authenticate } from '@claimgen/verifier/node';

const REOPEN = 'orders:picking-lists:reopen-completed';
const HOUR = 3600;

/**
 * What each request of the two users gets, before and after.
 * @param options of the verifier
 * @param login resolves to a token of a user, issued so many seconds ago
 */
export async function takeAway(options, doris, adam, login) {
  const log = openMemoryLog(); // for a fleet: openValkeyLog, or a hub
  const stop = new AbortController();
  const verifier = createVerifier({
    ...options,
    changes: { feed: log, onStale: 'deny', signal: stop.signal },
  });
  await verifier.prefetch();
  const reopen = authenticate(verifier, (_request, response) => response.end(), { requires: REOPEN });
  const anything = authenticate(verifier, (_request, response) => response.end());
  const api = createServer((request, response) =>
    (request.url === '/reopen' ? reopen : anything)(request, response),
  );
  await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${api.address().port}`;

  const clients = await Promise.all([doris, adam].map((user) => openClient(user, login)));
  const rows = [];
  const ask = async (when, path) => {
    for (const client of clients) {
      const { status } = await client.fetch(origin + path);
      rows.push({ when, user: client.user.name, request: path, sent: client.answers(), answer: status });
    }
  };
  await ask('before', '/reopen');
  // In Auth0, and at once to all APIs. It was done a minute ago: otherwise Retry-After would tell the client to wait 20 s.
  doris.app_metadata.permissions = doris.app_metadata.permissions.filter((name) => name !== REOPEN);
  const { version } = verifier.freshness();
  await publish(log, { sub: doris.user_id, lost: [REOPEN], at: Date.now() - 60_000, by: adam.name });
  while (verifier.freshness().version === version) await new Promise((resolve) => setTimeout(resolve, 1));
  await ask('after', '/reopen');
  await ask('after', '/anything');
  stop.abort();
  await log.close();
  await new Promise((resolve) => {
    api.close(resolve);
    api.closeAllConnections();
  });
  return rows;
}

/** A page that was loaded an hour ago. */
async function openClient(user, login) {
  let token = await login(user, HOUR);
  let seen = [];
  return {
    user,
    /** What the API answered to the last request: each time that it was sent. */
    answers() {
      const text = seen.join(', then ');
      seen = [];
      return text;
    },
    fetch: createFetch({
      getToken: async () => token,
      async refreshToken() {
        token = await login(user, 0);
        return token;
      },
      async fetch(...call) {
        const response = await fetch(...call);
        const isStale = response.headers.get('www-authenticate')?.includes('reason="stale"');
        seen.push(`${response.status}${isStale ? ' stale' : ''}`);
        return response;
      },
    }),
  };
}
