// For runtimes with a process: prints the lines. The first argument is the address of a server that keeps what it is given.
import { verifyAll } from './verify-all.js';

const { argv } = globalThis.process;
const address = argv.find((argument) => argument.startsWith('http:'));
const lines = await verifyAll(async (jwks) => {
  await fetch(address, { method: 'PUT', body: JSON.stringify(jwks) });
  return address;
});
console.log(lines.join('\n'));
