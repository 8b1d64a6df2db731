import type { KeyPair } from '../support/issuer.ts';
import { encode, goodClaims, makeToken, signText, toJwk } from '../support/issuer.ts';
import type { TokenCase } from './case.ts';
import { cases, each } from './case.ts';

/** What Auth0's header may not say: RFC 8725, sections 2.1, 2.8, 2.10 and 3. */
export function headerCases(key: KeyPair, attacker: KeyPair): TokenCase[] {
  const header = (members: Record<string, unknown>): string => makeToken(key, { header: members });
  const jwk = toJwk(attacker);
  return [
    ...each(
      'typ',
      [
        undefined,
        null,
        '',
        'JWS',
        'JOSE',
        'logout+jwt',
        'application/',
        'application/logout+jwt',
        'application/application/jwt',
        'application/ jwt',
        '/jwt',
        'text/jwt',
        'application/at+',
        'at+at+jwt',
        'at+jwt; charset=utf-8',
        'jwt\n',
        'at jwt',
      ],
      (typ) => header({ typ }),
    ),
    ...each('typ', ['dpop+jwt', 'secevent+jwt', 'id+jwt', 'JWT ', 1, true, ['JWT'], { JWT: 1 }], (typ) =>
      header({ typ }),
    ),
    ...each(
      'crit',
      [[], ['exp'], ['b64'], ['alg'], 'exp', null, [1], {}, ['http://example.com/unknown']],
      (crit) => header({ crit, exp: 1, b64: true }),
    ),
    ...each('crit alone', [[], null, false, ['kid']], (crit) => header({ crit })),
    ...each('b64', [true, false, null], (b64) => header({ b64 })),
    ...each('kid of another type', [null, 0, 1, true, [], ['main'], {}, ''], (kid) => header({ kid })),
    ...each(
      'kid that no key has',
      [
        'Main',
        'main ',
        ' main',
        'main\0',
        '../main',
        '/dev/null',
        "' OR '1'='1",
        '| ls',
        '__proto__',
        'constructor',
        'toString',
        'x'.repeat(9000),
      ],
      (kid) => header({ kid }),
    ),
    ...each(
      "kid of the attacker's choice, signed by the attacker",
      [
        'main',
        'attacker',
        '../../dev/null',
        "x' UNION SELECT 'key",
        '__proto__',
        'http://attacker.example/jwks',
        undefined,
      ],
      (kid) => makeToken(attacker, { header: { kid } }),
    ),
    ...cases("the attacker's key in the header", {
      jwk: makeToken(attacker, { header: { jwk } }),
      'jwk under the kid of the issuer': makeToken(attacker, { header: { jwk, kid: key.kid } }),
      jku: makeToken(attacker, { header: { jku: 'https://attacker.example/jwks.json', kid: key.kid } }),
      x5u: makeToken(attacker, { header: { x5u: 'https://attacker.example/cert.pem', kid: key.kid } }),
      x5c: makeToken(attacker, { header: { x5c: ['MIIC'], kid: key.kid } }),
      'x5c and x5t': makeToken(attacker, { header: { x5c: ['MIIC'], x5t: 'AAAA', kid: key.kid } }),
    }),
    ...each("the issuer's own signature over", ['jwk', 'jku', 'x5u', 'x5c'], (name) =>
      header({ [name]: jwk }),
    ),
    ...rawHeaders(key),
  ];
}

/** Texts that parsers disagree about. */
function rawHeaders(key: KeyPair): TokenCase[] {
  const kid = JSON.stringify(key.kid);
  const good = `{"alg":"RS256","typ":"JWT","kid":${kid}}`;
  const payload = encode(JSON.stringify(goodClaims));
  const texts: Record<string, string | Uint8Array> = {
    empty: '',
    null: 'null',
    list: `[${good}]`,
    text: '"RS256"',
    number: '1',
    'empty object': '{}',
    'alg twice': `{"alg":"none","alg":"RS256","typ":"JWT","kid":${kid}}`,
    'alg twice, once escaped': `{"\\u0061lg":"none","alg":"RS256","typ":"JWT","kid":${kid}}`,
    'kid twice': `{"alg":"RS256","typ":"JWT","kid":"other","kid":${kid}}`,
    'typ twice, the same': `{"alg":"RS256","typ":"JWT","typ":"JWT","kid":${kid}}`,
    'unknown name twice': `{"alg":"RS256","typ":"JWT","kid":${kid},"a":1,"a":1}`,
    'name twice within': `{"alg":"RS256","typ":"JWT","kid":${kid},"a":{"b":1,"b":2}}`,
    'alg twice, with space': `{"alg" : "none", "alg" : "RS256", "typ" : "JWT", "kid" : ${kid}}`,
    'form feed within': good.replace(',', ',\f'),
    'no-break space within': good.replace(',', ',\u00a0'),
    'line separator within': good.replace(',', ',\u2028'),
    'a kid that makes it longer than 1,024 bytes': good.replace(kid, JSON.stringify('x'.repeat(1024))),
    'space that makes it longer than 1,024 bytes': good.replace('{', `{${' '.repeat(1024)}`),
    'byte order mark': `\ufeff${good}`,
    'UTF-16': Buffer.from(good, 'utf16le'),
    'NUL after': `${good}\0`,
    'text after': `${good}{}`,
    'comma after the last': good.replace('}', ',}'),
    comment: good.replace('{', '{/* */'),
    'single quotes': good.replaceAll('"', "'"),
    'no quotes': '{alg:RS256,typ:JWT}',
    cut: good.slice(0, -1),
    'not UTF-8': Buffer.from(good.replace('JWT', 'J\u00ffT'), 'latin1'),
    'overlong UTF-8': Buffer.concat([
      Buffer.from('{"alg":"RS256","typ":"JWT","kid":"'),
      Buffer.from([0xc1, 0xad]),
      Buffer.from('ain"}'),
    ]),
    'deeply nested': `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    'nested 101 levels': good.replace('{', `{"a":${'['.repeat(101)}${']'.repeat(101)},`),
  };
  return Object.entries(texts).map(([title, text]) => ({
    title: `header: ${title}`,
    token: signText(encode(text), payload, key),
  }));
}
