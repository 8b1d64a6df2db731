// Our packages as npm publishes them, installed beside others' packages in a folder of projects.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a command printed; throws with all of it when it fails. */
export function execute(cwd: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  }
}

/** Writes files below a folder; objects as JSON. */
export function write(folder: string, files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** A folder whose node_modules have the tarballs of `packages` and what else is named. */
export function installed(packages: readonly string[], others: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-projects-'));
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  for (const name of packages)
    execute(join(root, 'packages', name), 'npm', 'pack', '--silent', '--pack-destination', tarballs);
  write(folder, { 'package.json': { name: 'projects', private: true } });
  const files = readdirSync(tarballs).map((name) => `./tarballs/${name}`);
  execute(folder, 'npm', 'install', '--no-audit', '--no-fund', '--legacy-peer-deps', ...files, ...others);
  return folder;
}

/** What `claimgen build` needs for an audience `orders` of two permissions. */
export const CLAIMGEN_FILES: Readonly<Record<string, string | object>> = {
  'catalog.json': { permissions: ['orders:read', 'orders:write'], roles: { Clerk: ['orders:read'] } },
  'claimgen.config.json': {
    catalog: './catalog.json',
    claim: 'https://acme.example/permissions',
    audiences: { orders: { audience: 'https://orders.acme.example', prefixes: ['orders:'] } },
  },
};

/** `sign(orders)` makes a token with the first permission, by Node's crypto; `jwks` verifies it. */
export const ISSUER = `
import { generateKeyPairSync, sign as signBytes } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] };
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function sign(layout: { readonly claim: string; readonly lineages: readonly (readonly { readonly id: string }[])[] }): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://acme.eu.auth0.com/', sub: 'auth0|1', aud: 'https://orders.acme.example', iat: now, exp: now + 600,
    [layout.claim]: layout.lineages[0]?.[0]?.id + '.Ag',
  };
  const signed = encode({ alg: 'RS256', typ: 'JWT', kid: 'k' }) + '.' + encode(claims);
  return signed + '.' + signBytes('sha256', Buffer.from(signed), privateKey).toString('base64url');
}
`;
