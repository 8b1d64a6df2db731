import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../src/run.ts';
import { assertOutput } from '../json-output.ts';
import { projectFolder } from '../project-folder.ts';

const PEPPER = 'pepper-of-the-tests-0123456789-abcdef';
const BODY = 'grant_type=client_credentials&client_id=vendor&client_secret=s3cret&audience=a';

interface Running {
  readonly lines: () => string[];
  readonly error: () => string;
  /** Tells it to end, and gives its exit code. */
  stop(): Promise<number>;
}

const running: Running[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});

/** Runs it until it has printed so many lines. */
async function proxy(args: readonly string[], lines = 1, files = {}): Promise<Running> {
  const stop = new AbortController();
  let [out, errors] = ['', ''];
  const ended = run({
    args: ['token-proxy', '--port', '0', '--json', ...args],
    cwd: projectFolder(files).path,
    version: '0',
    env: { TOKEN_CACHE_PEPPER: PEPPER },
    readStdin: async () => '',
    stopSignal: () => stop.signal,
    out: (text) => {
      out += text;
    },
    error: (text) => {
      errors += text;
    },
  });
  const result = {
    lines: () =>
      out
        .trim()
        .split('\n')
        .filter((line) => line !== ''),
    error: () => errors,
    stop: () => {
      stop.abort();
      return ended;
    },
  };
  running.push(result);
  await Promise.race([
    expect.poll(() => result.lines().length, { timeout: 60_000 }).toBe(lines),
    ended.then((code) => Promise.reject(new Error(`${code} ${out} ${errors}`))),
  ]);
  return result;
}

/** A server in place of the tenant, which counts. */
async function issuer(): Promise<{ readonly url: string; readonly grants: () => number }> {
  let grants = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      grants += 1;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: `t${grants}`, token_type: 'Bearer', expires_in: 86_400 }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, grants: () => grants };
}

const post = (url: string, body = BODY) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });

