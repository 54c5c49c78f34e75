const rounds = 110;

/** Floor of the square root, by Newton's method from above. */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(16).length * 4 + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Which remainders modulo 5040 * 11 * 13 * 17 a square can have; lets all but a few candidates pass without a root. */
const sieve = 720_720;
const squares = new Uint8Array(sieve);
for (let n = 0; n <= sieve / 2; n++) squares[Number((BigInt(n) * BigInt(n)) % BigInt(sieve))] = 1;

function isSquare(value: bigint): boolean {
  if (squares[Number(value % BigInt(sieve))] !== 1) return false;
  const root = squareRoot(value);
  return root * root === value;
}

/**
 * Fermat's method: looks for a with a^2 - n = b^2, starting at the square root of n. Keys of random primes are never
 * found; 110 rounds are what the CA/Browser Forum's baseline (6.1.1.3) asks for with 100 and more.
 */
export function hasClosePrimes(modulus: bigint): boolean {
  let a = squareRoot(modulus);
  if (a * a < modulus) a += 1n;
  let rest = a * a - modulus;
  for (let round = 0; round < rounds; round++) {
    if (isSquare(rest)) return true;
    rest += 2n * a + 1n;
    a += 1n;
  }
  return false;
}
