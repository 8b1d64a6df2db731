import type { KeyPair } from '../support/issuer.ts';
import { AUDIENCE, CLAIM, encode, goodClaims, ISSUER, makeToken, NOW, signText } from '../support/issuer.ts';
import type { TokenCase } from './case.ts';
import { cases, each } from './case.ts';

const NO_TIMES = [null, '', String(NOW), true, [], [NOW], {}, -1, NOW * 1000, 1e300];

/** Claims of the wrong type, range or value, all signed by the issuer: RFC 7519, section 4.1; RFC 8725, 3.8 to 3.10. */
export function claimCases(key: KeyPair): TokenCase[] {
  const claim =
    (name: string) =>
    (value: unknown): string =>
      makeToken(key, { claims: { [name]: value } });
  return [
    ...each(
      'iss',
      [
        undefined,
        null,
        '',
        1,
        true,
        [ISSUER],
        { iss: ISSUER },
        ISSUER.slice(0, -1),
        `${ISSUER}/`,
        ` ${ISSUER}`,
        ISSUER.toUpperCase(),
        ISSUER.replace('https', 'http'),
        `${ISSUER}\0`,
        'https://evil.eu.auth0.com/',
        'acme.eu.auth0.com',
        ISSUER.replace('a', '\u0430'),
      ],
      claim('iss'),
    ),
    ...each(
      'aud',
      [
        undefined,
        null,
        '',
        1,
        true,
        {},
        [],
        [[]],
        [[AUDIENCE]],
        [AUDIENCE, 1],
        [AUDIENCE, null],
        [AUDIENCE, [AUDIENCE]],
        `${AUDIENCE}/`,
        AUDIENCE.slice(0, -1),
        `${AUDIENCE} `,
        AUDIENCE.toUpperCase(),
        `${AUDIENCE},x`,
        ['https://billing.acme.example'],
        { [AUDIENCE]: 1 },
        { length: 1, 0: AUDIENCE },
      ],
      claim('aud'),
    ),
    ...each('sub', [undefined, null, '', 1, true, [], ['auth0|1'], {}], claim('sub')),
    ...each('exp', [undefined, ...NO_TIMES, 0, 1, NOW - 3600, NOW - 5, NOW - 5.5], claim('exp')),
    ...each('nbf', [...NO_TIMES, NOW + 6, NOW + 3600], claim('nbf')),
    ...each('iat', [...NO_TIMES, NOW + 6, NOW + 3600, NOW + 86_400 * 365], claim('iat')),
    // RFC 7800, section 3.1: bound to a key that a bearer token does not show.
    ...each(
      'cnf',
      [null, '', {}, [], { jkt: 'x' }, { 'x5t#S256': 'x' }, { jwk: {} }, { kid: 'x' }],
      claim('cnf'),
    ),
    ...permissionClaims(claim(CLAIM)),
    ...rawPayloads(key),
  ];
}

function permissionClaims(make: (value: unknown) => string): TokenCase[] {
  return [
    ...each(
      'permission claim of another type',
      [null, 0, 1, true, {}, { 0: 'orders:read', length: 1 }],
      make,
    ),
    ...each(
      'permission claim',
      [
        '',
        '.',
        'A',
        'k3Jd9a',
        'k3Jd9a.',
        'k3Jd9.A',
        'k3Jd9a9.A',
        '.Ao',
        'k3Jd9a..A',
        'k3Jd9a 9fQ2xB.A',
        'k3Jd9a9fQ2xB.Ao=',
        'k3Jd9a9fQ2xB.A+',
        'k3Jd9a9fQ2xB.AA',
        'k3Jd9a9fQ2xB.AoA',
        'k3Jd9a9fQ2xB.B',
        'k3Jd9a9fQ2xB.w',
        'k3Jd9a9fQ2xB.AC',
        'k3Jd9a.Ao',
        'orders:read',
      ],
      make,
    ),
    ...each('permission claim of an unknown layout', ['AAAAAA.A', '9fQ2xB.A', '__prot.A', 'K3JD9A.A'], make),
    ...each(
      'permission claim of names',
      [
        ['orders:write', 'orders:read'],
        ['orders:read', 'orders:read'],
        ['orders:read', 1],
        [null],
        [['orders:read']],
        [{}],
      ],
      make,
    ),
  ];
}

