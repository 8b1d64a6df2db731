// RSA keys that prove nothing: those whose signatures or private keys anybody can compute at once.

/** RFC 7518, section 3.3, and what OpenSSL verifies with at most. */
const MODULUS_BITS = { least: 2048, most: 16_384 };
const EXPONENT_BITS = 64;

/** The odd primes below 1,000. */
const SMALL_PRIMES: readonly number[] = /* @__PURE__ */ oddPrimesBelow(1000);

/**
 * Whether a public key of modulus n and exponent e has a private key that has to be looked for. With e = 1 a
 * signature is the padded digest itself, and with an even e there is none; an n that is even, divisible by a
 * small prime, a square, or the product of two numbers that are close to each other is factored at once. That n is
 * no prime is for `isProbablePrime` to say; that it has no other factors that are easily found is the issuer's business.
 */
export function isSoundModulus(n: bigint, e: bigint): boolean {
  const bits = bitLength(n);
  if (bits < MODULUS_BITS.least || bits > MODULUS_BITS.most) return false;
  if (n % 2n === 0n || e % 2n === 0n || e < 3n || bitLength(e) > EXPONENT_BITS) return false;
  let square = true;
  for (const prime of SMALL_PRIMES) {
    const rest = Number(n % BigInt(prime));
    if (rest === 0) return false;
    square &&= isSquareModulo(rest, prime);
  }
  // A square is one modulo every prime; another number is one modulo half of them.
  return !square && !hasCloseFactors(n);
}

/** How many differences are tried: of factors that share the upper half of their bits, the first is the one. */
const FERMAT_STEPS = 64;

/** Fermat's method: n = a² - b² for an a that is hardly more than the root of n. */
function hasCloseFactors(n: bigint): boolean {
  let a = squareRoot(n);
  for (let step = 0; step < FERMAT_STEPS; step += 1) {
    a += 1n;
    const rest = a * a - n;
    const b = squareRoot(rest);
    if (b * b === rest) return true;
  }
  return false;
}

/** Of a positive number, rounded down, by Newton's method. */
function squareRoot(value: bigint): bigint {
  let root = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** A longer modulus is not looked at: in JavaScript it would hold up every other request for as long as it takes. */
const LONGEST_TESTED = 4096;

/**
 * Whether n is most probably a prime: whose private exponent is the inverse of e modulo n - 1, which anybody can compute.
 * By Fermat's little theorem for 2, with the work of one private operation: 12 ms for 2,048 bits, 70 ms for 4,096. False
 * for a longer n.
 */
export function isProbablePrime(n: bigint): boolean {
  if (bitLength(n) > LONGEST_TESTED) return false;
  let power = 1n;
  for (const bit of (n - 1n).toString(2)) {
    power = (power * power) % n;
    if (bit === '1') power = (power << 1n) % n;
  }
  return power === 1n;
}

/** 1 for 0. */
function bitLength(value: bigint): number {
  return value.toString(2).length;
}

/** Euler's criterion. */
function isSquareModulo(value: number, prime: number): boolean {
  let power = 1;
  for (let exponent = (prime - 1) / 2; exponent > 0; exponent -= 1) power = (power * value) % prime;
  return power === 1;
}

function oddPrimesBelow(limit: number): number[] {
  const primes: number[] = [];
  for (let candidate = 3; candidate < limit; candidate += 2) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