describe('claimgen token-proxy', () => {
  it('serves tokens, metrics and its health until it is told to end, and says what a client costs', async () => {
    const { url, grants } = await issuer();
    const { lines, error, stop } = await proxy(['--issuer', url, '--budget', '1']);
    const started = JSON.parse(lines()[0] ?? '') as { readonly listening: string };
    assertOutput('token-proxy', started);
    expect(started).toMatchObject({
      issuer: url,
      costs: [
        { hours: 24, grants: 30 },
        { hours: 1, grants: 720 },
      ],
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(started.listening)));
    expect(
      new Set(
        await Promise.all(
          answers.map(async (answer) => ((await answer.json()) as { access_token: string }).access_token),
        ),
      ),
    ).toEqual(new Set(['t1']));
    expect(grants()).toBe(1);
    const metrics = await (await fetch(new URL('/metrics', started.listening))).text();
    expect(metrics).toContain('claimgen_token_grants_total{client="vendor"} 1');
    expect(metrics).toMatch(/claimgen_token_requests_total\{outcome="(?:cached|fetched)"\} \d/);
    expect(metrics).not.toContain('s3cret');
    expect((await fetch(new URL('/health', started.listening))).status).toBe(200);
    expect((await fetch(new URL('/', started.listening))).status).toBe(404);
    expect((await fetch(started.listening)).status).toBe(405);
    expect((await post(started.listening, 'x'.repeat(1_000_000))).status).toBe(413);
    expect(await stop()).toBe(0);
    expect(error()).toBe("1 of this month's 1 tokens are used (100 %)\n");
    await expect(fetch(started.listening)).rejects.toThrow();
  });

  it('shows itself in front of an issuer on this machine: a thousand requests, one token', async () => {
    const { lines, stop } = await proxy(['--try'], 2);
    for (const line of lines()) assertOutput('token-proxy', JSON.parse(line));
    expect(JSON.parse(lines()[1] ?? '')).toMatchObject({
      tried: { requests: 1000, answered: 1000, tokens: 1 },
    });
    expect(await stop()).toBe(0);
  });

  it('has quotas of its options, and clients of a file', async () => {
    const { url, grants } = await issuer();
    const files = { 'clients.json': '{"other": {"grantsPerHour": 2}}' };
    const { lines } = await proxy(
      ['--issuer', url, '--grants-per-hour', '1', '--clients', 'clients.json'],
      1,
      files,
    );
    const { listening } = JSON.parse(lines()[0] ?? '') as { readonly listening: string };
    const statuses = [];
    for (const client of ['vendor', 'other'])
      for (const audience of ['a', 'b', 'c'])
        statuses.push(
          (
            await post(
              listening,
              BODY.replace('vendor', client).replace('audience=a', `audience=${audience}`),
            )
          ).status,
        );
    expect(statuses).toEqual([200, 429, 429, 200, 200, 429]);
    expect(grants()).toBe(3);
  });

  it.each([
    [[], {}, 'the issuer must be named'],
    [['show'], {}, 'token-proxy serves, or purges'],
    [['--issuer', 'http://acme.example/'], {}, 'issuer must be an https URL'],
    [['--issuer', 'acme'], {}, 'issuer must be a URL'],
    [['--issuer', 'https://a.example/'], { TOKEN_CACHE_PEPPER: 'short' }, 'pepper must have 32 bytes'],
    [['--issuer', 'https://a.example/', '--store', 'redis://h:6379'], {}, 'TOKEN_CACHE_PEPPER is not set'],
    [
      ['--issuer', 'https://a.example/'],
      { TOKEN_CACHE_PEPPER: PEPPER, TOKEN_CACHE_STORE: 'http://user:hunter2@h' },
      'the store must be a URL',
    ],
    [
      ['--issuer', 'https://a.example/'],
      { TOKEN_CACHE_PEPPER: PEPPER, TOKEN_CACHE_STORE: 'redis://user:hunter2@[' },
      'the store must be a URL',
    ],
    [['--issuer', 'https://a.example/', '--budget', '0'], {}, 'budget must be a whole number'],
    [
      ['--issuer', 'https://a.example/', '--grants-per-day', '1.5'],
      {},
      'quotas.grantsPerDay must be a whole number',
    ],
    [['--issuer', 'https://a.example/', '--port', '70000'], {}, '--port must be a whole number'],
    [['--issuer', 'https://a.example/', '--clients', 'none.json'], {}, "can't be read"],
    [['--issuer', 'https://a.example/', '--clients', 'text.json'], {}, 'the file is not JSON'],
    [['--issuer', 'https://a.example/', '--clients', 'array.json'], {}, 'the file must be an object'],
    [
      ['--issuer', 'https://a.example/', '--clients', 'unknown.json'],
      {},
      'clients["a"].grantsPerWeek is not known',
    ],
    [['purge', '--issuer', 'https://a.example/'], {}, 'the client must be named'],
    [['purge', '--issuer', 'https://a.example/', '--client', 'a'], {}, 'keeps its tokens in memory'],
  ] as const)('refuses %j with %j', async (args, env, message) => {
    const folder = projectFolder({
      'text.json': '{"a": hunter2',
      'array.json': '[]',
      'unknown.json': '{"a": {"grantsPerWeek": 1}}',
    });
    let printed = '';
    const print = (text: string) => {
      printed += text;
    };
    const exitCode = await run({
      args: ['token-proxy', ...args],
      cwd: folder.path,
      version: '0',
      env,
      readStdin: async () => '',
      out: print,
      error: print,
    });
    expect([exitCode, printed]).toEqual([2, expect.stringContaining(message)]);
    expect(printed).not.toContain('hunter2');
  });

  it('counts no purge that did not reach the store', async () => {
    const folder = projectFolder({});
    let printed = '';
    const exitCode = await run({
      args: [
        'token-proxy',
        'purge',
        '--issuer',
        'https://a.example/',
        '--client',
        'a',
        '--store',
        'redis://user:hunter2@127.0.0.1:1',
      ],
      cwd: folder.path,
      version: '0',
      env: { TOKEN_CACHE_PEPPER: PEPPER },
      readStdin: async () => '',
      out: () => undefined,
      error: (text) => {
        printed += text;
      },
    });
    expect([exitCode, printed]).toEqual([3, expect.stringContaining('nothing was purged for certain')]);
    expect(printed).not.toContain('hunter2');
  });
});