/** Texts that parsers disagree about. */
function rawPayloads(key: KeyPair): TokenCase[] {
  const header = encode(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: key.kid }));
  const good = JSON.stringify(goodClaims);
  const member = (text: string): string => good.replace('{', `{${text},`);
  const texts: Record<string, string | Uint8Array> = {
    empty: '',
    null: 'null',
    list: `[${good}]`,
    text: JSON.stringify(good),
    number: '1',
    "a danger that isn't JSON (RFC 7520, figure 7)": "It's a dangerous business, Frodo, going out your door.",
    'nested token': makeToken(key),
    'iss twice': member('"iss":"https://evil.example/"'),
    'aud twice': member('"aud":"https://evil.example/"'),
    'sub twice': member('"sub":"auth0|admin"'),
    'exp twice': member(`"exp":${NOW + 999_999}`),
    'exp twice, once escaped': member(`"\\u0065xp":${NOW + 999_999}`),
    'permission claim twice': member(`${JSON.stringify(CLAIM)}:"k3Jd9a9fQ2xB.A8"`),
    'permission claim twice, slashes escaped': member(
      `${JSON.stringify(CLAIM).replaceAll('/', '\\/')}:"k3Jd9a.A"`,
    ),
    '__proto__ twice': member('"__proto__":{},"__proto__":{}'),
    'name twice within an object': member('"a":{"b":1,"b":1}'),
    'name twice within a list': member('"a":[{"b":1,"b":1}]'),
    'exp of 1e400': good.replace(`"exp":${NOW + 3600}`, '"exp":1e400'),
    'iat of 1e400': good.replace(`"iat":${NOW - 60}`, '"iat":1e400'),
    'iat of -1e400': good.replace(`"iat":${NOW - 60}`, '"iat":-1e400'),
    'nbf of 1e400': member('"nbf":1e400'),
    'exp of NaN': good.replace(`"exp":${NOW + 3600}`, '"exp":NaN'),
    'exp of Infinity': good.replace(`"exp":${NOW + 3600}`, '"exp":Infinity'),
    'exp in hexadecimal': good.replace(`"exp":${NOW + 3600}`, '"exp":0xffffffff'),
    'exp with a zero before': good.replace(`"exp":`, '"exp":0'),
    'iss twice, with space': member('"iss" : "https://evil.example/"').replace('"iss":', '"iss": '),
    'iss twice, a line between name and colon': member('"iss"\n:"https://evil.example/"'),
    'permission claim twice, a tab before one colon': member(`${JSON.stringify(CLAIM)}\t:"k3Jd9a9fQ2xB.A8"`),
    'name twice, made up for by a space before another colon': member('"a":1,"a":2,"b" :3'),
    'space of Unicode within': good.replace(',', ',\u2003'),
    'line separator within': good.replace(',', ',\u2028'),
    'form feed within': good.replace(',', ',\f'),
    'vertical tab within': good.replace(',', ',\v'),
    'no-break space within': good.replace(',', ',\u00a0'),
    'byte order mark': `\ufeff${good}`,
    'UTF-16': Buffer.from(good, 'utf16le'),
    'NUL after': `${good}\0`,
    'text after': `${good}{}`,
    'comma after the last': good.replace(/}$/, ',}'),
    comment: good.replace('{', '{/* */'),
    'single quotes': good.replaceAll('"', "'"),
    cut: good.slice(0, -1),
    'line feed in a text': good.replace('my_client_id', 'my\nclient'),
    'not UTF-8': Buffer.from(good.replace('my_client_id', 'my\u00ffclient'), 'latin1'),
    'overlong UTF-8': Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from([0xc0, 0xaf]),
      Buffer.from(`",${good.slice(1)}`),
    ]),
    'surrogates as UTF-8': Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from(`",${good.slice(1)}`),
    ]),
    'UTF-8 cut': Buffer.concat([Buffer.from(good.slice(0, -2)), Buffer.from([0xe2, 0x82])]),
    'deeply nested list': member(`"a":${'['.repeat(4000)}${']'.repeat(4000)}`),
    'nested list of 101 levels': member(`"a":${'['.repeat(101)}${']'.repeat(101)}`),
    'deeply nested objects': member(`"a":${'{"a":'.repeat(1500)}1${'}'.repeat(1500)}`),
  };
  return Object.entries(texts).map(([title, text]) => ({
    title: `payload: ${title}`,
    token: signText(header, encode(text), key),
  }));
}

/** As the examples of RFC 7520, section 4: right signatures over what is no set of claims. */
export function cookbookCases(key: KeyPair): TokenCase[] {
  const frodo = encode('It\u2019s a dangerous business, Frodo, going out your door.');
  return cases('RFC 7520, section 4', {
    '4.1 RSA v1.5': signText(encode(JSON.stringify({ alg: 'RS256', kid: key.kid })), frodo, key),
    '4.1 with a type': signText(
      encode(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: key.kid })),
      frodo,
      key,
    ),
    '4.2 RSA-PSS': signText(encode(JSON.stringify({ alg: 'PS384', kid: key.kid })), frodo, key, 'PS384'),
    '4.5 detached content': makeToken(key).replace(/\.[^.]+\./, '..'),
  });
}
