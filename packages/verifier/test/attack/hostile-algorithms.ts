import { createHash, createHmac } from 'node:crypto';
import type { KeyPair } from '../support/issuer.ts';
import { encode, goodClaims, makeToken, signText, toJwk } from '../support/issuer.ts';
import type { TokenCase } from './case.ts';
import { cases, each } from './case.ts';

/** Keys of the hostile issuer's set that must never verify an RS256 token; see `attack.test.ts`. */
export interface UnfitKeys {
  readonly short: KeyPair;
  readonly forEncryption: KeyPair;
  readonly forOther: KeyPair;
  readonly forSigningOnly: KeyPair;
  readonly exposed: KeyPair;
  readonly repeated: KeyPair;
  readonly contradictory: KeyPair;
  readonly exponentOfOne: KeyPair;
  readonly elliptic: KeyPair;
  readonly edwards: KeyPair;
  readonly secret: string;
}

/** Confusion of algorithms and of keys: RFC 8725, sections 2.1, 3.1 and 3.5. */
export function algorithmCases(key: KeyPair, unfit: UnfitKeys): TokenCase[] {
  const payload = encode(JSON.stringify(goodClaims));
  const headerOf = (alg: unknown): string => encode(JSON.stringify({ alg, typ: 'JWT', kid: key.kid }));
  const signature = makeToken(key).split('.')[2] ?? '';
  return [
    ...['none', 'None', 'NONE', 'nOnE', 'none ', ''].flatMap((alg) =>
      cases(`alg ${JSON.stringify(alg)}`, {
        'no signature': `${headerOf(alg)}.${payload}.`,
        "another token's signature": `${headerOf(alg)}.${payload}.${signature}`,
        'signed with RS256': signText(headerOf(alg), payload, key),
      }),
    ),
    ...each(
      'alg, signed with RS256',
      [
        undefined,
        null,
        0,
        256,
        true,
        ['RS256'],
        { RS256: 1 },
        'RS256 ',
        ' RS256',
        'rs256',
        'Rs256',
        'RS256\0',
        'SHA256withRSA',
        'RSA',
        'RS1',
        'dir',
        '__proto__',
        'constructor',
      ],
      (alg) => signText(headerOf(alg), payload, key),
    ),
    ...each(
      'alg not in the list, rightly signed',
      ['RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
      (algorithm) => makeToken(key, { algorithm }),
    ),
    ...each('alg not in the list, rightly signed by the EC key', ['ES256'], (algorithm) =>
      makeToken(unfit.elliptic, { algorithm }),
    ),
    ...each('alg not in the list, rightly signed by the Edwards key', ['EdDSA', 'Ed25519'], (algorithm) =>
      makeToken(unfit.edwards, { algorithm }),
    ),
    ...['HS256', 'HS384', 'HS512'].flatMap((alg) => symmetricCases(key, unfit, alg, headerOf(alg), payload)),
    ...cases('key of the set, RS256', {
      'of 1024 bits': makeToken(unfit.short),
      'made for encryption': makeToken(unfit.forEncryption),
      'made for another algorithm': makeToken(unfit.forOther),
      'made for signing only': makeToken(unfit.forSigningOnly),
      'whose private members were published': makeToken(unfit.exposed),
      'with an operation twice': makeToken(unfit.repeated),
      'with operations that contradict each other': makeToken(unfit.contradictory),
      'with an exponent of 1': makeToken(unfit.exponentOfOne),
      'with an exponent of 1, the signature being the padded digest': padded(payload, 'one'),
      'elliptic, with its own signature': signText(
        encode(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: unfit.elliptic.kid })),
        payload,
        unfit.elliptic,
        'ES256',
      ),
      'several fit and the token names none': makeToken(key, { header: { kid: undefined } }),
    }),
  ];
}

/** What is its own signature under an exponent of 1: RFC 8017, section 9.2. */
function padded(payload: string, kid: string): string {
  const signed = `${encode(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid }))}.${payload}`;
  const info = Buffer.concat([
    Buffer.from('3031300d060960864801650304020105000420', 'hex'),
    createHash('sha256').update(signed).digest(),
  ]);
  const filling = Buffer.alloc(256 - info.length - 3, 0xff);
  return `${signed}.${encode(Buffer.concat([Buffer.of(0, 1), filling, Buffer.of(0), info]))}`;
}

/** The public key, in every spelling that a library could take for a shared secret. */
function symmetricCases(
  key: KeyPair,
  unfit: UnfitKeys,
  alg: string,
  header: string,
  payload: string,
): TokenCase[] {
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const secrets: Record<string, string | Buffer> = {
    'SPKI PEM': pem,
    'SPKI PEM without its last line feed': pem.trimEnd(),
    'PKCS #1 PEM': key.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string,
    'SPKI DER': key.publicKey.export({ type: 'spki', format: 'der' }) as Buffer,
    JWK: JSON.stringify(toJwk(key)),
    modulus: toJwk(key).n ?? '',
    kid: key.kid,
    'the empty text': '',
    'the secret of the key set': Buffer.from(unfit.secret, 'base64url'),
  };
  const own = Object.entries(secrets).map(([title, secret]) => ({
    title: `${alg} with ${title}`,
    token: mac(alg, header, payload, secret),
  }));
  const named = encode(JSON.stringify({ alg, typ: 'JWT', kid: 'symmetric' }));
  const token = mac(alg, named, payload, Buffer.from(unfit.secret, 'base64url'));
  return [...own, { title: `${alg} with the kid of the secret in the key set`, token }];
}

function mac(alg: string, header: string, payload: string, secret: string | Buffer): string {
  const signed = `${header}.${payload}`;
  return `${signed}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(signed)
    .digest('base64url')}`;
}
