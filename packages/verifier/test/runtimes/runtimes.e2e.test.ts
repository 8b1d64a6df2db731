import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// Real runtimes, fetched by npx. workerd calls itself Node where nodejs_compat is on, and Bun and Deno have Node's modules.
const WORKERD = 'workerd@1.20261117.1';
const BUN = 'bun@1.4.5';
const DENO = 'deno@2.9.6';

const folder = mkdtempSync(join(tmpdir(), 'claimgen-runtimes-'));
let server: Server;
let address = '';

beforeAll(async () => {
  // Keeps what is PUT, and gives it again.
  let kept = '';
  server = createServer(async (request, response) => {
    if (request.method === 'PUT') kept = (await request.toArray()).join('');
    response.end(kept);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  for (const name of ['script', 'worker']) {
    const input = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
    const build = await rolldown({ input, platform: 'browser', logLevel: 'silent' });
    await build.write({ file: join(folder, `${name}.js`), format: 'esm', inlineDynamicImports: true });
    await build.close();
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  server.close();
});

async function run(...args: string[]): Promise<string[]> {
  const options = { cwd: folder, maxBuffer: 1e7, env: { ...process.env, NO_COLOR: '1' } };
  const { stdout, stderr } = await promisify(execFile)('npx', ['-y', ...args], options);
  return `${stdout}\n${stderr}`.split('\n').filter((line) => /^(?:RS|PS|ES|Ed|HTTP)\w* /.test(line));
}

const EXPECTED = [
  ...[
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
    'HTTP',
  ].map((name) => `${name} ok`),
];

describe('good tokens of every algorithm are verified, and tampered ones refused', () => {
  test.each<[flags: string[], date: string]>([
    [[], '2026-04-01'],
    [['nodejs_compat'], '2026-04-01'],
    // Before fetch there knew cache modes.
    [['nodejs_compat'], '2024-09-23'],
    [[], '2023-03-01'],
  ])('in workerd with %j as of %s', async (flags, date) => {
    const name = `config-${flags.join()}-${date}.capnp`;
    writeFileSync(
      join(folder, name),
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "${date}",
      compatibilityFlags = ${JSON.stringify(flags)},
      bindings = [(name = "ADDRESS", text = "${address}")],
      globalOutbound = "internet",
    )),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
);
`,
    );
    expect(await run(WORKERD, 'test', name)).toEqual(EXPECTED);
  });

  test('in Bun', async () => {
    expect(await run(BUN, 'run', 'script.js', address)).toEqual(EXPECTED);
  });

  test('in Deno', async () => {
    expect(await run(DENO, 'run', '--allow-net', '--allow-env', 'script.js', address)).toEqual(EXPECTED);
  });

  test('in Node', async () => {
    expect(await run('node@20', 'script.js', address)).toEqual(EXPECTED);
  });
});
