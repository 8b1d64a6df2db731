import type { KeyPair } from '../support/issuer.ts';
import { encode, goodClaims, makeToken, signBytes, signText } from '../support/issuer.ts';
import type { TokenCase } from './case.ts';
import { cases, each } from './case.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What is not the one spelling of a compact JWS: RFC 7515, section 7.1 and appendix C; RFC 4648, section 3.5. */
export function structureCases(key: KeyPair): TokenCase[] {
  const good = makeToken(key);
  const [header = '', payload = '', signature = ''] = good.split('.');
  return [
    ...each(
      'no compact JWS',
      ['', '.', '..', '...', 'a', 'a.b', 'a.b.c', '{}', 'null', 'undefined'],
      (text) => text,
    ),
    ...cases('parts', {
      'header missing': `.${payload}.${signature}`,
      'payload missing (detached, RFC 7515 appendix F)': `${header}..${signature}`,
      'signature missing': `${header}.${payload}.`,
      'signature and dot missing': `${header}.${payload}`,
      'fourth part': `${good}.${signature}`,
      'fourth part, empty': `${good}.`,
      'five parts, as an encrypted token': `${good}.${payload}.${signature}`,
      'dot before': `.${good}`,
      'order swapped': `${payload}.${header}.${signature}`,
      'two tokens': `${good},${good}`,
      'scheme before': `Bearer ${good}`,
      quoted: `"${good}"`,
      'JSON serialization, flattened': JSON.stringify({ payload, protected: header, signature }),
      'JSON serialization, general': JSON.stringify({
        payload,
        signatures: [{ protected: header, signature }],
      }),
      'unprotected header (RFC 7520, 4.7)': JSON.stringify({ payload, header: { alg: 'none' }, signature }),
      'longer than accepted': makeToken(key, { claims: { pad: 'x'.repeat(16_384) } }),
    }),
    ...[0, 1, 2].flatMap((part) =>
      each(
        `in part ${part}`,
        [
          '=',
          '==',
          ' ',
          '\n',
          '\r\n',
          '\t',
          '\0',
          '+',
          '/',
          '%3D',
          '\u00e9',
          '\u212a',
          '\ufeff',
          'AAAA',
          'A',
        ],
        (text) => insert(good, part, text),
      ),
    ),
    ...[0, 1, 2].flatMap((part) => respellings(key, part)),
    ...[0, 1, 2].flatMap((part) =>
      each(`other high bits in part ${part}, of character`, [0, 20, -1], (at) =>
        otherHighBits(good, part, at),
      ),
    ),
    ...faultyUtf8(key),
    ...cases('base64 of another kind', {
      'standard alphabet': Buffer.from(good.split('.')[2] ?? '', 'base64url').toString('base64'),
      'standard alphabet in the signature': standardAlphabet(key),
      'plus signs in the payload, signed': standardPayload(key, '>>>', '+'),
      'slashes in the payload, signed': standardPayload(key, '???', '/'),
    }),
    ...brokenSignatures(key, good),
  ];
}

function insert(token: string, part: number, text: string): string {
  return token
    .split('.')
    .map((segment, index) => (index === part ? segment + text : segment))
    .join('.');
}

/** Spare bits of a part's last character: texts that a lenient decoder takes for the same bytes. */
function respellings(key: KeyPair, part: number): TokenCase[] {
  for (let pad = 0; ; pad += 1) {
    const filler = 'x'.repeat(pad);
    const token = makeToken(key, { header: { x5t: filler }, claims: { pad: filler } });
    const segment = token.split('.')[part] ?? '';
    if (segment.length % 4 !== 2) continue;
    const last = ALPHABET.indexOf(segment.slice(-1));
    const others = [...Array(15).keys()].map((spare) => ALPHABET[last + spare + 1] ?? '');
    return each(`other spelling of part ${part}`, others, (character) => {
      const segments = token.split('.');
      segments[part] = segment.slice(0, -1) + character;
      return segments.join('.');
    });
  }
}

