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
const EDGE_RUNTIME = 'edge-runtime@4.0.1';
const BUNDLERS = ['esbuild@0.28.2', 'webpack@5.113.0'];

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
  return `${stdout}\n${stderr}`.split('\n').filter((line) => /^(?:RS|PS|ES|Ed|DPoP|HTTP)\w* /.test(line));
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
    'DPoP',
    'HTTP',
  ].map((name) => `${name} ok`),
];

describe('good tokens of every algorithm are verified, proofs of DPoP too, and tampered ones refused', () => {
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

  test("in Vercel's edge-runtime", async () => {
    const input = fileURLToPath(new URL('./edge.js', import.meta.url));
    const transform = { define: { ADDRESS: JSON.stringify(address) } };
    const build = await rolldown({ input, platform: 'browser', logLevel: 'silent', transform });
    await build.write({ file: join(folder, 'edge.js'), format: 'iife', codeSplitting: false });
    await build.close();
    expect(await run(EDGE_RUNTIME, 'edge.js')).toEqual(EXPECTED);
  });

  test.each(['20.19', '22', '24'])('in Node %s', async (version) => {
    expect(await run(`node@${version}`, 'script.js', address)).toEqual(EXPECTED);
  });
});

describe('a Lambda function verifies good tokens of every algorithm, and refuses others', () => {
  const input = fileURLToPath(new URL('./lambda.js', import.meta.url));
  const npm = (...args: string[]) => promisify(execFile)(args[0] as string, args.slice(1), { cwd: folder });
  beforeAll(async () => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    await npm('npm', 'install', '--no-audit', '--no-fund', ...BUNDLERS);
  });
  const check = async (name: string): Promise<string[]> => {
    const script = `import(${JSON.stringify(`./${name}`)}).then((m) => (m.check ?? m.default.check)()).then(console.log)`;
    // A bundle that left a module out would find it in none of the folders above.
    const { stdout } = await npm('node', '-e', script);
    return stdout.trim().split('\n');
  };
  const expected = EXPECTED.filter((line) => !/^(?:HTTP|DPoP) /.test(line));

  test.each([
    ['esm', 'mjs'],
    ['cjs', 'cjs'],
  ])('bundled by esbuild, --format=%s', async (format, ending) => {
    const flags = ['--bundle', '--platform=node', '--target=node20', `--format=${format}`];
    await npm('npx', 'esbuild', input, ...flags, `--outfile=lambda.${ending}`);
    expect(await check(`lambda.${ending}`)).toEqual(expected);
  });

  test('bundled by webpack', async () => {
    writeFileSync(
      join(folder, 'build.cjs'),
      `require('webpack')({ mode: 'production', target: 'node20', entry: ${JSON.stringify(input)},
  output: { path: __dirname, filename: 'webpacked.cjs', library: { type: 'commonjs2' } } },
  (error, stats) => { if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(stats.toString()); });`,
    );
    await npm('node', 'build.cjs');
    expect(await check('webpacked.cjs')).toEqual(expected);
  });
});
