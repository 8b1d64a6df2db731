import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Access } from '../../src/access.ts';
import { authenticate, createAuthorizer } from '../../src/adapters/aws.ts';
import type { VerifierError } from '../../src/errors.ts';
import { createVerifier } from '../../src/verifier.ts';
import type { Name } from '../support/issuer.ts';
import { ISSUER, keySet, layout, makeToken, NOW, rsaKey } from '../support/issuer.ts';

const key = rsaKey('main');
/** Holds orders:read and orders:refund. */
const token = makeToken(key);
const subject = 'auth0|5f7c8ec7c33c6c004bbafe82';
const clock = () => new Date(NOW * 1000);
const verifier = createVerifier({ issuer: ISSUER, layout, jwks: keySet(key), clock });

/** The events of AWS's documentation, as far as they matter here, with an `Authorization` header. */
const EVENTS: readonly [string, (authorization: string | undefined) => object][] = [
  [
    'a REST API, payload 1.0',
    (value) => ({
      resource: '/orders',
      httpMethod: 'GET',
      headers: value === undefined ? null : { Authorization: value, 'X-Forwarded-For': '192.0.2.1' },
      multiValueHeaders:
        value === undefined ? null : { Authorization: [value], 'X-Forwarded-For': ['192.0.2.1'] },
    }),
  ],
  [
    'a REST API over HTTP/2, whose header names are in lower case',
    (value) => ({
      headers: value === undefined ? {} : { authorization: value },
      multiValueHeaders: value === undefined ? {} : { authorization: [value] },
    }),
  ],
  [
    'an HTTP API, payload 2.0, or a function URL',
    (value) => ({
      version: '2.0',
      routeKey: '$default',
      headers: { host: 'x', ...(value === undefined ? {} : { authorization: value }) },
    }),
  ],
  [
    'a load balancer',
    (value) => ({ multiValueHeaders: value === undefined ? {} : { authorization: [value] } }),
  ],
];

describe.each(EVENTS)('a function behind %s', (_, event) => {
  let logged: VerifierError[] = [];
  const handler = authenticate(
    verifier,
    async (_event: object, access, context: { id: number }) => ({
      statusCode: 200,
      body: `${access.subject} ${context.id}`,
    }),
    { requires: 'orders:read', log: (error) => logged.push(error) },
  );
  const call = (authorization?: string) => {
    logged = [];
    return handler(event(authorization), { id: 7 });
  };

  test('is called with the access of a good token', async () => {
    expect(await call(`Bearer ${token}`)).toEqual({ statusCode: 200, body: `${subject} 7` });
    expect(logged).toEqual([]);
  });
  test.each([
    [undefined, 401, 'token_missing'],
    ['Basic x', 401, 'token_missing'],
    ['Bearer x', 401, 'token_malformed'],
    ['Bearer', 400, 'request_malformed'],
    [`Bearer ${makeToken(key, { claims: { exp: NOW - 60 } })}`, 401, 'token_expired'],
    [
      `Bearer ${makeToken(key, { claims: { 'https://acme.example/permissions': [] } })}`,
      403,
      'insufficient_scope',
    ],
  ])('answers %s with %i', async (authorization, status, code) => {
    const answer = (await call(authorization)) as {
      statusCode: number;
      headers?: Record<string, string>;
      body: string;
    };
    expect(answer.statusCode).toBe(status);
    expect(answer.headers?.['www-authenticate']).toMatch(/^Bearer/);
    expect(answer.headers?.['content-type']).toBe('application/json');
    expect(JSON.parse(answer.body)).toHaveProperty('error');
    expect(logged.map((error) => error.code)).toEqual([code]);
  });
});

describe('a function', () => {
  const ok = async () => ({ statusCode: 200 });
  test('refuses a request with several Authorization headers, however they come', async () => {
    const value = `Bearer ${token}`;
    for (const event of [
      { headers: { authorization: value }, multiValueHeaders: { authorization: [value, value] } },
      { multiValueHeaders: { Authorization: [value], authorization: [value] } },
      { headers: { Authorization: value, authorization: value } },
      { headers: { authorization: `${value},${value}` } },
    ]) {
      expect(await authenticate(verifier, ok)(event, undefined)).toMatchObject({ statusCode: 400 });
    }
  });
  test('may serve requests without a token, and never those with a bad one', async () => {
    const handler = authenticate(verifier, async (_event: object, access) => access?.subject ?? 'nobody', {
      optional: true,
    });
    expect(await handler({ headers: {} }, undefined)).toBe('nobody');
    expect(await handler({ headers: { authorization: `Bearer ${token}` } }, undefined)).toBe(subject);
    expect(await handler({ headers: { authorization: 'Bearer x' } }, undefined)).toMatchObject({
      statusCode: 401,
    });
  });
  test('throws on what is no refusal', async () => {
    const fault = new TypeError('a fault of the handler');
    const event = { headers: { authorization: `Bearer ${token}` } };
    await expect(authenticate(verifier, () => Promise.reject(fault))(event, undefined)).rejects.toBe(fault);
    // To Lambda's runtime a rejection with nothing is an answer.
    const empty = () => Promise.reject(undefined);
    const handler = authenticate(verifier, () => 'answer', { requires: empty });
    await expect(handler(event, undefined)).rejects.toThrow(TypeError);
  });
  test('has the types of its event and of the names', () => {
    authenticate(verifier, (event: { headers: { host: string } }, access) => {
      expectTypeOf(access).toEqualTypeOf<Access<Name>>();
      return event.headers.host;
    });
    // @ts-expect-error no such permission
    authenticate(verifier, ok, { requires: 'orders:raed' });
    // @ts-expect-error no such permission
    createAuthorizer(verifier, { requires: 'orders:raed' });
  });
});

const ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef123/prod/GET/orders/1';
/** The events of authorizers, and what allows and denies there. */
const AUTHORIZERS: readonly [string, (value: string | undefined) => object, 'policy' | 'simple'][] = [
  ['TOKEN', (value) => ({ type: 'TOKEN', authorizationToken: value, methodArn: ARN }), 'policy'],
  [
    'REQUEST',
    (value) => ({
      type: 'REQUEST',
      methodArn: ARN,
      headers: { Authorization: value },
      multiValueHeaders: { Authorization: [value] },
    }),
    'policy',
  ],
  [
    'REQUEST of an HTTP API, payload 1.0',
    (value) => ({
      version: '1.0',
      type: 'REQUEST',
      methodArn: ARN,
      identitySource: value,
      headers: { authorization: value },
    }),
    'policy',
  ],
  [
    'REQUEST of an HTTP API, payload 2.0',
    (value) => ({
      version: '2.0',
      type: 'REQUEST',
      routeArn: ARN,
      identitySource: [value],
      headers: { authorization: value },
    }),
    'simple',
  ],
];

describe.each(AUTHORIZERS)('an authorizer of type %s', (_, event, form) => {
  const authorizer = createAuthorizer(verifier, { requires: 'orders:read' });
  const denying = createAuthorizer(verifier, { requiresAny: ['orders:write'] });

  test('allows the whole stage for a good token, since API Gateway keeps the answer for other routes', async () => {
    const answer = await authorizer(event(`Bearer ${token}`));
    if (form === 'simple') expect(answer).toEqual({ isAuthorized: true, context: { subject } });
    else
      expect(answer).toEqual({
        principalId: subject,
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Action: 'execute-api:Invoke',
              Effect: 'Allow',
              Resource: 'arn:aws:execute-api:eu-central-1:123456789012:abcdef123/prod/*',
            },
          ],
        },
        context: { subject },
      });
  });
  test('denies a token without the permission, and tells nothing of it', async () => {
    const answer = await denying(event(`Bearer ${token}`));
    expect(answer.context).toEqual({});
    expect('isAuthorized' in answer ? answer.isAuthorized : answer.policyDocument.Statement[0].Effect).toBe(
      form === 'simple' ? false : 'Deny',
    );
  });
  test.each(['Bearer x', 'Bearer', 'x', `DPoP ${token}`, ''])(
    'throws "Unauthorized" for %j',
    async (value) => {
      await expect(authorizer(event(value))).rejects.toThrow(/^Unauthorized$/);
    },
  );
});

describe('an authorizer', () => {
  test('says that the key set can not be had, which API Gateway answers with a 500', async () => {
    const jwks = () => Promise.reject(new Error('down'));
    const authorizer = createAuthorizer(createVerifier({ issuer: ISSUER, layout, jwks, clock }));
    await expect(
      authorizer({ headers: { authorization: `Bearer ${token}` }, methodArn: ARN }),
    ).rejects.toMatchObject({
      code: 'key_set_unavailable',
    });
  });
  test.each([
    'arn:aws:execute-api:eu-central-1:123456789012:*/*/GET/x',
    'x',
    undefined,
    'arn:aws:s3:::bucket/key/x',
  ])('allows nothing for an ARN of %s', async (methodArn) => {
    const event = {
      headers: { authorization: `Bearer ${token}` },
      ...(methodArn === undefined ? {} : { methodArn }),
    };
    await expect(createAuthorizer(verifier)(event)).rejects.toThrow(TypeError);
  });
  test.each(['$default', 'v1-beta'])('knows the stage %s', async (stage) => {
    const methodArn = `arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abc/${stage}/POST/`;
    const answer = await createAuthorizer(verifier)({
      type: 'TOKEN',
      authorizationToken: `Bearer ${token}`,
      methodArn,
    });
    expect(JSON.stringify(answer)).toContain(`:abc/${stage}/*"`);
  });
  test.each<[string, object]>([
    ['a condition', { requires: () => true }],
    ['a condition among permissions', { requires: ['orders:read', () => true] }],
    ['an age of tokens', { requires: { maxAge: 60 } }],
    ['an age among permissions', { requires: ['orders:read', { maxAge: 60 }] }],
    ['a misspelt constant', { requires: undefined }],
    ['another form of response', { response: 'yaml' }],
    ['an option that does not exist', { optional: true }],
  ])('is not made with %s', (_, options) => {
    expect(() => createAuthorizer(verifier, options as never)).toThrow(TypeError);
  });
  test('tells the integration what it is asked to', async () => {
    const authorizer = createAuthorizer(verifier, {
      response: 'simple',
      context: ({ permissions }) => ({ permissions: [...permissions].join(' ') }),
    });
    expect(await authorizer({ headers: { authorization: `Bearer ${token}` } })).toEqual({
      isAuthorized: true,
      context: { permissions: 'orders:read orders:refund' },
    });
  });
});

test.each([undefined, null, false, true, {}])(
  'an authorizer allows nothing by a verifier of another make that resolves to %j',
  async (answer) => {
    const verifier = { verify: async () => answer } as unknown as Parameters<typeof createAuthorizer>[0];
    const authorize = createAuthorizer(verifier, { context: () => ({}), response: 'simple' });
    await expect(authorize({ headers: { authorization: 'Bearer x' } })).rejects.toThrow(TypeError);
  },
);
