// From claimgen.config.yaml to hasPermission(), with nothing left out but Auth0 itself:
// builds, runs the Action for the people of users.json, signs their tokens, verifies them over HTTP.
//
//   node demo.js         the dev tenant
//   node demo.js prod    the prod tenant, with the same verifier modules
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { issueAccessToken, loadAction, loginEvent } from '@claimgen/generator/simulate';
import { createVerifier, hasPermission } from '@claimgen/verifier';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { takeAway } from './take-away.js';

const NGINX = 8192; // bytes that a stock nginx takes in one header line
const prod = process.argv[2] === 'prod';
const domain = prod ? 'acme.com' : 'acme.example';
const issuer = 'https://acme.eu.auth0.com/';
const scopes = ['openid', 'profile', 'email', 'offline_access'];

// 1. Build, as a developer or CI does.
run('claimgen', ['build', ...(prod ? ['--env', 'prod'] : [])]);

// 2. The emitted Action, in a host that behaves as Auth0 does.
const actionFolder = prod ? 'claimgen/prod/actions' : 'claimgen/actions';
const action = loadAction(readText(`${actionFolder}/acme-permissions/code.js`));

// 3. The tenant's signing key, and its key set on loopback.
const { publicKey, privateKey } = await generateKeyPair('RS256');
const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'demo', alg: 'RS256', use: 'sig' }] };
const keyServer = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(keySet));
});
await new Promise((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
const jwks = `http://127.0.0.1:${keyServer.address().port}/.well-known/jwks.json`;

// 4. Three APIs, each with the module that was generated for it.
const { orders } = await import('./claimgen/verifier/orders.js');
const { billing } = await import('./claimgen/verifier/billing.js');
const { support } = await import('./claimgen/verifier/support.js');
const apis = [orders, billing, support].map((layout) => {
  const audience = `https://${layout.name}.${domain}`;
  return { name: layout.name, audience, verifier: createVerifier({ issuer, layout, audience, jwks }) };
});

// 5. Everybody logs in to every API.
const users = JSON.parse(readText('users.json'));
const rows = [];
const accesses = new Map(); // by user and API: what the API knows after verifying the token
for (const user of users) {
  for (const api of apis) {
    const event = loginEvent({
      audience: api.audience,
      scopes,
      user: { id: user.user_id, roles: user.roles, appMetadata: user.app_metadata },
      organization: user.organization,
    });
    const login = await action.login(event);
    const token = await sign(issueAccessToken(login, event, { issuer }, issuance()));
    const access = await api.verifier.verify(token);
    accesses.set(`${user.name} ${api.name}`, access);

    // The same login as Auth0 has it without claimgen: dialect access_token_authz, no custom claim.
    const stock = { issuer, stockPermissions: stockPermissions(user, api.audience) };
    const stockToken = await sign(
      issueAccessToken({ ...login, accessTokenClaims: {} }, event, stock, issuance()),
    );
    rows.push({
      user: user.name,
      API: api.name,
      permissions: access.permissions.size,
      'stock bytes': lineBytes(stockToken),
      'claimgen bytes': lineBytes(token),
      nginx: `${fits(lineBytes(stockToken))} -> ${fits(lineBytes(token))}`,
    });
  }
}
keyServer.close();

console.log('\nAuthorization line of each user and API, in bytes:');
printTable(rows);

// 6. What an API asks.
const questions = [
  ['orders', 'orders:sales-orders:create-draft'],
  ['orders', 'orders:sales-orders:approve-above-limit'],
  ['orders', 'orders:picking-lists:reopen-completed'],
  ['orders', 'reports:*'],
  ['orders', 'billing/read:invoices'],
  ['billing', 'post:ledger-entries'],
  ['support', 'support:tickets:create'],
];
console.log('\nhasPermission(access, …):');
printTable(
  questions.map(([api, permission]) => ({
    API: api,
    permission,
    ...Object.fromEntries(
      users.map(({ name }) => [
        name.split(',')[0],
        hasPermission(accesses.get(`${name} ${api}`), permission),
      ]),
    ),
  })),
);

// 7. Adam takes a permission from Doris: her next request knows, and nobody else notices.
const byName = (name) => users.find((user) => user.name.startsWith(name));
const ordersApi = `https://orders.${domain}`;
const tokenFor = async (user, ago) => {
  const event = loginEvent({
    audience: ordersApi,
    scopes,
    user: { id: user.user_id, roles: user.roles, appMetadata: user.app_metadata },
  });
  const { at, id } = issuance();
  return sign(issueAccessToken(await action.login(event), event, { issuer }, { at: at - ago, id }));
};
console.log('\nAdam takes orders:picking-lists:reopen-completed from Doris:');
printTable(
  await takeAway(
    { issuer, layout: orders, audience: ordersApi, jwks: keySet },
    byName('Doris'),
    byName('Adam'),
    tokenFor,
  ),
);

// 8. The point of it all.
summarise("Auth0's stock permissions claim", 'stock bytes');
summarise('claimgen', 'claimgen bytes');
process.exitCode = rows.every((row) => row['claimgen bytes'] <= NGINX) ? 0 : 1;

function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}\n`);
  const program = fileURLToPath(new URL('./bin.js', import.meta.resolve('@claimgen/generator')));
  execFileSync(process.execPath, [program, ...args], { cwd: import.meta.dirname, stdio: 'inherit' });
}

function readText(path) {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function issuance() {
  return { at: Math.floor(Date.now() / 1000), id: crypto.randomUUID() };
}

function sign(payload) {
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'demo' }).sign(privateKey);
}

/** What a request carries: the whole header line. */
function lineBytes(token) {
  return Buffer.byteLength(`Authorization: Bearer ${token}\r\n`);
}

/** The user's permissions for one API as Auth0 lists them: those of the roles and those assigned directly. */
function stockPermissions(user, audience) {
  const tenant = prod ? 'tenants/prod' : 'tenant';
  const load = (folder) =>
    readdirSync(new URL(`${tenant}/${folder}`, import.meta.url)).map((file) =>
      JSON.parse(readText(`${tenant}/${folder}/${file}`)),
    );
  const api = load('resource-servers').find(({ identifier }) => identifier === audience);
  const ofRoles = load('roles')
    .filter(({ name }) => user.roles.includes(name))
    .flatMap(({ permissions }) => permissions)
    .filter(({ resource_server_identifier }) => resource_server_identifier === audience)
    .map(({ permission_name }) => permission_name);
  const direct = user.app_metadata?.permissions ?? [];
  return api.scopes
    .map(({ value }) => value)
    .filter((name) => ofRoles.includes(name) || direct.includes(name));
}

function fits(bytes) {
  return bytes <= NGINX ? 'fits' : '400';
}

function summarise(title, column) {
  const over = rows.filter((row) => row[column] > NGINX);
  const largest = Math.max(...rows.map((row) => row[column]));
  const verdict =
    over.length === 0
      ? 'every token fits'
      : `${over.length} of ${rows.length} tokens (${over.map((row) => `${row.user}, at ${row.API}`).join('; ')}) do not fit`;
  console.log(`\n${title}: the largest line has ${largest} bytes; ${verdict} nginx's ${NGINX}.`);
}

function printTable(records) {
  const cells = [Object.keys(records[0]), ...records.map(Object.values)].map((row) =>
    row.map((value) => (value === true ? 'yes' : value === false ? '-' : String(value))),
  );
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) console.log(row.map((text, column) => text.padEnd(widths[column])).join('  '));
}
