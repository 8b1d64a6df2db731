import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = ['packages/action-runtime', 'packages/verifier', 'packages/generator'];

/** Runs a command and returns what it printed; throws with all of it when it fails. */
function execute(cwd: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  }
}

describe('the packed packages, installed in an empty project', () => {
  const project = mkdtempSync(join(tmpdir(), 'claimgen-package-'));
  const write = (path: string, text: string) => writeFileSync(join(project, path), text);

  beforeAll(() => {
    const tarballs = join(project, 'tarballs');
    mkdirSync(tarballs);
    for (const folder of PACKAGES)
      execute(join(root, folder), 'npm', 'pack', '--silent', '--pack-destination', tarballs);
    write('package.json', JSON.stringify({ name: 'empty', private: true, type: 'module' }));
    execute(
      project,
      'npm',
      'install',
      '--no-audit',
      '--no-fund',
      'typescript@7.0.2',
      '@types/node@20',
      ...readdirSync(tarballs).map((name) => `./tarballs/${name}`),
    );
    write(
      'catalog.json',
      JSON.stringify({ permissions: ['orders:read', 'orders:write'], roles: { Clerk: ['orders:read'] } }),
    );
    write(
      'claimgen.config.yaml',
      `catalog: ./catalog.json
claim: https://acme.example/permissions
audiences:
  orders: { audience: https://orders.acme.example, prefixes: ["orders:"] }
`,
    );
    write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2023',
          strict: true,
          skipLibCheck: false,
          noEmit: true,
          types: ['node'],
        },
        include: ['*.ts'],
      }),
    );
  });

  afterAll(() => rmSync(project, { recursive: true }));

  it('build with npx claimgen build', () => {
    expect(execute(project, 'npx', 'claimgen', 'build')).toContain('orders  https://orders.acme.example');
  });

  it('verify a token with the generated module', () => {
    write(
      'verify.js',
      `import { createVerifier, hasPermission } from '@claimgen/verifier';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { orders } from './claimgen/verifier/orders.js';

const { privateKey, publicKey } = await generateKeyPair('RS256');
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
const token = await new SignJWT({ [orders.claim]: orders.lineages[0][0].id + '.' + 'Ag' })
  .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k' })
  .setIssuer('https://acme.eu.auth0.com/').setSubject('auth0|1').setAudience('https://orders.acme.example').setIssuedAt().setExpirationTime('1h')
  .sign(privateKey);
const access = await createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: orders, jwks }).verify(token);
console.log([...access.permissions], hasPermission(access, 'orders:read'), hasPermission(access, 'orders:write'));
`,
    );
    expect(execute(project, 'node', 'verify.js')).toMatch(
      /^\[ 'orders:(?:read|write)' \] (?:true false|false true)\n$/,
    );
  });

  const source = (
    permission: string,
    module: string,
  ) => `import { createVerifier, hasPermission } from '@claimgen/verifier';
import { ${module} } from './claimgen/verifier/${module}.js';

const verifier = createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: ${module} });
export const allowed: boolean = hasPermission(await verifier.verify('token'), ${JSON.stringify(permission)});
`;

  it('type-check, and a misspelt permission does not compile', () => {
    write('right.ts', source('orders:read', 'orders'));
    execute(project, 'npx', 'tsc');
    write('wrong.ts', source('orders:raed', 'orders'));
    expect(() => execute(project, 'npx', 'tsc')).toThrow(/wrong\.ts.*TS2345.*orders:raed/s);
    rmSync(join(project, 'wrong.ts'));
  });

  it('run the Action in the simulator, and type-check a test that does', () => {
    const test = `import { readFileSync } from 'node:fs';
import { issueAccessToken, loadAction, loginEvent } from '@claimgen/generator/simulate';

const action = loadAction(readFileSync('claimgen/actions/claimgen-permissions/code.js', 'utf8'));
const event = loginEvent({ audience: 'https://orders.acme.example', user: { roles: ['Clerk'] } });
const result = await action.login(event);
const token = issueAccessToken(result, event, { issuer: 'https://acme.eu.auth0.com/' }, { at: 0, id: '' });
console.log(result.outcome, typeof token?.['https://acme.example/permissions']);
`;
    write('simulated.ts', test);
    execute(project, 'npx', 'tsc');
    write('simulated.js', test);
    expect(execute(project, 'node', 'simulated.js')).toBe('allowed string\n');
  });

  it('type-check with 14,000 permissions, too', () => {
    write(
      'catalog.json',
      JSON.stringify({
        permissions: [
          'orders:read',
          'orders:write',
          ...Array.from({ length: 14_000 }, (_, index) => `many:permission-${index}`),
        ],
        roles: { Clerk: ['orders:read', 'many:permission-0'] },
      }),
    );
    write(
      'claimgen.config.yaml',
      `catalog: ./catalog.json
claim: https://acme.example/permissions
audiences:
  orders: { audience: https://orders.acme.example, prefixes: ["orders:"] }
  many: { audience: https://many.acme.example, prefixes: ["many:"] }
`,
    );
    execute(project, 'npx', 'claimgen', 'build');
    write('right.ts', source('many:permission-13999', 'many'));
    execute(project, 'npx', 'tsc');
    write('wrong.ts', source('many:permission-14000', 'many'));
    expect(() => execute(project, 'npx', 'tsc')).toThrow(/wrong\.ts.*TS2345/s);
  });
});
