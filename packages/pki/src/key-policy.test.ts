import { createECDH, createPublicKey, generateKeyPairSync } from "node:crypto";

import { describe, expect, test } from "vitest";

import { keyAlgorithms } from "./algorithms.ts";
import { bitString, integer, nullValue, objectIdentifier, sequence } from "./der/write.ts";
import { PkiError } from "./error.ts";
import { fromHex, toHex } from "./hex.ts";
import { sha256 } from "./key-identifier.ts";
import { assertKeyAllowed } from "./key-policy.ts";
import { squareRoot } from "./key/fermat.ts";
import { isRoca } from "./key/roca.ts";
import { findSmallFactor } from "./key/small-factor.ts";
import { oids } from "./oids.ts";
import { createTestSigner } from "./testing/authority.ts";

const rules = { algorithms: keyAlgorithms };

async function judge(spkiDer: Uint8Array, given: Parameters<typeof assertKeyAllowed>[1] = rules): Promise<string> {
  try {
    return (await assertKeyAllowed(spkiDer, given)).algorithm;
  } catch (error) {
    if (error instanceof PkiError && error.code === "key-forbidden") return error.detail;
    throw error;
  }
}

const ecSpki = (curve: string, point: Uint8Array) =>
  sequence(sequence(objectIdentifier(oids.ecPublicKey), objectIdentifier(curve)), bitString(point));
const rsaSpki = (modulus: bigint, exponent: bigint) =>
  sequence(
    sequence(objectIdentifier(oids.rsaEncryption), nullValue),
    bitString(sequence(integer(modulus), integer(exponent))),
  );
const edSpki = (hex: string) => sequence(sequence(objectIdentifier(oids.ed25519)), bitString(fromHex(hex)));

function p256Point(): Uint8Array {
  const ecdh = createECDH("prime256v1");
  return new Uint8Array(ecdh.generateKeys());
}

function modulusOf(bits: number): bigint {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  return BigInt(`0x${Buffer.from(publicKey.export({ format: "jwk" }).n ?? "", "base64url").toString("hex")}`);
}

/** The next probable prime by a Fermat test to two bases; good enough to make weak keys for tests. */
function nextPrime(from: bigint): bigint {
  const power = (base: bigint, exponent: bigint, modulus: bigint) => {
    let result = 1n;
    for (let b = base, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus)
      if (e & 1n) result = (result * b) % modulus;
    return result;
  };
  let candidate = from | 1n;
  while (findSmallFactor(candidate) !== null || power(2n, candidate - 1n, candidate) !== 1n) candidate += 2n;
  return candidate;
}

