// Each step from a token's text to its checked claims, at its bounds: what the attacks as a whole might pass by.
import { describe, expect, it } from 'vitest';
import { VerifierError } from '../../src/errors.ts';
import type { VerificationKey } from '../../src/keys/verification-key.ts';
import { checkSignature } from '../../src/token/check-signature.ts';
import { splitToken } from '../../src/token/compact.ts';
import { freezeDeeply } from '../../src/token/freeze.ts';
import { readHeader } from '../../src/token/header.ts';
import { checkClaims, checkValidity, isValidAt, validityOf } from '../../src/token/registered-claims.ts';
import { parseStrictJson } from '../../src/token/strict-json.ts';

/** The code and the message of what is thrown. */
function refusal(run: () => unknown): [code: string, message: string] {
  try {
    run();
  } catch (error) {
    if (error instanceof VerifierError) return [error.code, error.message];
    throw error;
  }
  throw new Error('it was not refused');
}

describe('splitToken', () => {
  it('takes three parts apart, and knows what was signed', () => {
    expect(splitToken('ab.cde.f', 8)).toEqual({
      text: 'ab.cde.f',
      header: 'ab',
      payload: 'cde',
      signature: 'f',
      signedLength: 6,
    });
    expect(splitToken('..', 2)).toMatchObject({ header: '', payload: '', signature: '' });
  });

  it.each([
    [undefined, 'token_malformed', 'The token must be a string'],
    [7, 'token_malformed', 'The token must be a string'],
    ['a.b.cdefg', 'token_too_long', 'The token is longer than maxTokenLength'],
    ['BEARER a', 'token_malformed', 'The token must be passed without "Bearer " before it'],
    ['abc', 'token_malformed', 'The token must have three parts, separated by dots'],
    ['a.b', 'token_malformed', 'The token must have three parts, separated by dots'],
    ['a.b.c.d', 'token_malformed', 'The token must have three parts, separated by dots'],
    ['.', 'token_malformed', 'The token must have three parts, separated by dots'],
    ['a+.b.c', 'token_malformed', 'The token must be base64url'],
    ['a.b/.c', 'token_malformed', 'The token must be base64url'],
    ['a.b.\u0141', 'token_malformed', 'The token must be base64url'],
  ])('refuses %j', (text, code, message) => {
    expect(refusal(() => splitToken(text as string, 8))).toEqual([code, message]);
  });

  it('looks for "Bearer " at the beginning only', () => {
    expect(refusal(() => splitToken('a.bearer b', 99))[1]).toBe(
      'The token must have three parts, separated by dots',
    );
  });
});

describe('readHeader', () => {
  const read = (header: object, typ: 'required' | 'optional' = 'required') =>
    readHeader(JSON.stringify(header), { algorithms: ['RS256', 'ES256'], typ });

  it('gives the algorithm and the key id', () => {
    expect(read({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })).toEqual({ alg: 'ES256', kid: 'k' });
    expect(read({ alg: 'RS256' }, 'optional')).toEqual({ alg: 'RS256', kid: undefined });
  });

  it.each([
    [
      { alg: 'HS256', typ: 'JWT' },
      'algorithm_refused',
      '"alg" header parameter is not an accepted algorithm',
    ],
    [
      { alg: 'RS256', typ: 'logout+jwt' },
      'header_refused',
      '"typ" header parameter must be "JWT" or "at+jwt"',
    ],
    ...['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'].map((name) => [
      { alg: 'RS256', typ: 'JWT', [name]: null },
      'header_refused',
      'The token header must not contain "crit", "b64", "jwk", "jku", "x5u", "x5c"',
    ]),
    ...['', 7, null, ['k']].map((kid) => [
      { alg: 'RS256', typ: 'JWT', kid },
      'header_refused',
      '"kid" header parameter must be a string that is not empty',
    ]),
  ] as [object, string, string][])('refuses %j', (header, code, message) => {
    expect(refusal(() => read(header))).toEqual([code, message]);
  });

  it('refuses what is no object, and a name that is there twice', () => {
    const options = { algorithms: ['RS256'], typ: 'optional' } as const;
    for (const text of ['', '[]', 'null', '{"alg":"RS256","alg":"RS256"}', '{"alg":"RS256"'])
      expect(refusal(() => readHeader(text, options))).toEqual([
        'token_malformed',
        'The token header must be a JSON object without duplicate names',
      ]);
  });
});

describe('parseStrictJson', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"a":{"b":1,"b":1}}',
    '{"a":[{"b":1,"\\u0062":2}]}',
    '{"a":1}{',
    '{"a":1',
    '[1]',
    '"a"',
    '1',
    'null',
    '',
  ])('reads nothing in %s', (text) => {
    expect(parseStrictJson(text)).toBeUndefined();
  });

  it.each([
    '{}',
    '{"a":{"b":1},"c":{"b":1}}',
    '{"a":[{"b":1},{"b":2}],"b":"{\\"a\\":1,\\"a\\":2}"}',
    '{"":":,","a":"\\"b\\":"}',
    '{"a":{"a":{"a":{}}}}',
  ])('reads %s as JSON.parse does', (text) => {
    expect(parseStrictJson(text)?.value).toEqual(JSON.parse(text));
  });
});

