// Pulls from the stand-in and prints what it took: node pull.js <origin> <start> <speed> <file>.
import {
  catalogFile,
  formatDuration,
  formatRemaining,
  openJournal,
  openTenant,
  pull,
  SCOPES,
  writeWhole,
} from '@claimgen/tenant';
import { fastClock } from './clock.js';

const [, , origin, start, speed, file] = process.argv;
const clock = fastClock(Number(start), Number(speed));
const { host } = new URL(origin);
let answers = 0;
let refused = 0;
let paused = 0;
const tenant = await openTenant({
  credentials: {
    kind: 'client',
    domain: host,
    clientId: 'bench',
    clientSecret: 'bench',
    readFrom: 'the bench',
  },
  needs: SCOPES.pull,
  clock,
  // The certificate of loopback is not what is measured.
  transport: (request) => fetch(new Request(request.url.replace(/^https:/u, 'http:'), request)),
  onEvent: (event) => {
    if (event.kind === 'wait') paused += event.ms;
    if (event.kind !== 'answer') return;
    answers++;
    if (event.status === 429) refused++;
  },
});
let told;
const begun = clock.now();
const realBegun = Date.now();
const journal = openJournal(`${file}.journal`, host, clock.now);
const found = await pull(tenant, {
  journal,
  onProgress: (progress) => {
    told ??= formatRemaining(progress);
  },
});
await writeWhole(file, catalogFile(found));
await journal.discard();
const took = (clock.now() - begun) / 1_000;
console.log(
  JSON.stringify({
    told,
    took: formatDuration(took),
    paused: formatDuration(paused / 1_000),
    rate: answers / took,
    answers,
    refused,
    realSeconds: (Date.now() - realBegun) / 1_000,
    megabytes: process.resourceUsage().maxRSS / 1_024,
    roles: found.roles.length,
    permissions: found.roles.reduce((sum, role) => sum + role.permissions.length, 0),
  }),
);
