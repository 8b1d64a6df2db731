// For workerd: `workerd test` runs the entry point's test(). ADDRESS is that of a server that keeps what it is given.
import { verifyAll } from './verify-all.js';

export default {
  async test(_controller, env) {
    const lines = await verifyAll(async (jwks) => {
      await fetch(env.ADDRESS, { method: 'PUT', body: JSON.stringify(jwks) });
      return env.ADDRESS;
    });
    console.log(lines.join('\n'));
  },
};
