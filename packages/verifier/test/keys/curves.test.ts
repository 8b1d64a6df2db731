// Elliptic public keys, at the edges of what is refused. weak-keys.long.test.ts has the same for whole key sets.
import { describe, expect, test } from 'vitest';
import { bigEndian } from '../../src/keys/big-endian.ts';
import { isOnCurve } from '../../src/keys/curves.ts';
import { ecKey, edKey, toJwk } from '../support/issuer.ts';

/** SEC 2, version 2.0, sections 2.4.2, 2.5.1 and 2.6.1. */
const CURVES = [
  {
    crv: 'P-256',
    length: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    g: [
      0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
      0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    ],
  },
  {
    crv: 'P-384',
    length: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    g: [
      0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
      0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
    ],
  },
  {
    crv: 'P-521',
    length: 66,
    p: 2n ** 521n - 1n,
    b: 0x051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    g: [
      0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
      0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
    ],
  },
] as const;
type Curve = (typeof CURVES)[number];

function toBytes(value: bigint, length: number): Uint8Array {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
}

function point(kind: 'ec' | 'ed25519', crv: string): { x: Uint8Array; y: Uint8Array } {
  const { x = '', y = '' } = toJwk(kind === 'ec' ? ecKey('k', crv) : edKey('k'));
  return { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

/** The point of the lowest x from the given one on. All three primes are 3 modulo 4. */
function lowestPoint({ p, b }: Curve, from: bigint): [bigint, bigint] {
  for (let x = from; ; x += 1n) {
    const square = (((x ** 3n - 3n * x + b) % p) + p) % p;
    const y = power(square, (p + 1n) / 4n, p);
    if ((y * y) % p === square) return [x, y];
  }
}

describe.each(CURVES)('of $crv', (curve) => {
  const { crv, length, p, g } = curve;
  const accepted = (x: bigint, y: bigint): boolean =>
    isOnCurve('EC', crv, toBytes(x, length), toBytes(y, length));

  test('keys as they are made are accepted, with either y', () => {
    for (let count = 0; count < 5; count += 1) {
      const { x, y } = point('ec', crv);
      expect(isOnCurve('EC', crv, x, y)).toBe(true);
      expect(accepted(bigEndian(x), p - bigEndian(y))).toBe(true);
    }
    expect(accepted(...lowestPoint(curve, 1n))).toBe(true);
  });

  test('a point beside the curve is refused', () => {
    const made = point('ec', crv);
    const [x, y] = [bigEndian(made.x), bigEndian(made.y)];
    for (const [dx, dy] of [
      [1n, 0n],
      [-1n, 0n],
      [0n, 1n],
      [0n, -1n],
    ] as const)
      expect(accepted(x + dx, y + dy)).toBe(false);
    expect(accepted(y, x)).toBe(false);
    expect(accepted(0n, 0n)).toBe(false);
    expect(accepted(1n, 1n)).toBe(false);
  });

  test('the keys of the private keys 1 and -1 are refused', () => {
    expect(accepted(g[0], g[1])).toBe(false);
    expect(accepted(g[0], p - g[1])).toBe(false);
  });

  test('coordinates that are shorter or longer than the curve are refused', () => {
    const { x, y } = point('ec', crv);
    const long = (bytes: Uint8Array): Uint8Array => Buffer.concat([Buffer.alloc(1), bytes]);
    expect(isOnCurve('EC', crv, long(x), y)).toBe(false);
    expect(isOnCurve('EC', crv, x, long(y))).toBe(false);
    expect(isOnCurve('EC', crv, long(x), long(y))).toBe(false);
    // Without its leading zeros, x is the same number.
    const [low, its] = lowestPoint(curve, 1n);
    expect(isOnCurve('EC', crv, toBytes(low, length - 1), toBytes(its, length))).toBe(false);
    expect(isOnCurve('EC', crv, x.subarray(1), y)).toBe(false);
    expect(isOnCurve('EC', crv, new Uint8Array(), new Uint8Array())).toBe(false);
  });

  test('a coordinate that is missing is refused', () => {
    const { x, y } = point('ec', crv);
    expect(isOnCurve('EC', crv, undefined, y)).toBe(false);
    expect(isOnCurve('EC', crv, x, undefined)).toBe(false);
    expect(isOnCurve('EC', crv, undefined, undefined)).toBe(false);
  });

  test('a key by the name of another curve is refused', () => {
    const { x, y } = point('ec', crv);
    const others = [...CURVES.map((each) => each.crv), 'Ed25519', 'secp256k1', '', 'p-256', 'constructor'];
    for (const name of [...others, undefined])
      expect([name, isOnCurve('EC', name, x, y)]).toEqual([name, name === crv]);
    expect(isOnCurve('OKP', crv, x, y)).toBe(false);
  });
});

describe('of a coordinate, only the least of its spellings is accepted', () => {
  // The one curve whose coordinates have bits to spare.
  const curve = CURVES[2];
  const { crv, length, p } = curve;
  const accepted = (x: bigint, y: bigint): boolean =>
    isOnCurve('EC', crv, toBytes(x, length), toBytes(y, length));

  test('x and y past the prime are refused', () => {
    const made = point('ec', crv);
    const [x, y] = [bigEndian(made.x), bigEndian(made.y)];
    expect(accepted(x, y)).toBe(true);
    expect(accepted(x + p, y)).toBe(false);
    expect(accepted(x, y + p)).toBe(false);
    expect(accepted(x + p, y + p)).toBe(false);
  });

  test.each(CURVES)('an x of 0 is no x of the prime, on $crv', (each) => {
    const [x, y] = lowestPoint(each, 0n);
    const offered = (value: bigint): boolean =>
      isOnCurve('EC', each.crv, toBytes(value, each.length), toBytes(y, each.length));
    expect(offered(x)).toBe(true);
    if ((x + each.p).toString(16).length <= 2 * each.length) expect(offered(x + each.p)).toBe(false);
    else expect(each.crv).toBe('P-384');
  });
});

describe('of Edwards25519', () => {
  const p = 2n ** 255n - 19n;
  const SIGN = 2n ** 255n;
  const encoded = (y: bigint): Uint8Array => toBytes(y, 32).reverse();
  const accepted = (y: bigint): boolean => isOnCurve('OKP', 'Ed25519', encoded(y), undefined);
  const ORDER_8 = bigEndian(
    Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex').reverse(),
  );

  test('keys as they are made are accepted, with either sign', () => {
    for (let count = 0; count < 20; count += 1) {
      const { x } = point('ed25519', 'Ed25519');
      const before = Buffer.from(x);
      expect(isOnCurve('OKP', 'Ed25519', x, undefined)).toBe(true);
      expect(Buffer.compare(before, x)).toBe(0);
      expect(accepted(bigEndian(before.reverse()) ^ SIGN)).toBe(true);
    }
  });

  test.each<[string, bigint]>([
    ['0', 0n],
    ['1', 1n],
    ['-1', p - 1n],
    ['a point of order 8', ORDER_8],
    ['another point of order 8', p - ORDER_8],
    ['the generator', 0x6666666666666666666666666666666666666666666666666666666666666658n],
    ['0, spelt as the prime', p],
    ['1, spelt past the prime', p + 1n],
    ['3, spelt past the prime', p + 3n],
    ['the highest', 2n ** 255n - 1n],
  ])('a y of %s is refused, with either sign', (_, y) => {
    expect(accepted(y)).toBe(false);
    expect(accepted(y | SIGN)).toBe(false);
  });

  test('a key that is missing, or of another length, is refused', () => {
    const { x } = point('ed25519', 'Ed25519');
    for (const other of [
      x.subarray(1),
      x.subarray(0, 31),
      Buffer.concat([x, Buffer.alloc(1)]),
      new Uint8Array(),
    ])
      expect(isOnCurve('OKP', 'Ed25519', other, undefined)).toBe(false);
    expect(isOnCurve('OKP', 'Ed25519', undefined, x)).toBe(false);
  });

  test('a key by the name of another curve is refused', () => {
    const { x } = point('ed25519', 'Ed25519');
    for (const name of ['Ed448', 'X25519', 'ed25519', 'P-256', '', undefined])
      expect(isOnCurve('OKP', name, x, undefined)).toBe(false);
    expect(isOnCurve('EC', 'Ed25519', x, x)).toBe(false);
  });
});
