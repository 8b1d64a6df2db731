// A process of a fleet: at each message it asks so many times at once, and tells what came.
import { createResolver } from '@claimgen/resolver';
import { valkeyStore } from '@claimgen/resolver/valkey';
import { createClient } from '@redis/client';

const { url, options, query } = JSON.parse(process.argv[2]);
const resolver = createResolver({
  ...options,
  store: valkeyStore(createClient({ url })),
  log: (line) => console.log(line),
  fetch: (request) => fetch(new Request(request.url.replace(/^https:/u, 'http:'), request)),
});

process.on('message', async ({ count, more }) => {
  const ask = () =>
    resolver.resolve({ ...query, ...more }).then(
      ({ claim }) => claim,
      ({ code }) => code,
    );
  process.send([...new Set(await Promise.all(Array.from({ length: count }, ask)))]);
});
process.send('ready');
