import {
  assertAtEnd,
  derOf,
  openElement,
  readBitStringOctets,
  readObjectIdentifier,
  readOnly,
  readUnsigned,
  take,
} from "./der/read.ts";
import { tags } from "./der/tag.ts";
import { nullValue, objectIdentifier, sequence } from "./der/write.ts";
import { asFault, PkiError } from "./error.ts";
import { equalBytes } from "./hex.ts";
import { oids } from "./oids.ts";

export const keyAlgorithms = ["ec-p256", "ec-p384", "ec-p521", "rsa-2048", "rsa-3072", "rsa-4096", "ed25519"] as const;
export type KeyAlgorithm = (typeof keyAlgorithms)[number];

/** ML-DSA of FIPS 204 with the identifiers of RFC 9881: authorities can sign with it, profiles do not offer it yet. */
export const postQuantumAlgorithms = ["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"] as const;
export type PostQuantumAlgorithm = (typeof postQuantumAlgorithms)[number];
export type AnyKeyAlgorithm = KeyAlgorithm | PostQuantumAlgorithm;

const descriptions: Record<AnyKeyAlgorithm, string> = {
  "ec-p256": "EC P-256",
  "ec-p384": "EC P-384",
  "ec-p521": "EC P-521",
  "rsa-2048": "RSA 2048",
  "rsa-3072": "RSA 3072",
  "rsa-4096": "RSA 4096",
  ed25519: "Ed25519",
  "ml-dsa-44": "ML-DSA-44",
  "ml-dsa-65": "ML-DSA-65",
  "ml-dsa-87": "ML-DSA-87",
};

/** Words for people: "EC P-256". */
export function describeKeyAlgorithm(algorithm: AnyKeyAlgorithm): string {
  return descriptions[algorithm];
}

export function isKeyAlgorithm(value: unknown): value is KeyAlgorithm {
  return keyAlgorithms.some((algorithm) => algorithm === value);
}

export function isRsa(algorithm: AnyKeyAlgorithm): boolean {
  return algorithm.startsWith("rsa-");
}

/** SubjectPublicKeyInfo taken apart: RFC 5480 (EC), RFC 3279 2.3.1 (RSA), RFC 8410 (Ed25519), RFC 9881 4 (ML-DSA). */
export type PublicKeyFields =
  | { kind: "ec"; algorithm: KeyAlgorithm; coordinateBytes: number; point: Uint8Array }
  | { kind: "rsa"; modulus: Uint8Array; exponent: Uint8Array; modulusBits: number }
  | { kind: "ed25519"; point: Uint8Array }
  | { kind: "ml-dsa"; algorithm: PostQuantumAlgorithm; keyBytes: number; key: Uint8Array };

const ecAlgorithms: readonly { der: Uint8Array; algorithm: KeyAlgorithm; coordinateBytes: number }[] = [
  { curve: oids.secp256r1, algorithm: "ec-p256" as const, coordinateBytes: 32 },
  { curve: oids.secp384r1, algorithm: "ec-p384" as const, coordinateBytes: 48 },
  { curve: oids.secp521r1, algorithm: "ec-p521" as const, coordinateBytes: 66 },
].map(({ curve, ...rest }) => ({
  ...rest,
  der: sequence(objectIdentifier(oids.ecPublicKey), objectIdentifier(curve)),
}));
const rsaAlgorithmDer = sequence(objectIdentifier(oids.rsaEncryption), nullValue);
const ed25519AlgorithmDer = sequence(objectIdentifier(oids.ed25519));
/** Parameters are absent (RFC 9881 2); sizes of public keys by FIPS 204 table 2. */
const mlDsaAlgorithms: readonly { der: Uint8Array; algorithm: PostQuantumAlgorithm; keyBytes: number }[] = [
  { der: sequence(objectIdentifier(oids.mlDsa44)), algorithm: "ml-dsa-44", keyBytes: 1312 },
  { der: sequence(objectIdentifier(oids.mlDsa65)), algorithm: "ml-dsa-65", keyBytes: 1952 },
  { der: sequence(objectIdentifier(oids.mlDsa87)), algorithm: "ml-dsa-87", keyBytes: 2592 },
];

