// A process of a fleet: at each message it sends so many requests at once, and tells what came.
import { createTokenCache } from '@claimgen/token-cache';
import { connectValkeyStore } from '@claimgen/token-cache/valkey';

const [issuer, store, pepper] = process.argv.slice(2);
const cache = createTokenCache({
  issuer,
  pepper,
  store: await connectValkeyStore(store),
  quotas: { requestsPerMinute: 1_000_000 },
  log: (line) => console.log(line),
});

process.on('message', async ({ count, body }) => {
  const ask = async () => {
    const response = await cache.handle(
      new Request('http://proxy/oauth/token', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      }),
    );
    return { status: response.status, ...(await response.json()) };
  };
  const answers = await Promise.all(Array.from({ length: count }, ask));
  process.send({
    statuses: [...new Set(answers.map(({ status }) => status))],
    tokens: [...new Set(answers.map(({ access_token }) => access_token))],
    expiresIn: Math.min(...answers.map(({ expires_in }) => expires_in)),
  });
});
process.send('ready');
