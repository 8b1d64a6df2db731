import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SourceFailure } from '../../../src/source-failure.ts';
import { HttpFailure, Requests } from '../../../src/sources/management-api/requests.ts';
import { fixRandom } from './tenant-fetch.ts';

type Script = (response: ServerResponse, request: IncomingMessage) => void;

/** How the requests of a test are answered, one after another; the last for all that follow. */
let script: readonly Script[] = [];
let requests: IncomingMessage[] = [];
let origin = '';

const server = createServer((request, response) => {
  const index = requests.push(request) - 1;
  script[Math.min(index, script.length - 1)]?.(response, request);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  requests = [];
  fixRandom(0);
});

const LATER = Date.now() + 600_000;
const json =
  (value: unknown): Script =>
  (response) =>
    response.end(JSON.stringify(value));
const text =
  (body: string): Script =>
  (response) =>
    response.end(body);
const status =
  (code: number, headers: Record<string, string> = {}): Script =>
  (response) =>
    response.writeHead(code, headers).end('{"error":"none of the log’s business"}');
const hangUp: Script = (response) => response.destroy();
/** Announces more than it sends. */
const breakOff: Script = (response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{"permissions":[]}', () => response.destroy());
};

function ask(
  own: readonly Script[],
  from: Requests = new Requests(6, LATER, new AbortController().signal),
  init: RequestInit = {},
): Promise<unknown> {
  script = own;
  return from.json('the API', `${origin}/path`, init);
}

/** From here to the end of the test, time passes where the test says so. */
function stopClock(now: number): void {
  vi.useFakeTimers({ now, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Answers in place of the network, which a stopped clock would stop as well. */
function answerWith(...answers: (() => Response)[]): number[] {
  const times: number[] = [];
  vi.stubGlobal('fetch', async (_url: string, { signal }: RequestInit) => {
    signal?.throwIfAborted();
    const index = times.push(Date.now()) - 1;
    return answers[Math.min(index, answers.length - 1)]?.();
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return times;
}

describe('a request', () => {
  it('is sent as it is given, and answered with JSON', async () => {
    let body = '';
    const echo: Script = (response, request) => {
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => response.end('{"a":[1]}'));
    };
    const init = { method: 'POST', headers: { authorization: 'Bearer a' }, body: 'content' };
    expect(await ask([echo], undefined, init)).toEqual({ a: [1] });
    expect(requests.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['POST', '/path', 'Bearer a'],
    ]);
    expect(body).toBe('content');
  });

  it.each(['', '<html>', '{"a":'])('answered with %j is a failure, and is not sent again', async (body) => {
    const failure = ask([text(body)]);
    await expect(failure).rejects.toThrow(new SourceFailure('the API did not answer with JSON'));
    await expect(failure).rejects.not.toBeInstanceOf(HttpFailure);
    expect(requests).toHaveLength(1);
  });

  it.each([400, 401, 403, 404, 501])('answered with %i is a failure, and is not sent again', async (code) => {
    await expect(ask([status(code)])).rejects.toMatchObject({
      name: 'SourceFailure',
      message: `the API answered ${code}`,
      status: code,
      decision: undefined,
    });
    expect(requests).toHaveLength(1);
  });

  it('that is redirected goes nowhere else: credentials are for the tenant’s domain', async () => {
    const elsewhere = status(307, { location: `${origin}/elsewhere` });
    await expect(ask([elsewhere, json({})])).rejects.toMatchObject({ message: 'the API answered 307' });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['429', status(429)],
    ['503 with Retry-After', status(503, { 'retry-after': '0' })],
    ['nothing', hangUp],
    ['half an answer', breakOff],
  ])('answered with %s is sent again', async (_title, failing) => {
    expect(await ask([failing, failing, json({ a: 1 })])).toEqual({ a: 1 });
    expect(requests).toHaveLength(3);
  });

  it.each([
    ['500', status(500), { message: 'the API answered 500', status: 500 }],
    ['nothing', hangUp, { message: 'the API did not answer', status: 0 }],
    ['half an answer', breakOff, { message: 'the API did not answer', status: 0 }],
  ])('answered with %s again and again fails at the most requests', async (_title, failing, expected) => {
    await expect(ask([failing])).rejects.toMatchObject({ name: 'SourceFailure', ...expected });
    expect(requests).toHaveLength(6);
  });

  it('refused without a body is told by its status', async () => {
    answerWith(() => new Response(null, { status: 404 }));
    await expect(ask([])).rejects.toThrow('the API answered 404');
  });
});

describe('the requests of a login', () => {
  const busy = () => new Response('', { status: 429, headers: { 'retry-after': '2' } });

  it('are counted together, repeated ones included', async () => {
    const most3 = new Requests(3, LATER, new AbortController().signal);
    await ask([json(1)], most3);
    expect(await ask([status(500), status(500), json(2)], most3)).toBe(2);
    await expect(ask([json(3)], most3)).rejects.toThrow(
      new SourceFailure('the API needs more than the 3 requests of a login'),
    );
    expect(requests).toHaveLength(3);
  });

  it('are not repeated where the server asks to wait until the end or longer', async () => {
    stopClock(1_000);
    const times = answerWith(busy, () => Response.json('done'));
    const answer = new Requests(6, 3_000, new AbortController().signal).json('the API', 'https://a/', {});
    await expect(answer).rejects.toThrow('the API answered 429');
    expect(times).toEqual([1_000]);
  });

  it('are repeated where it asks to wait less, when it says', async () => {
    stopClock(1_000);
    const times = answerWith(busy, () => Response.json('done'));
    const answer = new Requests(6, 3_001, new AbortController().signal).json('the API', 'https://a/', {});
    const seen = expect(answer).resolves.toBe('done');
    await vi.advanceTimersByTimeAsync(2_000);
    await seen;
    expect(times).toEqual([1_000, 3_000]);
  });

  it('are repeated after longer and longer delays', async () => {
    stopClock(0);
    fixRandom(1);
    const times = answerWith(() => new Response('', { status: 500 }));
    const answer = new Requests(4, 600_000, new AbortController().signal).json('the API', 'https://a/', {});
    const failure = expect(answer).rejects.toThrow('the API answered 500');
    await vi.runAllTimersAsync();
    await failure;
    expect(times).toEqual([0, 100, 300, 700]);
  });

  it('end with their signal, also while they wait', async () => {
    stopClock(0);
    const controller = new AbortController();
    const times = answerWith(() => new Response('', { status: 503, headers: { 'retry-after': '2' } }));
    const answer = new Requests(6, 600_000, controller.signal).json('the API', 'https://a/', {});
    const failure = expect(answer).rejects.toThrow('the API answered 503');
    await vi.advanceTimersByTimeAsync(1_000);
    controller.abort();
    await vi.runAllTimersAsync();
    await failure;
    expect(times).toEqual([0]);
  });

  it('are given up at their signal while the server keeps silent', async () => {
    const controller = new AbortController();
    const silence: Script = () => controller.abort();
    const failure = ask([silence], new Requests(6, LATER, controller.signal));
    await expect(failure).rejects.toThrow('the API did not answer');
    expect(requests).toHaveLength(1);
  });
});