/**
 * Reads a SubjectPublicKeyInfo of a kind we know: named curves only, RSA with NULL parameters, the others
 * without.
 * The numbers themselves are judged by `assertKeyAllowed`.
 * @throws PkiError `key-forbidden` for any other kind of key or malformed content
 */
export function readPublicKey(spkiDer: Uint8Array): PublicKeyFields {
  return asFault("key-forbidden", () => {
    const spki = openElement(readOnly(spkiDer, tags.sequence, "the public key"));
    const algorithmDer = derOf(take(spki, tags.sequence, "the key algorithm"));
    const key = readBitStringOctets(take(spki, tags.bitString, "the key"), "the key");
    assertAtEnd(spki, "the public key");
    const ec = ecAlgorithms.find((candidate) => equalBytes(candidate.der, algorithmDer));
    if (ec) return { kind: "ec", algorithm: ec.algorithm, coordinateBytes: ec.coordinateBytes, point: key };
    if (equalBytes(algorithmDer, ed25519AlgorithmDer)) return { kind: "ed25519", point: key };
    const mlDsa = mlDsaAlgorithms.find((candidate) => equalBytes(candidate.der, algorithmDer));
    if (mlDsa) return { kind: "ml-dsa", algorithm: mlDsa.algorithm, keyBytes: mlDsa.keyBytes, key };
    if (equalBytes(algorithmDer, rsaAlgorithmDer)) return readRsaKey(key);
    throw new PkiError("key-forbidden", describeForeignKey(algorithmDer));
  });
}

function readRsaKey(key: Uint8Array): PublicKeyFields {
  const fields = openElement(readOnly(key, tags.sequence, "the RSA key"));
  const modulus = readUnsigned(take(fields, tags.integer, "the modulus"), "the modulus");
  const exponent = readUnsigned(take(fields, tags.integer, "the exponent"), "the exponent");
  assertAtEnd(fields, "the RSA key");
  const modulusBits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  return { kind: "rsa", modulus, exponent, modulusBits };
}

function describeForeignKey(algorithmDer: Uint8Array): string {
  const fields = openElement(readOnly(algorithmDer, tags.sequence, "the key algorithm"));
  const oid = readObjectIdentifier(take(fields, tags.objectIdentifier, "the key algorithm"), "the key algorithm");
  if (oid === oids.ecPublicKey) return "the key is not on one of the named curves P-256, P-384, P-521";
  return `keys of type ${oid} are not supported`;
}

/** The algorithm of a key, or null if it is none of ours (type, curve or size). Says nothing about its strength. */
export function findKeyAlgorithm(spkiDer: Uint8Array): KeyAlgorithm | null {
  const algorithm = findAnyKeyAlgorithm(spkiDer);
  return isKeyAlgorithm(algorithm) ? algorithm : null;
}

/** As `findKeyAlgorithm`, with the post-quantum algorithms. */
export function findAnyKeyAlgorithm(spkiDer: Uint8Array): AnyKeyAlgorithm | null {
  try {
    const key = readPublicKey(spkiDer);
    if (key.kind === "ed25519") return "ed25519";
    if (key.kind === "rsa") return findRsaAlgorithm(key.modulusBits);
    return key.algorithm;
  } catch (cause) {
    if (cause instanceof PkiError) return null;
    throw cause;
  }
}

/** RSA by exact modulus length. */
export function findRsaAlgorithm(modulusBits: number): KeyAlgorithm | null {
  if (modulusBits === 2048) return "rsa-2048";
  if (modulusBits === 3072) return "rsa-3072";
  return modulusBits === 4096 ? "rsa-4096" : null;
}
