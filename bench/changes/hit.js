// What the option `changes` adds to a token that the cache has, and what a request asks anybody.
import { openMemoryLog, publish } from '@claimgen/changes';
import { createVerifier, hasPermission } from '@claimgen/verifier';
import { createTestIssuer } from '@claimgen/verifier/testing';
import { authenticateHeader } from '../../packages/verifier/dist/bearer.js';
import { number, printTable } from '../size/print.js';
import { compare } from './time.js';

const layout = {
  format: 'claimgen-layout-1',
  name: 'orders',
  audience: 'https://orders.example',
  claim: 'https://acme.example/permissions',
  active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read', 'orders:refund'] }]],
  withdrawn: [],
};

const CALLS = 20_000;
const ROUNDS = 400;

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
  const another = openMemoryLog();
  const concerned = await make({ changes: { feed: another, onStale: 'deny', signal: stop.signal } });
  await publish(another, { sub: 'auth0|1', lost: ['orders:refund'], at: Date.now() - 1000 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const asks = [without, withChanges, concerned];
  for (const ask of asks) if (!ask()) throw new Error('the token is not in the cache');
  const readsBefore = reads;
  const fetchBefore = globalThis.fetch;
  let fetched = 0;
  globalThis.fetch = (...call) => {
    fetched += 1;
    return fetchBefore(...call);
  };
  const [before, unchanged, changed] = compare(asks, CALLS, ROUNDS);
  const asked = reads - readsBefore + fetched;
  globalThis.fetch = fetchBefore;
  stop.abort();
  console.log('\nA request whose token the cache has, and one permission\n');
  printTable(
    ['', ''],
    [
      ['without `changes`', `${number(before)} ns`],
      ['with it, nothing has changed', `${number(unchanged)} ns, ${number(unchanged - before, 1)} more`],
      ['with it, another permission of the user has changed', `${number(changed)} ns`],
      [`asked of log or network by ${number(ROUNDS * CALLS)} requests`, number(asked)],
    ],
  );
}
