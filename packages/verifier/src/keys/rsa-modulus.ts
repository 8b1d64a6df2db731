// RSA keys that prove nothing: those whose signatures or private keys anybody can compute at once.

/** RFC 7518, section 3.3, and what OpenSSL verifies with at most. */
const MODULUS_BITS = { least: 2048, most: 16_384 };
const EXPONENT_BITS = 64;

/** The odd primes below 1,000. */
const SMALL_PRIMES: readonly number[] = /* @__PURE__ */ oddPrimesBelow(1000);

/**
 * Whether a public key of modulus n and exponent e has a private key that has to be looked for. With e = 1 a
 * signature is the padded digest itself, and with an even e there is none; an n that is even, divisible by a
 * small prime, or a square is factored at once. That n has no other factors that are easily found is the
 * issuer's business.
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
  return !square;
}

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
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
