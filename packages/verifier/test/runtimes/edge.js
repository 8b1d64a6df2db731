// For Vercel's edge-runtime, which runs scripts and no modules. ADDRESS is that of a server that keeps what it is given.
import { verifyAll } from './verify-all.js';

async function main() {
  const lines = await verifyAll(async (jwks) => {
    await fetch(ADDRESS, { method: 'PUT', body: JSON.stringify(jwks) });
    return ADDRESS;
  });
  console.log(lines.join('\n'));
}

main();