describe('checkClaims', () => {
  const expected = {
    issuer: 'https://i/',
    audience: 'api',
    senderConstrained: 'refuse',
    clockTolerance: 5,
  } as const;
  const good = { iss: 'https://i/', aud: 'api', sub: 's', exp: 100 };
  const check = (more: object) => checkClaims({ ...good, ...more }, expected);

  it('gives the times, 0 where there are none', () => {
    expect(check({})).toEqual({ exp: 100, nbf: 0, iat: 0 });
    expect(check({ nbf: 7, iat: 9, aud: ['other', 'api'] })).toEqual({ exp: 100, nbf: 7, iat: 9 });
  });

  it.each([
    [{ iss: 'https://i' }, 'issuer_refused'],
    [{ aud: 'API' }, 'audience_refused'],
    [{ aud: ['other'] }, 'audience_refused'],
    [{ aud: ['api', 7] }, 'audience_refused'],
    [{ aud: [] }, 'audience_refused'],
    [{ sub: '' }, 'subject_refused'],
    [{ sub: 7 }, 'subject_refused'],
    [{ cnf: null }, 'token_sender_constrained'],
    [{ exp: undefined }, 'time_refused'],
    [{ exp: -1 }, 'time_refused'],
    [{ nbf: '7' }, 'time_refused'],
    [{ iat: 253_402_300_800 }, 'time_refused'],
  ])('refuses %j', (more, code) => {
    expect(refusal(() => check(more))[0]).toBe(code);
  });
});

describe('the time at which a token is valid', () => {
  const times = { exp: 100, nbf: 50, iat: 40 };

  it('is from nbf and iat to exp, less the last second', () => {
    expect(validityOf(times, 5)).toEqual({ from: 45, until: 105 });
    expect(validityOf({ ...times, iat: 60 }, 5)).toEqual({ from: 55, until: 105 });
    const at = (now: number) => isValidAt({ from: 45, until: 105 }, now);
    expect([44.9, 45, 104.9, 105, Number.NaN].map(at)).toEqual([false, true, true, false, false]);
  });

  it('is said where it is another', () => {
    const code = (now: number, more: object = {}) =>
      refusal(() => checkValidity({ ...times, ...more }, 5, now))[0];
    expect([code(105), code(Number.NaN), code(44.9), code(45, { iat: 51 })]).toEqual([
      'token_expired',
      'token_expired',
      'token_not_yet_valid',
      'time_refused',
    ]);
    for (const now of [45, 104.9]) expect(() => checkValidity(times, 5, now)).not.toThrow();
  });
});

describe('freezeDeeply', () => {
  it('freezes every array and object, and counts what they take', () => {
    const value = { a: [{ b: 1 }, 'c', []], d: null, e: false };
    const tally = { members: 0, bytes: 0 };
    freezeDeeply(value, tally);
    expect([value, value.a, value.a[0], value.a[2]].every(Object.isFrozen)).toBe(true);
    // Two objects with four members, two arrays with three items.
    expect(tally).toEqual({ members: 4, bytes: 2 * 256 + 4 * 96 + 2 * 64 + 3 * 48 });
  });

  it('refuses more than a hundred levels', () => {
    const nested = (levels: number): unknown[] => (levels === 0 ? [] : [nested(levels - 1)]);
    expect(() => freezeDeeply(nested(100), { members: 0, bytes: 0 })).not.toThrow();
    expect(() => freezeDeeply(nested(101), { members: 0, bytes: 0 })).toThrow(
      new RangeError('nested too deeply'),
    );
  });
});

describe('checkSignature', () => {
  const token = splitToken('a.b.c', 9);
  const check = (answer: unknown, bytes = 3) =>
    checkSignature(
      {
        signatureBytes: 3,
        check: () => {
          if (answer instanceof Error) throw answer;
          return answer;
        },
      } as unknown as VerificationKey,
      token,
      new Uint8Array(bytes),
    );
  const fault = new Error('fault');

  it('is right where the library says so, at once or later', async () => {
    expect(check(true)).toBeUndefined();
    await expect(check(Promise.resolve(true))).resolves.toBeUndefined();
  });

  it('is wrong where the library says so, or its length is another', async () => {
    const wrong = { code: 'signature_invalid', message: 'signature verification failed' };
    expect(() => check(false)).toThrow(expect.objectContaining(wrong));
    expect(() => check(true, 2)).toThrow(expect.objectContaining(wrong));
    await expect(check(Promise.resolve(false))).rejects.toMatchObject(wrong);
  });

  it('is a fault of the server where the library gives no answer', async () => {
    const failed = {
      code: 'crypto_failed',
      message: 'The crypto library could not check the signature',
      retryAfter: 1,
    };
    expect(() => check(fault)).toThrow(expect.objectContaining({ ...failed, cause: fault }));
    await expect(check(Promise.reject(fault))).rejects.toMatchObject({ ...failed, cause: fault });
    for (const answer of [undefined, 1, 'true']) {
      const cause = new TypeError('the crypto library gave no answer');
      expect(() => check(answer)).toThrow(expect.objectContaining({ ...failed, cause }));
      await expect(check(Promise.resolve(answer))).rejects.toMatchObject(failed);
    }
  });
});
