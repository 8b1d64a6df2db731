import { expect, it } from 'vitest';
import { createHub } from '../../src/hub/hub.ts';
import { openMemoryLog } from '../../src/memory-log.ts';
import { receiveLogStream } from '../../src/receivers/webhook.ts';

const secret = 'correct-horse-battery';

it('a sender that goes while it sends is no fault of the log: it is asked to try again, and nobody is told', async () => {
  const log = openMemoryLog();
  const names = {
    sources: { roles: true, managementApi: false, event: [] },
    permissions: [],
    roles: [],
  };
  const told: unknown[] = [];
  const hub = createHub({
    feed: log,
    secret,
    routes: [receiveLogStream({ path: '/auth0/logs', secret, log, names })],
    log: (error) => told.push(error),
  });
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"log_id":'));
      controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    },
  });
  const { status } = await hub.fetch(
    new Request('http://localhost/auth0/logs', {
      method: 'POST',
      headers: { authorization: secret },
      body,
      duplex: 'half',
    } as RequestInit),
  );
  hub.close();
  expect([status, told, (await log.snapshot()).records]).toEqual([503, [], []]);
});
