/** The primes of the published fingerprint (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017). */
const primes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/** Powers of 65537 modulo each prime: an Infineon prime is one of them modulo all, and so is a product of two. */
const subgroups = primes.map((prime) => {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * 65_537) % prime) powers.add(power);
  return { prime: BigInt(prime), powers };
});

/** True if the modulus was made by the broken generator of CVE-2017-15361; about one false alarm in 2^27. */
export function isRoca(modulus: bigint): boolean {
  return subgroups.every(({ prime, powers }) => powers.has(Number(modulus % prime)));
}
