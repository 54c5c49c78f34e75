import { webcrypto } from "node:crypto";

import { findRsaAlgorithm, readPublicKey } from "./algorithms.ts";
import type { AnyKeyAlgorithm, KeyAlgorithm, PublicKeyFields } from "./algorithms.ts";
import { checkStrictDer } from "./der/gate.ts";
import { asFault, PkiError } from "./error.ts";
import { toHex } from "./hex.ts";
import { sha256 } from "./key-identifier.ts";
import { isSmallOrderPoint } from "./key/ed25519.ts";
import { findRsaWeakness } from "./key/rsa.ts";
import { importPublicKey } from "./public-key.ts";

export type KeyRules<A extends AnyKeyAlgorithm = KeyAlgorithm> = {
  algorithms: readonly A[];
  /**
   * Lowercase SHA-256 of SubjectPublicKeyInfo values that must never be certified: published private keys, Debian
   * weak keys (2008). The lists are data of the installation and come from the caller; this package ships none.
   */
  blockedSpkiSha256?: ReadonlySet<string>;
};

/**
 * Judges a public key before it is certified (security.md 5.3): strict SubjectPublicKeyInfo, a named curve with an
 * uncompressed point that is on it and not infinity, or RSA of an exact size with e = 65537 and none of the weaknesses
 * that can be seen from outside (small factors, close primes, ROCA). WebCrypto imports the key, because
 * `createPublicKey` accepts the point at infinity (security.md 0.5).
 * @throws PkiError `key-forbidden` saying what is wrong with the key
 */
export async function assertKeyAllowed<A extends AnyKeyAlgorithm = KeyAlgorithm>(
  spkiDer: Uint8Array,
  rules: KeyRules<A>,
): Promise<{ algorithm: A }> {
  asFault("key-forbidden", () => checkStrictDer(spkiDer, { maxBytes: 4_096, maxElements: 16, maxDepth: 8 }));
  const key = readPublicKey(spkiDer);
  const found = getAlgorithm(key);
  const algorithm =
    rules.algorithms.find((allowed) => allowed === found) ?? refuse(`keys of type ${found} are not allowed here`);
  assertGoodNumbers(key);
  await assertImportable(spkiDer, key);
  if (rules.blockedSpkiSha256?.has(toHex(sha256(spkiDer)))) refuse("the key is on the list of blocked keys");
  return { algorithm };
}

function refuse(detail: string): never {
  throw new PkiError("key-forbidden", detail);
}

function getAlgorithm(key: PublicKeyFields): AnyKeyAlgorithm {
  if (key.kind === "ed25519") return "ed25519";
  if (key.kind !== "rsa") return key.algorithm;
  const algorithm = findRsaAlgorithm(key.modulusBits);
  return algorithm ?? refuse(`an RSA key of ${key.modulusBits} bits is not of an allowed size (2048, 3072, 4096)`);
}

function assertGoodNumbers(key: PublicKeyFields): void {
  if (key.kind === "ec") {
    if (key.point[0] !== 0x04 || key.point.length !== 1 + 2 * key.coordinateBytes)
      refuse("the EC point must be uncompressed and of full length");
    return;
  }
  if (key.kind === "ed25519") {
    if (key.point.length !== 32) refuse("an Ed25519 key has 32 octets");
    if (isSmallOrderPoint(key.point)) refuse("the Ed25519 key is a point of small order or not canonical");
    return;
  }
  if (key.kind === "ml-dsa") {
    if (key.key.length !== key.keyBytes) refuse(`an ML-DSA key of this kind has ${key.keyBytes} octets`);
    return;
  }
  const weakness = findRsaWeakness(key);
  if (weakness !== null) refuse(weakness);
}

async function assertImportable(spkiDer: Uint8Array, key: PublicKeyFields): Promise<void> {
  if (key.kind === "ml-dsa") {
    // WebCrypto has it only as an experiment; every string of the right length is a key (FIPS 204 algorithm 23)
    if (importPublicKey(spkiDer) === null) refuse("the public key is not a valid key of its type");
    return;
  }
  try {
    await webcrypto.subtle.importKey("spki", new Uint8Array(spkiDer), importParameters(key), false, ["verify"]);
  } catch (cause) {
    throw new PkiError("key-forbidden", "the public key is not a valid key of its type", { cause });
  }
}

function importParameters(key: Exclude<PublicKeyFields, { kind: "ml-dsa" }>) {
  if (key.kind === "ed25519") return { name: "Ed25519" };
  if (key.kind === "rsa") return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  return { name: "ECDSA", namedCurve: `P-${key.algorithm.slice(4)}` };
}
