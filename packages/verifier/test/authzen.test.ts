// The client of policy engines, against a real HTTP server that reads requests as AuthZEN 1.0 says (sections 6.1 and 7.1).
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Access } from '../src/access.ts';
import type { Authzen, AuthzenOptions, Question } from '../src/authzen.ts';
import { authzen } from '../src/authzen.ts';
import { createVerifier } from '../src/verifier.ts';
import type { Name } from './support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from './support/issuer.ts';
import type { Behaviour } from './support/key-server.ts';
import { blackHole, drip, fail, flood, KeyServer, serve } from './support/key-server.ts';

const key = rsaKey('main');
const SUB = 'auth0|5f7c8ec7c33c6c004bbafe82';
const order = { type: 'order', id: '17' };

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

let server: KeyServer;
let url: string;
let asked: Asked[];
let access: Access<Name>;

beforeEach(async () => {
  asked = [];
  server = new KeyServer(serve({ decision: true }));
  url = new URL('/pdp/', await server.listen()).href;
  const verifier = createVerifier({
    issuer: ISSUER,
    layout,
    jwks: keySet(key),
    clock: () => new Date(NOW * 1000),
  });
  access = await verifier.verify(makeToken(key));
});
afterEach(() => server.close());

/** Answers what `answer` says of the request's body. */
function answering(answer: (body: Record<string, unknown>) => unknown): Behaviour {
  return (response, request) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      asked.push({
        path: `${request.method} ${request.url}`,
        authorization: request.headers.authorization,
        body,
      });
      serve(answer(body))(response, request);
    });
  };
}

const engine = (options: Partial<AuthzenOptions<Name>> = {}): Authzen<Name> =>
  authzen<Name>({ url, timeoutMs: 5_000, ...options });

const yes = (): object => ({ decision: true });

it.each([undefined, null, '', 'user'])('asks about nobody where subject returns none: %j', async (none) => {
  server.behaviour = answering(yes);
  const mine = engine({ subject: () => none as unknown as { type: string; id: string } });
  await expect(mine.can(access, 'read', order)).rejects.toThrow(TypeError);
  const question = { action: 'read', resource: order };
  await expect(mine.canAll(access, [question, question])).rejects.toThrow(TypeError);
  expect(asked).toEqual([]);
});

describe('can', () => {
  it('asks for a decision of the subject, the action and the resource', async () => {
    server.behaviour = answering(yes);
    expect(await engine().can(access, 'read', order, { ip: '192.0.2.1' })).toBe(true);
    expect(asked).toEqual([
      {
        path: 'POST /pdp/access/v1/evaluation',
        authorization: undefined,
        body: {
          subject: { type: 'user', id: SUB },
          action: { name: 'read' },
          resource: order,
          context: { ip: '192.0.2.1' },
        },
      },
    ]);
  });

  it('says no without a request where the token lacks the permission that is mapped', async () => {
    server.behaviour = answering(yes);
    const { can, canAll } = engine({
      permissions: { order: { read: 'orders:read', write: 'orders:write' } },
    });
    expect(await can(access, 'write', order)).toBe(false);
    expect(
      await canAll(access, [
        { action: 'read', resource: order },
        { action: 'write', resource: order },
      ]),
    ).toBe(false);
    expect(asked).toEqual([]);
    expect(await can(access, 'read', order)).toBe(true);
    // Nothing is mapped for these: the engine decides.
    expect(await can(access, 'constructor', order)).toBe(true);
    expect(await can(access, 'read', { type: '__proto__', id: '1' })).toBe(true);
    expect(asked).toHaveLength(3);
  });

  it('says no without a request to a request that nobody authenticated', async () => {
    server.behaviour = answering(yes);
    for (const none of [undefined, null, {}, { subject: SUB }] as unknown as Access<Name>[]) {
      expect(await engine().can(none, 'read', order)).toBe(false);
      expect(await engine().canAll(none, [])).toBe(false);
    }
    expect(asked).toEqual([]);
  });

  it('sends the token and the subject that it is told', async () => {
    server.behaviour = answering(yes);
    const subject = ({ claims }: Access<Name>) => ({ type: 'app', id: String(claims['azp']) });
    await engine({ token: 'fixed', subject }).can(access, 'read', order);
    await engine({ token: async () => 'asked for' }).can(access, 'read', order);
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer fixed', 'Bearer asked for']);
    expect(asked[0]?.body['subject']).toEqual({ type: 'app', id: 'my_client_id' });
  });

  it('tells nobody a token that can be in no header', async () => {
    for (const token of ['top-secret\n', 'top\r\nsecret', 'top-secr\u00e9t', '']) {
      const error = await engine({ token })
        .can(access, 'read', order)
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'decision_unavailable' });
      expect(inspect(error, { depth: 9 })).not.toMatch(/top|secr/);
    }
  });

  it('takes nothing but the boolean true of an answer 200 for yes', async () => {
    const decision = fc.jsonValue().filter((value) => value !== true);
    const answers = fc.oneof(
      fc.jsonValue(),
      decision.map((value) => ({ decision: value })),
    );
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        fc.pre(!(answer instanceof Object && 'decision' in answer && answer.decision === true));
        server.behaviour = serve(JSON.stringify(answer));
        return !(await engine().can(access, 'read', order));
      }),
    );
    for (const text of [
      '',
      'true',
      '{"decision": true',
      '[{"decision": true}]',
      '{"__proto__": {"decision": true}}',
    ]) {
      server.behaviour = serve(text);
      expect(await engine().can(access, 'read', order)).toBe(false);
    }
  });

  it('takes every status but 200 for no, and tells the log', async () => {
    for (const status of [201, 204, 301, 302, 307, 400, 401, 403, 404, 429, 500]) {
      const told: string[] = [];
      server.behaviour = (response) =>
        response.writeHead(status, { location: url }).end(status === 204 ? undefined : '{"decision": true}');
      expect(await engine({ log: (problem) => told.push(problem) }).can(access, 'read', order)).toBe(false);
      expect(told).toEqual([`the engine answered ${status} to evaluation: that counts as no`]);
    }
  });

  it('is not disturbed by a log that throws or rejects', async () => {
    const printed = vi.spyOn(console, 'error').mockReturnValue();
    server.behaviour = fail(403);
    const fault = new Error('the log is full');
    const logs = [
      () => {
        throw fault;
      },
      () => Promise.reject(fault),
    ];
    for (const log of logs) expect(await engine({ log }).can(access, 'read', order)).toBe(false);
    expect(printed.mock.calls).toEqual([[fault], [fault]]);
    printed.mockRestore();
  });

  it('answers 503 where the engine could not be asked', async () => {
    const faults: readonly [string, Behaviour][] = [
      ['a proxy without an engine', fail(502)],
      ['a proxy without an engine', fail(503)],
      ['a proxy whose engine is slow', fail(504)],
      ['nothing', blackHole],
      ['an answer that never ends', drip(10)],
      ['an answer that is too long', flood(4_000_000, { count: 0 })],
      ['a connection that is cut', (response) => response.destroy()],
      ['bytes that are not UTF-8', (response) => response.end(Buffer.from([0xff]))],
    ];
    for (const [name, fault] of faults) {
      server.behaviour = fault;
      const asking = engine({ timeoutMs: 200, token: 'secret' }).can(access, 'read', order);
      await expect(asking, name).rejects.toMatchObject({ code: 'decision_unavailable', status: 503 });
    }
    await server.close();
    await expect(engine().can(access, 'read', order)).rejects.toMatchObject({ code: 'decision_unavailable' });
  });

  it('does not wait for a token longer than for a decision', async () => {
    const asking = engine({ timeoutMs: 50, token: () => new Promise(() => {}) }).can(access, 'read', order);
    await expect(asking).rejects.toMatchObject({ code: 'decision_unavailable' });
  });
});