/** RFC 3629: bytes that no text has, under a right signature. */
function faultyUtf8(key: KeyPair): TokenCase[] {
  const parts = makeToken(key).split('.').slice(0, 2);
  const faults = ['80', 'c3', 'c080', 'eda080', 'f4908080', 'fe', 'ff'];
  return [0, 1].flatMap((part) =>
    each(`bytes that are not UTF-8, in part ${part}`, faults, (fault) => {
      const json = Buffer.from(parts[part] ?? '', 'base64url').toString();
      const member = Buffer.concat([Buffer.from(',"x":"'), Buffer.from(fault, 'hex'), Buffer.from('"}')]);
      const faulty = encode(Buffer.concat([Buffer.from(json.slice(0, -1)), member]));
      const [header = '', payload = ''] = parts.with(part, faulty);
      return signText(header, payload, key);
    }),
  );
}

function standardAlphabet(key: KeyPair): string {
  for (let number = 0; ; number += 1) {
    const token = makeToken(key, { claims: { jti: String(number) } });
    const dot = token.lastIndexOf('.');
    const signature = token.slice(dot);
    if (/[-_]/.test(signature)) {
      return token.slice(0, dot) + signature.replaceAll('-', '+').replaceAll('_', '/');
    }
  }
}

/** A payload with one of the two characters that base64 has in place of base64url's, and not the other. */
function standardPayload(key: KeyPair, pad: string, character: string): string {
  const [header = ''] = makeToken(key).split('.');
  const payload = Buffer.from(JSON.stringify({ ...goodClaims, pad })).toString('base64');
  if ([...new Set(payload.match(/[+/]/g))].join() !== character) throw new Error('the padding is no use');
  return signText(header, payload.replaceAll('=', ''), key);
}

/** A character that is the same in its low 8 bits: Latin-1 writers and Node's decoder look at no others. */
function otherHighBits(token: string, part: number, at: number): string {
  const segments = token.split('.');
  const segment = segments[part] ?? '';
  const index = (at + segment.length) % segment.length;
  const other = String.fromCharCode(segment.charCodeAt(index) + 0x100);
  segments[part] = segment.slice(0, index) + other + segment.slice(index + 1);
  return segments.join('.');
}

function brokenSignatures(key: KeyPair, good: string): TokenCase[] {
  const dot = good.lastIndexOf('.');
  const signed = good.slice(0, dot);
  const bytes = Buffer.from(good.slice(dot + 1), 'base64url');
  const withBytes = (changed: Uint8Array): string => `${signed}.${encode(changed)}`;
  const [header = '', payload = ''] = signed.split('.');
  const richer = encode(JSON.stringify({ ...goodClaims, sub: 'auth0|admin' }));
  return [
    ...each(
      'signature with one bit flipped, of bit',
      [0, 1, 7, 8, 100, 1024, 1999, 2040, 2046, 2047],
      (bit) => {
        const changed = Uint8Array.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
        return withBytes(changed);
      },
    ),
    ...each('signature of so many bytes', [0, 1, 32, 64, 128, 255, 257, 512], (length) =>
      withBytes(Uint8Array.from({ length }, (_, index) => bytes[index] ?? 0)),
    ),
    ...cases('signature', {
      'all zeros': withBytes(new Uint8Array(256)),
      'all ones': withBytes(new Uint8Array(256).fill(255)),
      'zero byte before': withBytes(Uint8Array.from([0, ...bytes])),
      reversed: withBytes(Uint8Array.from(bytes).reverse()),
      'of another token': `${signed}${makeToken(key, { claims: { sub: 'x' } }).slice(-343)}`,
      'of other claims': `${header}.${richer}.${good.slice(dot + 1)}`,
      'of the payload alone': withBytes(signBytes(payload, key.privateKey, 'RS256')),
      'of the decoded text': withBytes(
        signBytes(Buffer.from(payload, 'base64url').toString(), key.privateKey, 'RS256'),
      ),
      'made with SHA-1': withBytes(signBytes(signed, key.privateKey, 'RS1')),
      'made with SHA-512': withBytes(signBytes(signed, key.privateKey, 'RS512')),
      'made with PSS': withBytes(signBytes(signed, key.privateKey, 'PS256')),
      'of a header in other order': signText(encode('{"typ":"JWT","alg":"RS256"}'), payload, key).replace(
        /^[^.]+/,
        header,
      ),
    }),
  ];
}
