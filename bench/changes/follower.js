// An API process: `feeds` verifiers that follow a log, and tell the parent when they refuse: node follower.js <log> <feeds>
import { FeedState } from '../../packages/verifier/dist/changes/feed-state.js';
import { follow } from '../../packages/verifier/dist/changes/follow.js';
import { Judge } from '../../packages/verifier/dist/changes/judge.js';
import { ChangeTable } from '../../packages/verifier/dist/changes/table.js';
import { openLog } from './logs.js';

const [, , place, feeds] = process.argv;
const asOf = Date.now() - 3_600_000;
let live = 0;
const started = performance.now();
const before = memory();

for (let i = 0; i < Number(feeds); i += 1) {
  const table = new ChangeTable({ audience: 'orders', names: { has: () => true } });
  const state = new FeedState(table, 30_000);
  let next = 0;
  let isLive = false;
  follow(openLog(place), state, {
    monotonic: () => performance.now(),
    wall: () => Date.now(),
    signal: new AbortController().signal,
    onError: (error) => console.error(error.message),
    onFrame: () => {
      if (!isLive && state.status(performance.now()) === 'live') {
        isLive = true;
        live += 1;
        if (live === Number(feeds)) {
          const ready = performance.now() - started;
          const cpu = process.cpuUsage().user / 1000;
          // What the snapshot was made of is held until the next frame.
          setTimeout(() => {
            process.send({ live: ready, cpu, bytes: memory() - before, kept: table.counts.kept });
          }, 500);
        }
      }
      // The clock of the machine: the same for every process.
      const now = process.hrtime.bigint();
      for (;;) {
        const token = { sub: `bench|${next}`, org: undefined, machine: false, asOf };
        if (new Judge(table, token, 20_000).staleness('orders:refund', true) === undefined) break;
        process.send({ number: next, at: String(now) });
        next += 1;
      }
    },
  });
}
setInterval(() => {}, 1000);

/** What is still held. */
function memory() {
  // What the first leaves to be collected is collected by the second.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
