// A process whose global Promise throws whatever is done with it: node unusable.js <folder of the built package>.
// Prints, as JSON, the code that each token is refused with, by source of keys.
import { bad, good, issuer, jwk, layout, publicKey } from './tokens.js';

const { createVerifier, createKeySet } = await import(`${process.argv[2]}/index.js`);
const Native = Promise;
const sources = {
  fixed: { keys: [jwk] },
  function: async () => ({ keys: [jwk] }),
  key: () => publicKey,
  async down() {
    throw new Error('down');
  },
  never: () => new Native(() => {}),
};

function unusable() {
  throw new Error('the global Promise was used');
}
globalThis.Promise = Object.assign(unusable, {
  resolve: unusable,
  reject: unusable,
  race: unusable,
  all: unusable,
});

const outcomes = {};
for (const [name, source] of Object.entries(sources)) {
  const jwks = createKeySet(source, { deadline: 0.02, failureCooldown: 0.001 });
  const verifier = createVerifier({ issuer, layout, jwks });
  for (const [kind, token] of Object.entries({ ...bad, good, again: good })) {
    try {
      await verifier.verify(token);
      outcomes[`${name} ${kind}`] = 'verified';
    } catch (error) {
      outcomes[`${name} ${kind}`] = error.code ?? error.message;
    }
  }
}
console.log(JSON.stringify(outcomes));
process.exit(0);
