import type { Algorithm } from '../../src/algorithms.ts';
import type { KeyPair } from '../support/issuer.ts';
import { AUDIENCE, CLAIM, encode, goodClaims, makeToken, NOW, signText } from '../support/issuer.ts';
import type { TokenCase } from './case.ts';
import { cases, each } from './case.ts';

/** Tokens that must pass: what Auth0 may write, in all the forms that the standards leave it. */
export function goodTokens(keys: ReadonlyMap<Algorithm, KeyPair>): TokenCase[] {
  const key = keys.get('RS256');
  if (key === undefined) throw new Error('no key for RS256');
  const claim =
    (name: string) =>
    (value: unknown): string =>
      makeToken(key, { claims: { [name]: value } });
  const header =
    (name: string) =>
    (value: unknown): string =>
      makeToken(key, { header: { [name]: value } });
  return [
    ...[...keys].flatMap(([algorithm, pair]) =>
      ['JWT', 'at+jwt', 'application/AT+jwt'].flatMap((typ) =>
        each(`${algorithm}, ${typ}, token`, [...Array(6).keys()], (number) =>
          makeToken(pair, { algorithm, header: { typ }, claims: { jti: `${number}`.repeat(number) } }),
        ),
      ),
    ),
    ...each(
      'aud',
      [
        AUDIENCE,
        [AUDIENCE],
        [AUDIENCE, AUDIENCE],
        ['x', AUDIENCE],
        ['', AUDIENCE],
        ['x', 'y', 'z', AUDIENCE],
      ],
      claim('aud'),
    ),
    ...each(
      'sub',
      [
        'a',
        ' ',
        'client@clients',
        'auth0|\u00e9\u4e2d\ud83d\ude00',
        '__proto__',
        '"\\\n',
        'x'.repeat(2000),
        '\ud800',
      ],
      claim('sub'),
    ),
    ...each('exp', [NOW - 4, NOW - 4.5, NOW, NOW + 0.001, NOW + 1, NOW + 1e9, 253_402_300_799], claim('exp')),
    ...each('nbf', [undefined, 0, 0.5, NOW - 1, NOW, NOW + 5, NOW + 4.999], claim('nbf')),
    ...each('iat', [undefined, 0, 1e9, NOW, NOW + 5, NOW - 1e8, NOW - 0.25], claim('iat')),
    ...each(
      'permission claim',
      [
        undefined,
        'k3Jd9a.A',
        'k3Jd9a.Ag',
        'k3Jd9a9fQ2xB.A',
        'k3Jd9a9fQ2xB.A8',
        'k3Jd9aXXXXXX.A8',
        'k3Jd9a9fQ2xBZZZZZZ.A__8',
        [],
        ['orders:read'],
        ['__proto__', 'orders:read'],
        ['constructor'],
        ['orders:read', '\u{1f600}'],
      ],
      claim(CLAIM),
    ),
    ...each(
      'typ',
      [
        'jwt',
        'Jwt',
        'at+JWT',
        'AT+JWT',
        'application/jwt',
        'application/JWT',
        'application/at+jwt',
        'APPLICATION/AT+JWT',
      ],
      header('typ'),
    ),
    ...spacedTokens(key),
    ...each('header with x5t', ['', 'AAAA', 'x'.repeat(100)], header('x5t')),
    ...each(
      'header with another parameter',
      ['cty', 'x5t#S256', 'zip', 'enc', '__proto__', 'toString', 'nonce'],
      (name) => header(name)('x'),
    ),
    ...each('payload longer by', [...Array(48).keys()], (length) => claim('pad')('x'.repeat(length))),
    ...each('header longer by', [...Array(12).keys()], (length) => header('pad')('x'.repeat(length))),
    ...each(
      'another claim',
      [
        null,
        true,
        0,
        -0.5,
        1e21,
        '',
        'k3Jd9a.A',
        [],
        {},
        [[[]]],
        { a: { b: { c: [1, { d: null }] } } },
        '\u2028\u0000\u007f',
        { toJSON: 1 },
        { toJSON: { a: 1 } },
        { __proto__: null, constructor: 1 },
      ],
      claim('https://acme.example/other'),
    ),
    ...each(
      'another claim named',
      ['', 'toString', 'constructor', '\u00e9', '\ud83d\ude00', 'a"b', 'a\\b', '1', '-1', '1.5'],
      (name) => claim(name)(1),
    ),
    ...each('lists nested so deep', [1, 10, 50, 90], (depth) =>
      claim('a')(JSON.parse('['.repeat(depth) + ']'.repeat(depth))),
    ),
    ...rawPayloads(key),
    ...each('so many claims', [10, 100, 500], (count) =>
      makeToken(key, {
        claims: Object.fromEntries([...Array(count).keys()].map((number) => [`c${number}`, number])),
      }),
    ),
  ];
}

