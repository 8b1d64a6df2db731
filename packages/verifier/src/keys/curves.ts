// Elliptic public keys that prove nothing: points that are on no curve, in a small subgroup, or whose private
// key is 1.
import { bigEndian } from './big-endian.ts';

/**
 * y² = x³ - 3x + b over the integers modulo p: FIPS 186-4, appendix D.1.2. All points have the order of the
 * generator.
 */
interface Weierstrass {
  readonly bytes: number;
  readonly p: bigint;
  readonly b: bigint;
  /** The x of the generator: the public key of the private keys 1 and -1. */
  readonly generator: bigint;
}

const P_256: Weierstrass = {
  bytes: 32,
  p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  generator: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
};
const P_384: Weierstrass = {
  bytes: 48,
  p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  generator:
    0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
};
const P_521: Weierstrass = {
  bytes: 66,
  p: 2n ** 521n - 1n,
  b: 0x051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  generator:
    0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
};
const CURVES: ReadonlyMap<unknown, Weierstrass> = new Map([
  ['P-256', P_256],
  ['P-384', P_384],
  ['P-521', P_521],
]);

/**
 * Whether x and y, or the x of an Edwards curve, are the public key of a private key that has to be looked
 * for.
 */
export function isOnCurve(
  kty: 'EC' | 'OKP',
  crv: unknown,
  x: Uint8Array | undefined,
  y: Uint8Array | undefined,
): boolean {
  if (kty === 'OKP') return crv === 'Ed25519' && x !== undefined && isSoundEdwardsPoint(x);
  const curve = CURVES.get(crv);
  return curve !== undefined && x !== undefined && y !== undefined && isSoundPoint(curve, x, y);
}

/** RFC 7518, section 6.2.1.2: coordinates have the full length of the curve's. */
function isSoundPoint(
  { bytes, p, b, generator }: Weierstrass,
  xBytes: Uint8Array,
  yBytes: Uint8Array,
): boolean {
  if (xBytes.length !== bytes || yBytes.length !== bytes) return false;
  const [x, y] = [bigEndian(xBytes), bigEndian(yBytes)];
  if (x >= p || y >= p || x === generator) return false;
  return (y * y - (x * x * x - 3n * x + b)) % p === 0n;
}

const EDWARDS_P: bigint = 2n ** 255n - 19n;
const OF_ORDER_8: bigint = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/**
 * The y of the points of orders 1, 2, 4 and 8, with either sign of x: under such a key one signature is right
 * for many messages. Then the y of the generator.
 */
const UNSOUND_Y: ReadonlySet<bigint> = new Set([
  1n,
  EDWARDS_P - 1n,
  0n,
  OF_ORDER_8,
  EDWARDS_P - OF_ORDER_8,
  0x6666666666666666666666666666666666666666666666666666666666666658n,
]);

/** RFC 8032, section 5.1.2: y in little-endian order, its highest bit the sign of x. */
function isSoundEdwardsPoint(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false;
  const y = bigEndian(Uint8Array.from(encoded).reverse()) & (2n ** 255n - 1n);
  return y < EDWARDS_P && !UNSOUND_Y.has(y);
}
