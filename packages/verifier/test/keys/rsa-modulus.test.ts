// The numbers of RSA keys, at the edges of what is refused. weak-keys.long.test.ts has the same for whole key sets.
import { checkPrimeSync, getDiffieHellman } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bigEndian } from '../../src/keys/big-endian.ts';
import { isProbablePrime, isSoundModulus } from '../../src/keys/rsa-modulus.ts';

/** Primes of RFC 2409 and RFC 3526, and one of Mersenne's: to find others would take seconds. */
const primeOf = (name: string): bigint => bigEndian(getDiffieHellman(name).getPrime());
const PRIME_768 = primeOf('modp1');
const PRIME_1024 = primeOf('modp2');
const PRIME_2048 = primeOf('modp14');
const MERSENNE_1279 = 2n ** 1279n - 1n;
const E = 65_537n;

const small = Array.from({ length: 998 }, (_, index) => index + 2).filter((value) =>
  checkPrimeSync(BigInt(value)),
);
const odd = small.filter((prime) => prime !== 2);
const hasSmallFactor = (value: bigint): boolean => small.some((prime) => value % BigInt(prime) === 0n);

/** The first number of so many bits that no prime below 1,000 divides. */
function numberOf(bits: number): bigint {
  let value = 2n ** BigInt(bits - 1) + 1n;
  while (hasSmallFactor(value)) value += 2n;
  return value;
}

/** The product of two factors whose mean is so many steps above the root of the product. */
function closeFactors(steps: number): bigint {
  const mean = 2n ** 1024n;
  let half = rootOf(2n * mean * BigInt(steps) - mean) | 1n;
  while (hasSmallFactor((mean - half) * (mean + half))) half += 2n;
  const product = (mean - half) * (mean + half);
  // The root, rounded down, by its definition.
  const root = mean - BigInt(steps);
  expect(root ** 2n <= product && product < (root + 1n) ** 2n).toBe(true);
  return product;
}

function rootOf(value: bigint): bigint {
  let [low, high] = [0n, value];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle <= value) low = middle;
    else high = middle;
  }
  return low;
}

describe('a modulus', () => {
  test.each([2047, 2048, 16_384, 16_385])('of %i bits is refused unless it has 2,048 to 16,384', (bits) => {
    const n = numberOf(bits);
    expect(n.toString(2).length).toBe(bits);
    expect(isSoundModulus(n, E)).toBe(bits === 2048 || bits === 16_384);
  });

  test('of two long primes is accepted, and a shorter one is not', () => {
    expect(isSoundModulus(PRIME_1024 * MERSENNE_1279, E)).toBe(true);
    expect((PRIME_768 * MERSENNE_1279).toString(2).length).toBe(2047);
    expect(isSoundModulus(PRIME_768 * MERSENNE_1279, E)).toBe(false);
  });

  test('of 0 or 1 is refused', () => {
    for (const n of [0n, 1n]) expect(isSoundModulus(n, E)).toBe(false);
  });

  test('that is even is refused', () => {
    expect(isSoundModulus(2n * PRIME_2048, E)).toBe(false);
    expect(isSoundModulus(2n ** 2048n, E)).toBe(false);
  });

  test('that a prime below 1,000 divides is refused, and one that a larger prime divides is not', () => {
    expect(odd.at(-1)).toBe(997);
    for (const prime of odd)
      expect([prime, isSoundModulus(BigInt(prime) * PRIME_2048, E)]).toEqual([prime, false]);
    expect(isSoundModulus(1009n * PRIME_2048, E)).toBe(true);
  });

  test('that is a square is refused', () => {
    for (const root of [PRIME_1024, MERSENNE_1279, 1009n * PRIME_1024])
      expect(isSoundModulus(root ** 2n, E)).toBe(false);
  });

  test.each([1, 2, 63, 64])('whose factors are found in %i steps of Fermat is refused', (steps) => {
    expect(isSoundModulus(closeFactors(steps), E)).toBe(false);
  });

  test.each([65, 66])('whose factors are found after %i steps of Fermat only is accepted', (steps) => {
    expect(isSoundModulus(closeFactors(steps), E)).toBe(true);
  });
});

test.each<[bigint, boolean]>([
  [0n, false],
  [1n, false],
  [2n, false],
  [3n, true],
  [4n, false],
  [17n, true],
  [65_536n, false],
  [65_537n, true],
  [2n ** 64n - 2n, false],
  [2n ** 64n - 1n, true],
  [2n ** 64n, false],
  [2n ** 64n + 1n, false],
  [2n ** 127n + 1n, false],
])('an exponent of %s is accepted: %j', (e, accepted) => {
  expect(isSoundModulus(PRIME_2048, e)).toBe(accepted);
});

describe('of a modulus, it is known that it is a prime', () => {
  test('up to 4,096 bits', () => {
    expect(isProbablePrime(PRIME_2048)).toBe(true);
    expect(isProbablePrime(primeOf('modp16'))).toBe(true);
  });

  test('and no longer, as that would hold up other requests', () => {
    expect(isProbablePrime(primeOf('modp17'))).toBe(false);
    expect(isProbablePrime(2n ** 4423n - 1n)).toBe(false);
  });

  test('and that it is none', () => {
    expect(isProbablePrime(PRIME_768 * MERSENNE_1279)).toBe(false);
    expect(isProbablePrime(PRIME_1024 * PRIME_1024)).toBe(false);
    expect(isProbablePrime(PRIME_2048 + 2n)).toBe(false);
  });
});