/** Space that RFC 8259, section 2, allows between tokens of JSON, in the header and in the payload. */
function spacedTokens(key: KeyPair): TokenCase[] {
  const header = { alg: 'RS256', typ: 'JWT', kid: key.kid };
  // As Keycloak writes its headers.
  const keycloak = `{"alg" : "RS256","typ" : "JWT","kid" : ${JSON.stringify(key.kid)}}`;
  const compact = [JSON.stringify(header), JSON.stringify(goodClaims)] as const;
  const spacings: Record<string, (text: string) => string> = {
    'space before': (text) => ` ${text}`,
    'space after': (text) => `${text} `,
    'line feed after': (text) => `${text}\n`,
    'space after commas': (text) => text.replaceAll(',', ', '),
    'space on both sides of colons': (text) => text.replaceAll('":"', '" : "'),
    'tab within': (text) => text.replace(':', ':\t'),
    'line feeds, as in RFC 7519': (text) => text.replaceAll('",', '",\r\n '),
    indented: (text) => JSON.stringify(JSON.parse(text), null, 2),
    'indented by tabs': (text) => JSON.stringify(JSON.parse(text), null, '\t'),
  };
  const tokens = Object.entries(spacings).flatMap(([title, space]) =>
    cases(title, {
      'in the header': signText(encode(space(compact[0])), encode(compact[1]), key),
      'in the payload': signText(encode(compact[0]), encode(space(compact[1])), key),
    }),
  );
  return [
    ...tokens,
    { title: "Keycloak's header", token: signText(encode(keycloak), encode(compact[1]), key) },
  ];
}

/** Strict JSON that JSON.stringify would have written otherwise. */
function rawPayloads(key: KeyPair): TokenCase[] {
  const header = encode(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: key.kid }));
  const good = JSON.stringify(goodClaims);
  const member = (text: string): string => good.replace('{', `{${text},`);
  const texts: Record<string, string> = {
    'slashes escaped': good.replaceAll('/', '\\/'),
    'letter escaped in a value': good.replace('my_client', '\\u006dy_client'),
    'letter escaped in a name': good.replace('"azp"', '"\\u0061zp"'),
    'escapes in upper case': member('"a":"\\u00E9\\uD83D\\uDE00"'),
    'exp with an exponent': good.replace(`"exp":${NOW + 3600}`, '"exp":1.8000036e9'),
    'exp with a fraction of zero': good.replace(`"exp":${NOW + 3600}`, `"exp":${NOW + 3600}.0`),
    'number longer than a double': member('"a":0.1000000000000000055511151231257827021181583404541015625'),
    'number past a double': member('"a":1e400'),
    'minus zero': member('"a":-0'),
    __proto__: member('"__proto__":{"admin":true}'),
    'integer names out of order': member('"2":1,"1":1'),
    'same name in two objects': member('"a":{"c":1},"b":{"c":1}'),
    'same name within and without': member('"a":{"iss":1},"b":[{"iss":2},{"iss":3}]'),
    'names that differ by case': member('"ISS":1,"Iss":2'),
    'braces and quotes in texts': member('"a{":"}\\"{,:[","b":"{\\"iss\\":1}"'),
    'spaces in texts and names': member('" a b ":" c d ","e":["\\t"," "]'),
  };
  return cases(
    'payload',
    Object.fromEntries(
      Object.entries(texts).map(([title, text]) => [title, signText(header, encode(text), key)]),
    ),
  );
}
