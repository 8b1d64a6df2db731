// The largest catalog of which every user's token fits the default budget: node bench/size-limit.js
// `claimgen build` itself is asked, with the default payload; `npm run build` comes first.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@claimgen/generator';
import { number, printTable } from './size/print.js';
import { cloud } from './size/synthetic.js';

/** Nobody can hold more than all of these: names as long as a cloud provider's. */
const { permissions } = cloud('names', 60_000, 3, 1);

/** What the proof assumes of the rest of the token: the defaults, which hold for any tenant, or what a tenant states of itself. */
const ASSUMPTIONS = [
  ['any tenant (the defaults)', {}],
  [
    'one tenant: its issuer and key, users of its database, no organizations',
    { issuer: 'https://acme.eu.auth0.com/', keyIdBytes: 21, subjectBytes: 30, organization: false },
  ],
];

const rows = [];
for (const [label, token] of ASSUMPTIONS) {
  for (const [encoding, most] of [
    ['names', 2_000],
    ['bitset', permissions.length],
  ]) {
    const count = await largest(encoding, token, most);
    const { line, claim } = await prove(encoding, token, count);
    rows.push([label, encoding, number(count), number(claim), number(line)]);
  }
}
printTable(['token', 'encoding', 'permissions', 'largest claim, bytes', 'largest header line, bytes'], rows);

/** The most permissions within the budget. */
async function largest(encoding, token, most) {
  let [fits, over] = [1, most + 1];
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if ((await prove(encoding, token, middle)).over === 0) fits = middle;
    else over = middle;
  }
  return fits;
}

async function prove(encoding, token, count) {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-bench-'));
  // Spread over the whole list, so that names are as long as on average.
  const some = Array.from(
    { length: count },
    (_, i) => permissions[Math.floor((i * permissions.length) / count)],
  );
  writeFileSync(
    join(folder, 'catalog.json'),
    JSON.stringify({ permissions: some, roles: { everything: some } }),
  );
  writeFileSync(
    join(folder, 'claimgen.config.json'),
    JSON.stringify({
      catalog: 'catalog.json',
      claim: 'https://acme.example/permissions',
      action: { name: 'permissions', source: ['roles'] },
      audiences: { api: { audience: 'https://api.acme.example', globs: ['*'], encoding } },
      token,
    }),
  );
  let printed = '';
  await run({
    args: ['build', '--json', '--allow-over-budget'],
    cwd: folder,
    version: '0',
    readStdin: async () => '',
    out: (text) => {
      printed += text;
    },
    error: (text) => process.stderr.write(text),
  });
  rmSync(folder, { recursive: true });
  const [{ over, proof, claimBytes }] = JSON.parse(printed).audiences;
  return { over, line: proof.line, claim: claimBytes.atMost };
}