describe('canAll', () => {
  const questions: readonly Question[] = [
    { action: 'read', resource: order },
    { action: 'read', resource: { type: 'order', id: '18' }, context: { ip: '192.0.2.1' } },
  ];

  it('asks for all decisions in one request', async () => {
    server.behaviour = answering(() => ({ evaluations: [{ decision: true }, { decision: true }] }));
    expect(await engine().canAll(access, questions)).toBe(true);
    expect(asked.map(({ path, body }) => [path, body])).toEqual([
      [
        'POST /pdp/access/v1/evaluations',
        {
          subject: { type: 'user', id: SUB },
          evaluations: [
            { action: { name: 'read' }, resource: order },
            { action: { name: 'read' }, resource: { type: 'order', id: '18' }, context: { ip: '192.0.2.1' } },
          ],
          options: { evaluations_semantic: 'deny_on_first_deny' },
        },
      ],
    ]);
  });

  it('needs no endpoint for several decisions for one, and none at all for nothing', async () => {
    server.behaviour = answering(yes);
    expect(await engine().canAll(access, [])).toBe(true);
    expect(await engine().canAll(access, questions.slice(0, 1))).toBe(true);
    expect(asked.map(({ path }) => path)).toEqual(['POST /pdp/access/v1/evaluation']);
  });

  it('says yes only where every question has its own yes', async () => {
    const answers = fc.array(fc.constantFrom({ decision: true }, { decision: false }, {}, null, true), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(answers, async (evaluations) => {
        server.behaviour = serve({ decision: true, evaluations });
        const isYes = evaluations.length === 2 && evaluations.every((each) => Object(each).decision === true);
        return (await engine().canAll(access, questions)) === isYes;
      }),
    );
  });
});

describe('authzen', () => {
  it.each([
    [{}, 'url must be the URL of the policy engine'],
    [{ url: 'pdp' }, 'url must be the URL of the policy engine'],
    [{ url: 'http://pdp.acme.example' }, 'url must be an https: URL (http: on loopback only)'],
    [{ url: 'https://user:secret@pdp.acme.example' }, 'url must be a URL without user and password'],
    [{ url: 'https://pdp.acme.example/?a=1' }, 'url must be a URL without query and fragment'],
    [{ url: 'https://pdp.acme.example', timeoutMs: 0 }, 'timeoutMs must be a whole number from 1 to 60000'],
    [{ url: 'https://pdp.acme.example', timeout: 1 }, 'timeout is not an option of authzen'],
    [{ url: 'https://pdp.acme.example', subject: 'me' }, 'subject must be a function'],
    [
      { url: 'https://pdp.acme.example', permissions: { order: 'orders:read' } },
      'permissions.order must be an object of actions',
    ],
    ...[undefined, null, '', ['orders:read']].map((read): [object, string] => [
      { url: 'https://pdp.acme.example', permissions: { order: { write: 'orders:write', read } } },
      'permissions.order.read must be a string that is not empty',
    ]),
  ])('refuses %j', (options, message) => {
    expect(() => authzen(options as AuthzenOptions)).toThrow(new TypeError(message));
  });
});
