// An issuer that gives tokens of a usual size after 50 ms, and counts them.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const DELAY = 50;
let grants = 0;

const server = createServer((request, response) => {
  request.resume().on('end', async () => {
    grants += 1;
    await sleep(DELAY);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: 'x'.repeat(900), token_type: 'Bearer', expires_in: 86_400 }));
  });
}).listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/` }));

// Callers that are busy must not find their connections closed.
server.keepAliveTimeout = 120_000;

process.on('message', (what) => {
  if (what === 'reset') grants = 0;
  else process.send({ grants });
});