describe("key policy", () => {
  test.each(keyAlgorithms)("a fresh %s key is allowed by its rule and refused without", async (algorithm) => {
    const { spkiDer } = createTestSigner(algorithm);
    expect(await judge(spkiDer)).toBe(algorithm);
    expect(await judge(spkiDer, { algorithms: keyAlgorithms.filter((other) => other !== algorithm) })).toMatch(
      /not allowed/,
    );
  });

  test("a key on the blocklist is refused", async () => {
    const { spkiDer } = createTestSigner("ec-p256");
    expect(await judge(spkiDer, { ...rules, blockedSpkiSha256: new Set([toHex(sha256(spkiDer))]) })).toMatch(/blocked/);
  });

  const point = p256Point();
  const offCurve = point.slice();
  offCurve[64] = (offCurve[64] ?? 0) ^ 1;
  const outOfField = Uint8Array.from([
    4,
    ...fromHex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
    ...point.subarray(33),
  ]);

  test.each<[string, Uint8Array]>([
    ["the point at infinity", ecSpki(oids.secp256r1, Uint8Array.of(0))],
    ["a point off the curve", ecSpki(oids.secp256r1, offCurve)],
    ["a coordinate of p", ecSpki(oids.secp256r1, outOfField)],
    [
      "a compressed point",
      ecSpki(oids.secp256r1, Uint8Array.from([2 + ((point[64] ?? 0) & 1), ...point.subarray(1, 33)])),
    ],
    ["a point of another curve", ecSpki(oids.secp384r1, point)],
    ["secp256k1", ecSpki("1.3.132.0.10", point)],
    [
      "explicit parameters",
      sequence(sequence(objectIdentifier(oids.ecPublicKey), sequence(integer(1))), bitString(point)),
    ],
    ["a curve left out", sequence(sequence(objectIdentifier(oids.ecPublicKey)), bitString(point))],
    ["X25519", new Uint8Array(generateKeyPairSync("x25519").publicKey.export({ type: "spki", format: "der" }))],
    [
      "DSA",
      new Uint8Array(
        generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }).publicKey.export({
          type: "spki",
          format: "der",
        }),
      ),
    ],
    [
      "RSA-PSS",
      new Uint8Array(
        generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" }),
      ),
    ],
    ["trailing bytes", Uint8Array.from([...ecSpki(oids.secp256r1, point), 0])],
    ["nothing", new Uint8Array()],
    ["Ed25519 of 31 octets", edSpki("11".repeat(31))],
    ["Ed25519 identity", edSpki(`01${"00".repeat(31)}`)],
    ["Ed25519 zero", edSpki("00".repeat(32))],
    ["Ed25519 of order 8", edSpki("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")],
    ["Ed25519 of order 8, the other", edSpki("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")],
    ["Ed25519 that is not canonical", edSpki(`ee${"ff".repeat(30)}7f`)],
  ])("%s is refused", async (_, spkiDer) => {
    expect(keyAlgorithms).not.toContain(await judge(spkiDer));
  });

  test("RSA of other sizes, exponents and factors is refused", async () => {
    const n = modulusOf(2048);
    expect(await judge(rsaSpki(n, 65_537n))).toBe("rsa-2048");
    expect(await judge(rsaSpki(n, 3n))).toMatch(/exponent/);
    expect(await judge(rsaSpki(n, 1n))).toMatch(/exponent/);
    expect(await judge(rsaSpki(n + 1n, 65_537n))).toMatch(/even/);
    expect(await judge(rsaSpki(n >> 1n, 65_537n))).toMatch(/2047 bits/);
    expect(await judge(rsaSpki(modulusOf(1024), 65_537n))).toMatch(/1024 bits/);
    expect(await judge(rsaSpki(1n << 2048n, 65_537n))).toMatch(/2049 bits/);
    expect(await judge(rsaSpki(0n, 65_537n))).toMatch(/bits/);
    const divisible = 65_537n * ((n / 65_537n) | 1n);
    expect(await judge(rsaSpki(divisible, 65_537n))).toMatch(/divisible/);
  });

  test("close primes are found by Fermat's method", async () => {
    const p = nextPrime((1n << 1023n) + (1n << 1022n) + 12_345n);
    const q = nextPrime(p + 2n);
    const modulus = p * q;
    expect(modulus.toString(2).length).toBe(2048);
    expect(await judge(rsaSpki(modulus, 65_537n))).toMatch(/too close/);
  });

  test("the ROCA fingerprint is seen, and not in ordinary keys", () => {
    const m = [
      3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
      113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ].reduce((product, prime) => product * BigInt(prime), 1n);
    const infineon = (k: bigint, a: number) => k * m + (65_537n ** BigInt(a) % m);
    expect(isRoca(infineon(12_345n, 17) * infineon(67_891n, 23))).toBe(true);
    expect(isRoca(modulusOf(2048))).toBe(false);
  });

  test("the integer square root is exact", () => {
    for (const value of [0n, 1n, 2n, 3n, 4n, 15n, 16n, 17n, 1n << 4096n, (1n << 4096n) - 1n]) {
      const root = squareRoot(value);
      expect(root * root <= value && (root + 1n) * (root + 1n) > value).toBe(true);
    }
  });

  test("createPublicKey accepts infinity: the reason for WebCrypto", () => {
    const infinity = Buffer.from(ecSpki(oids.secp256r1, Uint8Array.of(0)));
    expect(() => createPublicKey({ key: infinity, type: "spki", format: "der" })).not.toThrow();
  });
});
