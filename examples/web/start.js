// npm start: the tenant, the API and the page, until Ctrl+C. Arguments are those of claimgen dev: npm start -- --port 4401
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { openHttpFeed } from '@claimgen/changes';
import { createVerifier } from '@claimgen/verifier';
import { createServer as createPage } from 'vite';
import { createApi } from './api.js';
import { orders } from './claimgen/verifier/orders.js';

// The tenant: in production it is Auth0's.
const claimgen = fileURLToPath(new URL('./bin.js', import.meta.resolve('@claimgen/generator')));
const tenant = spawn(process.execPath, [claimgen, 'dev', ...process.argv.slice(2)], {
  cwd: import.meta.dirname,
  stdio: ['ignore', 'pipe', 'inherit'],
});
tenant.on('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => tenant.kill());
tenant.stdout.pipe(process.stdout);
const [greeting] = await once(tenant.stdout, 'data');
const issuer = /http:\/\/localhost:\d+\//.exec(String(greeting))?.[0];
if (issuer === undefined) throw new Error('claimgen dev does not say where it is');

// The API, which follows what changes.
const feed = openHttpFeed(`${issuer}changes`, { secret: 'claimgen-dev-loopback' });
const verifier = createVerifier({
  issuer,
  layout: orders,
  // Tenant and API have the same clock here.
  clockTolerance: 0,
  changes: { feed, onStale: 'deny' },
});
const api = createServer(createApi(verifier)).listen(0, '127.0.0.1');
await once(api, 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (api.address());

// The page, bundled by Vite, which hands the API's requests on.
process.env['VITE_AUTH0_DOMAIN'] = issuer.slice(0, -1);
const page = await createPage({
  root: import.meta.dirname,
  logLevel: 'warn',
  server: { proxy: { '/api': `http://127.0.0.1:${port}` } },
});
await page.listen();
console.log(`Open ${page.resolvedUrls?.local[0]}`);
