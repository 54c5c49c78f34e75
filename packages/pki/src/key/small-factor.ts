const limit = 65_537;

/** Odd primes up to 65537, by the sieve of Eratosthenes. */
function listOddPrimes(): number[] {
  const isComposite = new Uint8Array(limit + 1);
  const primes: number[] = [];
  for (let n = 3; n <= limit; n += 2) {
    if (isComposite[n] === 1) continue;
    primes.push(n);
    for (let multiple = n * n; multiple <= limit; multiple += 2 * n) isComposite[multiple] = 1;
  }
  return primes;
}

/** Primes multiplied up to 2^53: one long division serves several primes, the rest is exact in a number. */
function groupPrimes(primes: readonly number[]): { product: bigint; primes: number[] }[] {
  const groups: { product: bigint; primes: number[] }[] = [];
  let group: number[] = [];
  let product = 1;
  for (const prime of primes) {
    if (product * prime > Number.MAX_SAFE_INTEGER) {
      groups.push({ product: BigInt(product), primes: group });
      group = [];
      product = 1;
    }
    group.push(prime);
    product *= prime;
  }
  groups.push({ product: BigInt(product), primes: group });
  return groups;
}

const groups = groupPrimes(listOddPrimes());

/** The smallest odd prime up to 65537 that divides the number, or null. */
export function findSmallFactor(modulus: bigint): number | null {
  for (const group of groups) {
    const rest = Number(modulus % group.product);
    for (const prime of group.primes) if (rest % prime === 0) return prime;
  }
  return null;
}
