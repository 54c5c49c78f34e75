import { checkPrimeSync, getDiffieHellman } from "node:crypto";

import { parseCsr } from "@fieldseal/pki/csr/parse";
import { bitString, integer, nullValue, objectIdentifier, sequence, tlv } from "@fieldseal/pki/der/write";
import { fromHex, toHex } from "@fieldseal/pki/hex";
import { oids } from "@fieldseal/pki/oids";

import { ed25519SpkiDer, getSeed, join } from "./build.ts";
import { numberCases } from "./case.ts";
import type { Case } from "./case.ts";
import { createPrng } from "./prng.ts";
import { csrSeeds } from "./seeds.ts";

type Named = [name: string, spkiDer: Uint8Array];

const of = (...octets: number[]) => Uint8Array.from(octets);
const spkiOf = (name: string) => parseCsr(getSeed(csrSeeds, name)).spkiDer;
const algorithmOf = (oid: string, ...parameters: Uint8Array[]) => sequence(objectIdentifier(oid), ...parameters);
const keyOf = (oid: string, bits: Uint8Array, ...parameters: Uint8Array[]) =>
  sequence(algorithmOf(oid, ...parameters), bitString(bits));
const toNumber = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes)}`);
const toOctets = (value: bigint, length: number) => fromHex(value.toString(16).padStart(length * 2, "0"));

const curves = [
  {
    name: "P-256",
    seed: "ec-p256",
    oid: oids.secp256r1,
    octets: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  },
  {
    name: "P-384",
    seed: "ec-p384",
    oid: oids.secp384r1,
    octets: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  },
  { name: "P-521", seed: "ec-p521", oid: oids.secp521r1, octets: 66, p: 2n ** 521n - 1n },
];

const ecPoints = curves.flatMap(({ name, seed, oid, octets, p }): Named[] => {
  const spki = spkiOf(seed);
  const point = spki.subarray(spki.length - 1 - 2 * octets);
  const [x, y] = [point.subarray(1, 1 + octets), point.subarray(1 + octets)];
  const bad = (fault: string, bits: Uint8Array): Named => [
    `${name}: ${fault}`,
    keyOf(oids.ecPublicKey, bits, objectIdentifier(oid)),
  ];
  const flipped = y.slice();
  flipped[octets - 1] = (flipped[octets - 1] ?? 0) ^ 1;
  const zero = new Uint8Array(octets);
  const sign = (y[octets - 1] ?? 0) & 1;
  return [
    bad("infinity", of(0)),
    bad("infinity of full length", new Uint8Array(1 + 2 * octets)),
    bad("off the curve", join(of(4), x, flipped)),
    bad("coordinates exchanged", join(of(4), y, x)),
    bad("x = p", join(of(4), toOctets(p, octets), y)),
    bad("y = p", join(of(4), x, toOctets(p, octets))),
    bad("y = p - y of another point", join(of(4), zero, toOctets(p - toNumber(y), octets))),
    bad("zero", join(of(4), zero, zero)),
    bad("all bits set", join(of(4), new Uint8Array(2 * octets).fill(0xff))),
    bad("compressed", join(of(2 + sign), x)),
    bad("hybrid", join(of(6 + sign), x, y)),
    bad("one octet less", point.slice(0, -1)),
    bad("one octet more", join(point, of(0))),
    bad("nothing but 04", of(4)),
    bad("nothing", of()),
  ];
});

const p256 = spkiOf("ec-p256").subarray(26);
const ecNames: Named[] = [
  ...Object.entries({
    secp256k1: "1.3.132.0.10",
    brainpoolP256r1: "1.3.36.3.3.2.8.1.1.7",
    brainpoolP256t1: "1.3.36.3.3.2.8.1.1.8",
    SM2: "1.2.156.10197.1.301",
    secp224r1: "1.3.132.0.33",
    secp192r1: "1.2.840.10045.3.1.1",
    "P-384 by name only": oids.secp384r1,
    "an unknown curve": "1.2.3.4",
  }).map(([name, oid]): Named => [`curve ${name}`, keyOf(oids.ecPublicKey, p256, objectIdentifier(oid))]),
  [
    "explicit curve parameters",
    keyOf(oids.ecPublicKey, p256, sequence(integer(1), sequence(), sequence(), bitString(p256), integer(1))),
  ],
  ["implicit curve", keyOf(oids.ecPublicKey, p256, nullValue)],
  ["no curve", keyOf(oids.ecPublicKey, p256)],
  ["two curves", keyOf(oids.ecPublicKey, p256, objectIdentifier(oids.secp256r1), objectIdentifier(oids.secp256r1))],
  ["id-ecDH", keyOf("1.3.132.1.12", p256, objectIdentifier(oids.secp256r1))],
];

const prng = createPrng(0x6e1);
/** Odd, with the top bit set: as long as it says, and nothing else is promised. */
function oddNumber(bits: number): bigint {
  const random = toNumber(prng.bytes(Math.ceil(bits / 8))) & ((1n << BigInt(bits)) - 1n);
  return random | (1n << BigInt(bits - 1)) | 1n;
}

function nextPrime(from: bigint): bigint {
  let candidate = from | 1n;
  while (!checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

const rsaKey = (modulus: bigint, exponent: bigint) => sequence(integer(modulus), integer(exponent));
const rsaSpki = (modulus: bigint, exponent = 65_537n) =>
  keyOf(oids.rsaEncryption, rsaKey(modulus, exponent), nullValue);
const n = toNumber(spkiOf("rsa-2048").subarray(33, 33 + 256));
const prime = (group: string) => toNumber(new Uint8Array(getDiffieHellman(group).getPrime()));
const p1024 = nextPrime((3n << 1022n) + 12_345n);
const p1536 = nextPrime((3n << 1534n) + 12_345n);
/** A product of two numbers of the form k·M + 65537^a mod M, as the broken generator made them (CVE-2017-15361). */
const roca = (() => {
  const primes = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
    113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
  ];
  const m = primes.reduce((product, factor) => product * BigInt(factor), 1n);
  const half = (seed: bigint, a: number) => nextOf((1n << 1023n) / m + seed, m, 65_537n ** BigInt(a) % m);
  return half(1n << 700n, 17) * half(1n << 701n, 23);
})();

function nextOf(from: bigint, m: bigint, rest: bigint): bigint {
  let k = from * 2n - (from >> 2n);
  while (!checkPrimeSync(k * m + rest)) k += 1n;
  return k * m + rest;
}

const rsa: Named[] = [
  ...[512, 768, 1024, 1536, 2040, 2047, 2049, 2056, 3071, 3073, 4095, 4097, 8192, 16_384].map((bits): Named => [
    `RSA of ${bits} bits`,
    rsaSpki(oddNumber(bits)),
  ]),
  ...[0n, 1n, 2n, 3n, 5n, 17n, 257n, 65_535n, 65_536n, 65_539n, (1n << 32n) + 1n, n - 1n, n, n + 2n].map(
    (exponent, at): Named => [
      `RSA exponent ${at < 11 ? exponent : `n ${["- 1", "", "+ 2"][at - 11]}`}`,
      rsaSpki(n, exponent),
    ],
  ),
  ["RSA exponent -1", keyOf(oids.rsaEncryption, sequence(integer(n), fromHex("0201ff")), nullValue)],
  ["RSA modulus 0", rsaSpki(0n)],
  ["RSA modulus 1", rsaSpki(1n)],
  ["RSA modulus even", rsaSpki(n + 1n)],
  ["RSA modulus negative", keyOf(oids.rsaEncryption, sequence(tlv(2, toOctets(n, 256)), integer(65_537)), nullValue)],
  ...[3n, 251n].map((factor): Named => [`RSA modulus divisible by ${factor}`, rsaSpki(factor * ((n / factor) | 1n))]),
  ["RSA modulus a prime of 2048 bits", rsaSpki(prime("modp14"))],
  ["RSA modulus a prime of 3072 bits", rsaSpki(prime("modp15"))],
  ["RSA modulus a prime of 4096 bits", rsaSpki(prime("modp16"))],
  ["RSA modulus a square", rsaSpki(p1024 * p1024)],
  ["RSA of neighbouring primes, 2048 bits", rsaSpki(p1024 * nextPrime(p1024 + 2n))],
  ["RSA of near primes, 2048 bits", rsaSpki(p1024 * nextPrime(p1024 + (1n << 500n)))],
  ["RSA of neighbouring primes, 3072 bits", rsaSpki(p1536 * nextPrime(p1536 + 2n))],
  ["RSA with the ROCA fingerprint", rsaSpki(roca)],
  ["RSA without NULL", keyOf(oids.rsaEncryption, rsaKey(n, 65_537n))],
  ["RSA with a third number", keyOf(oids.rsaEncryption, sequence(integer(n), integer(65_537), integer(1)), nullValue)],
  ["RSA without exponent", keyOf(oids.rsaEncryption, sequence(integer(n)), nullValue)],
  ["RSA-PSS key", keyOf(oids.rsassaPss, rsaKey(n, 65_537n))],
];

const ed = (fault: string, hex: string): Named => [`Ed25519: ${fault}`, keyOf(oids.ed25519, fromHex(hex))];
const others: Named[] = [
  ed("31 octets", "11".repeat(31)),
  ed("33 octets", "11".repeat(33)),
  ed("the identity", `01${"00".repeat(31)}`),
  ed("order 2", `ec${"ff".repeat(30)}7f`),
  ed("order 4", "00".repeat(32)),
  ed("order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
  ed("not canonical", `ee${"ff".repeat(30)}7f`),
  ["Ed25519 with NULL", keyOf(oids.ed25519, ed25519SpkiDer.subarray(12), nullValue)],
  ["Ed448", keyOf("1.3.101.113", new Uint8Array(57).fill(1))],
  ["X25519", keyOf("1.3.101.110", new Uint8Array(32).fill(9))],
  ["DSA", keyOf("1.2.840.10040.4.1", integer(5), sequence(integer(23), integer(11), integer(4)))],
  ["ML-DSA-44, which no profile offers", spkiOf("ml-dsa-44")],
  ["ML-KEM-768", keyOf("2.16.840.1.101.3.4.4.2", new Uint8Array(1184).fill(3))],
];

const good = spkiOf("ec-p256");
const form: Named[] = [
  ["a byte behind the key", join(good, of(0))],
  ["unused bits", join(good.subarray(0, 25), of(1), good.subarray(26, -1), of((good.at(-1) ?? 0) & 0xfe))],
];

const all = [...ecPoints, ...ecNames, ...rsa, ...others, ...form];

/** B-KEY of security.md 5.4, as SubjectPublicKeyInfo: none of these keys may ever be certified. */
export const keyCases: Case[] = numberCases(
  "B-KEY",
  all.map(([, bytes]) => ({ bytes, expected: "key-forbidden" as const })),
  all.map(([name]) => name),
);
