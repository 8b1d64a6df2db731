// A hub over a journal, in a process of its own: node hub-process.js <folder> <port> <secret>
import { createServer } from 'node:http';
import { createHub, openJournal, toListener } from '@claimgen/changes';

const [, , folder, port, secret] = process.argv;
const hub = createHub({ feed: openJournal(folder, { create: true }), secret });
createServer(toListener(hub.fetch)).listen(Number(port), '0.0.0.0');
