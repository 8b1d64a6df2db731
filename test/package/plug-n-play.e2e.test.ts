// Yarn's Plug'n'Play keeps packages in archives, which no Node but the one that Yarn has started can look into.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const YARN = ['-y', '@yarnpkg/cli-dist@4.18.1'];

function execute(cwd: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  }
}

describe("a project of Yarn with Plug'n'Play", () => {
  const project = mkdtempSync(join(tmpdir(), 'claimgen-pnp-'));

  beforeAll(() => {
    const tarballs = join(project, 'tarballs');
    mkdirSync(tarballs);
    for (const folder of ['packages/action-runtime', 'packages/verifier', 'packages/generator', 'templates'])
      execute(join(root, folder), 'npm', 'pack', '--silent', '--pack-destination', tarballs);
    const packed = Object.fromEntries(
      readdirSync(tarballs).map((name) => [
        name.replace(/^claimgen-(.*)-\d+\.\d+\.\d+\.tgz$/, '@claimgen/$1'),
        `file:./tarballs/${name}`,
      ]),
    );
    const write = (path: string, text: string) => writeFileSync(join(project, path), text);
    write('yarn.lock', '');
    write(
      '.yarnrc.yml',
      'nodeLinker: pnp\nenableImmutableInstalls: false\nenableGlobalCache: false\nenableTelemetry: false\n',
    );
    write(
      'package.json',
      JSON.stringify({
        name: 'pnp',
        private: true,
        type: 'module',
        dependencies: { '@claimgen/generator': packed['@claimgen/generator'] },
        resolutions: packed,
      }),
    );
    write(
      'catalog.json',
      JSON.stringify({ permissions: ['orders:read'], roles: { Clerk: ['orders:read'] } }),
    );
    write(
      'claimgen.config.yaml',
      `catalog: catalog.json
claim: https://acme.example/permissions
audiences:
  orders: { audience: https://orders.acme.example, prefixes: ["orders:"] }
`,
    );
    execute(project, 'npx', ...YARN, 'install');
  });

  afterAll(() => rmSync(project, { recursive: true }));

  it.each(['18', '22'])('simulates logins on Node %s', (version) => {
    const printed = execute(project, 'npx', ...YARN, 'run', 'claimgen', 'simulate', '--node', version);
    expect(printed).toContain('grants orders:read');
    expect(printed).toMatch(/12 logins: 12 allowed, 0 denied, 0 failed/);
  });
});
