// How long `claimgen dev` takes: from its start to the first token, and a login's round trip (authorize to token, the cookies
// of a browser, no page): `node bench/dev.js [logins]`. The project is examples/acme.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const LOGINS = Number(process.argv[2] ?? 200);
const CALLBACK = 'http://localhost:3000/callback';
const bin = fileURLToPath(new URL('./bin.js', import.meta.resolve('@claimgen/generator')));
const project = fileURLToPath(new URL('../examples/acme', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
const fixtures = join(folder, 'users.yaml');
writeFileSync(fixtures, 'users: [{id: auth0|clerk, roles: [Order Clerk]}]\n');
const started = performance.now();
const dev = spawn(process.execPath, [bin, 'dev', '--json', '--port', '0', '--fixtures', fixtures], {
  cwd: project,
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = await once(createInterface(dev.stdout), 'line');
  const { issuer } = JSON.parse(line);
  await login(issuer);
  console.log(`start to first token: ${((performance.now() - started) / 1_000).toFixed(2)} s`);
  const times = [];
  for (let round = 0; round < LOGINS; round += 1) {
    const begun = performance.now();
    await login(issuer);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(1);
  console.log(`login round trip: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, of ${LOGINS} logins`);
} finally {
  dev.kill();
  rmSync(folder, { recursive: true });
}

async function login(issuer) {
  const verifier = randomBytes(32).toString('base64url');
  const cookies = new Map();
  const query = new URLSearchParams({
    client_id: 'web',
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid profile offline_access',
    audience: 'https://orders.acme.example',
    login_hint: 'auth0|clerk',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  let url = new URL(`authorize?${query}`, issuer);
  while (url.href.startsWith(issuer)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    await response.arrayBuffer();
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      cookies.set(name, value);
    }
    url = new URL(response.headers.get('location'), issuer);
  }
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: 'web',
    code: url.searchParams.get('code'),
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  });
  const { access_token } = await (
    await fetch(new URL('oauth/token', issuer), { method: 'POST', body })
  ).json();
  if (typeof access_token !== 'string') throw new Error('there is no token');
}
