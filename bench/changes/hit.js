// What the option `changes` adds to a token that the cache has, and what a request asks anybody.
import { openMemoryLog, publish } from '@claimgen/changes';
import { createVerifier, hasPermission } from '@claimgen/verifier';
import { createTestIssuer } from '@claimgen/verifier/testing';
import { authenticateHeader } from '../../packages/verifier/dist/bearer.js';
import { number, printTable } from '../size/print.js';
import { nanoseconds } from './time.js';

const layout = {
  format: 'claimgen-layout-1',
  name: 'orders',
  audience: 'https://orders.example',
  claim: 'https://acme.example/permissions',
  active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read', 'orders:refund'] }]],
  withdrawn: [],
};

export async function hit() {
  const issuer = await createTestIssuer(layout);
  const log = openMemoryLog();
  let reads = 0;
  const feed = {
    read(...call) {
      reads += 1;
      return log.read(...call);
    },
  };
  const stop = new AbortController();
  const header = `Bearer ${await issuer.sign({ subject: 'auth0|1', permissions: ['orders:read', 'orders:refund'] })}`;
  const make = async (changes) => {
    const verifier = createVerifier({ ...issuer.options, cache: true, ...changes });
    await verifier.prefetch();
    await authenticateHeader(verifier, header);
    return () => hasPermission(authenticateHeader(verifier, header), 'orders:read');
  };
  const without = await make({});
  const withChanges = await make({ changes: { feed, onStale: 'deny', signal: stop.signal } });
  for (const ask of [without, withChanges]) if (!ask()) throw new Error('the token is not in the cache');
  const calls = 100_000;
  const before = nanoseconds(without, calls);
  const readsBefore = reads;
  const fetchBefore = globalThis.fetch;
  let fetched = 0;
  globalThis.fetch = (...call) => {
    fetched += 1;
    return fetchBefore(...call);
  };
  const unchanged = nanoseconds(withChanges, calls);
  const asked = reads - readsBefore + fetched;
  globalThis.fetch = fetchBefore;
  await publish(log, { sub: 'auth0|1', lost: ['orders:refund'], at: Date.now() - 1000 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const concerned = nanoseconds(withChanges, calls);
  stop.abort();
  console.log('\nA request whose token the cache has, and one permission\n');
  printTable(
    ['', ''],
    [
      ['without `changes`', `${number(before)} ns`],
      ['with it, nothing has changed', `${number(unchanged)} ns`],
      ['with it, another permission of the user has changed', `${number(concerned)} ns`],
      [`asked of log or network by ${number(50 * calls)} requests`, number(asked)],
    ],
  );
}
