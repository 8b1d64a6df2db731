// A hub in a process of its own, over a journal: node hub.js <folder>
import { createServer } from 'node:http';
import { createHub, openJournal, toListener } from '@claimgen/changes';
import { SECRET } from './logs.js';

const hub = createHub({
  feed: openJournal(process.argv[2], { create: true }),
  secret: SECRET,
  log: console.error,
});
const server = createServer(toListener(hub.fetch)).listen(0, '127.0.0.1', () =>
  process.send({ port: server.address().port }),
);
