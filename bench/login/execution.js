// Runs one Action in this process as Auth0 wraps it, and prints what a first login and later ones take: `execution.js <code.js> <event.json>`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';

const [, , codePath, eventPath] = process.argv;
const code = readFileSync(codePath, 'utf8');
const event = JSON.parse(readFileSync(eventPath, 'utf8'));

let claim;
const api = {
  access: {
    deny(reason) {
      throw new Error(reason);
    },
  },
  accessToken: {
    setCustomClaim(_name, value) {
      claim = value;
    },
    removeScope() {},
  },
};

const start = performance.now();
const module = { exports: {} };
compileFunction(code, ['module', 'exports', 'require', 'console'])(
  module,
  module.exports,
  createRequire(import.meta.url),
  console,
);
const login = module.exports.onExecutePostLogin;
await login(event, api);
const cold = performance.now() - start;

/** Milliseconds of logins that one figure is taken from. */
const BATCH = 30;
const batches = [];
for (let batch = 0; batch < 8; batch++) {
  const from = performance.now();
  let logins = 0;
  for (; performance.now() - from < BATCH; logins++) await login(event, api);
  batches.push((performance.now() - from) / logins);
}
// The first batches warm up.
const warm = batches.slice(3).sort((a, b) => a - b)[2];
console.log(JSON.stringify({ cold, warm: warm * 1000, claim: JSON.stringify(claim).length }));
