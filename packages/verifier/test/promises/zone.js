// A process of its own, since Zone.js replaces what all code of a process shares: node process.js <folder of the built package>.
// Prints, as JSON, what came of refusals under Zone.js: those that were awaited, and those that nobody looked at.
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import 'zone.js/node';
import { bad, good, issuer, jwk, layout, publicKey } from './tokens.js';

const { createVerifier, createKeySet } = await import(`${process.argv[2]}/index.js`);
const { Zone } = globalThis;

const down = () => Promise.reject(new Error('down'));
const late = async () => {
  await wait(5);
  throw new Error('down');
};
// Not a port that nobody listens at: when a connection fails, Node's own fetch leaves a rejection of its own unhandled here.
const server = createServer((_request, response) => response.writeHead(500).end());
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const sources = {
  fixed: { keys: [jwk] },
  function: async () => ({ keys: [jwk] }),
  key: () => publicKey,
  down,
  late,
  throws() {
    throw new Error('down');
  },
  never: () => new Promise(() => {}),
  failing: `http://127.0.0.1:${server.address().port}/jwks.json`,
};

let unhandled = 0;
process.on('unhandledRejection', () => {
  unhandled += 1;
});
// Zone.js prints them as well.
const print = console.error;
console.error = () => {};

const outcomes = {};
for (const [name, source] of Object.entries(sources)) {
  const jwks = createKeySet(source, { deadline: 0.02, failureCooldown: 0.005, cooldown: 0.005 });
  const verifier = createVerifier({ issuer, layout, jwks });
  // In the root zone, and in one of an application's own, awaited and by callbacks.
  for (const zone of [Zone.root, Zone.current.fork({ name: 'app' })]) {
    for (const [kind, token] of Object.entries({ good, ...bad })) {
      const codes = await zone.run(async () => {
        let awaited = 'verified';
        try {
          await verifier.verify(token);
        } catch (error) {
          awaited = error.code;
        }
        const caught = await verifier.verify(token).then(
          () => 'verified',
          (error) => error.code,
        );
        return [awaited, caught];
      });
      outcomes[`${name} ${kind}`] = [...new Set([...(outcomes[`${name} ${kind}`] ?? []), ...codes])];
    }
    await zone.run(() => verifier.prefetch().catch(() => {}));
  }
}
await wait(50);
const awaited = unhandled;
unhandled = 0;
const verifier = createVerifier({ issuer, layout, jwks: sources.fixed });
for (const token of Object.values(bad)) void verifier.verify(token);
for (let turn = 0; turn < 400 && unhandled < Object.keys(bad).length; turn++) await wait(25);
console.error = print;
const replaced = String(globalThis.Promise) !== String((async () => {})().constructor);
console.log(
  JSON.stringify({ replaced, awaited, ignored: unhandled, bad: Object.keys(bad).length, outcomes }),
);
process.exit(0);
