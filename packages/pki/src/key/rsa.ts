import { checkPrimeSync } from "node:crypto";

import { toHex } from "../hex.ts";
import { hasClosePrimes } from "./fermat.ts";
import { isRoca } from "./roca.ts";
import { findSmallFactor } from "./small-factor.ts";

/**
 * What can be seen to be wrong with an RSA key, or null: exponent other than 65537, even modulus, a factor up to 65537,
 * primes so close that Fermat's method finds them (CVE-2022-26320), the ROCA fingerprint (CVE-2017-15361), a modulus that
 * is a prime, whose private key anyone can compute.
 */
export function findRsaWeakness(key: { modulus: Uint8Array; exponent: Uint8Array }): string | null {
  if (toHex(key.exponent) !== "010001") return "the RSA exponent must be 65537";
  const modulus = BigInt(`0x${toHex(key.modulus)}`);
  if ((modulus & 1n) === 0n) return "the RSA modulus is even";
  const factor = findSmallFactor(modulus);
  if (factor !== null) return `the RSA modulus is divisible by ${factor}`;
  if (isRoca(modulus)) return "the RSA key has the ROCA fingerprint (CVE-2017-15361)";
  if (hasClosePrimes(modulus)) return "the primes of the RSA key are too close to each other";
  // one round of Miller and Rabin: a product of two large primes does not pass it, a prime always does
  return checkPrimeSync(modulus, { checks: 1 }) ? "the RSA modulus is a prime itself" : null;
}
