// A process with a handler of token requests and its callers: node callers.js <kind> <issuer> <store> <audience> <callers>
import { createTokenCache } from '@claimgen/token-cache';
import { connectValkeyStore } from '@claimgen/token-cache/valkey';

const [, , kind, issuer, store, audience, callers] = process.argv;
/** Requests that each caller sends, one after another. */
const EACH = 2;
/** Connections of a process to the issuer. */
let free = 100;
const queue = [];
const body = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: 'vendor',
  client_secret: 'correct-horse-battery-staple',
  audience,
}).toString();

const handle = await handler();
process.on('message', async () => {
  const times = [];
  const caller = async () => {
    for (let i = 0; i < EACH; i += 1) {
      const from = performance.now();
      const response = await handle(
        new Request('http://proxy/oauth/token', {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body,
        }),
      );
      await response.text();
      if (response.status !== 200) throw new Error(`status ${response.status}`);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: Number(callers) }, caller));
  process.send(times);
});
process.send({ url: '' });

async function handler() {
  if (kind === 'none') return ask;
  if (kind === 'map') return withMap();
  const cache = createTokenCache({
    issuer,
    pepper: 'pepper-of-the-bench-0123456789-abcdef',
    quotas: { requestsPerMinute: 1_000_000_000 },
    ...(kind === 'redis' ? { store: await connectValkeyStore(store) } : {}),
  });
  return cache.handle;
}

/** To the issuer and back. */
async function ask(request) {
  return new Response(await fetchToken(await request.text()));
}

/** With a pool of connections, as clients have one: the issuer would not accept them all at once. */
async function fetchToken(text) {
  if (free === 0) await new Promise((resolve) => queue.push(resolve));
  else free -= 1;
  try {
    const response = await fetch(`${issuer}oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: text,
    });
    return await response.text();
  } finally {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
  }
}

/** What teams write first: the client's id and the audience for a key, and whoever comes before the token asks as well. */
function withMap() {
  const tokens = new Map();
  return async (request) => {
    const text = await request.text();
    const parameters = new URLSearchParams(text);
    const key = `${parameters.get('client_id')} ${parameters.get('audience')}`;
    const kept = tokens.get(key);
    if (kept !== undefined && kept.until > Date.now()) return new Response(kept.text);
    const answer = await fetchToken(text);
    tokens.set(key, { text: answer, until: Date.now() + JSON.parse(answer).expires_in * 1000 });
    return new Response(answer);
  };
}
