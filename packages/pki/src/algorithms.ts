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

const descriptions: Record<KeyAlgorithm, string> = {
  "ec-p256": "EC P-256",
  "ec-p384": "EC P-384",
  "ec-p521": "EC P-521",
  "rsa-2048": "RSA 2048",
  "rsa-3072": "RSA 3072",
  "rsa-4096": "RSA 4096",
  ed25519: "Ed25519",
};

/** Words for people: "EC P-256". */
export function describeKeyAlgorithm(algorithm: KeyAlgorithm): string {
  return descriptions[algorithm];
}

export function isKeyAlgorithm(value: unknown): value is KeyAlgorithm {
  return keyAlgorithms.some((algorithm) => algorithm === value);
}

export function isRsa(algorithm: KeyAlgorithm): boolean {
  return algorithm.startsWith("rsa-");
}

/** SubjectPublicKeyInfo taken apart: RFC 5480 (EC), RFC 3279 2.3.1 (RSA), RFC 8410 (Ed25519). */
export type PublicKeyFields =
  | { kind: "ec"; algorithm: KeyAlgorithm; coordinateBytes: number; point: Uint8Array }
  | { kind: "rsa"; modulus: Uint8Array; exponent: Uint8Array; modulusBits: number }
  | { kind: "ed25519"; point: Uint8Array };

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

/**
 * Reads a SubjectPublicKeyInfo of a kind we know: named curves only, RSA with NULL parameters, Ed25519 without.
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
  try {
    const key = readPublicKey(spkiDer);
    if (key.kind === "ec") return key.algorithm;
    if (key.kind === "ed25519") return "ed25519";
    return findRsaAlgorithm(key.modulusBits);
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

export type SignatureAlgorithm = {
  readonly family: "ec" | "rsa" | "ed25519";
  /** Digest for node:crypto; null where the scheme hashes itself. */
  readonly hash: "sha256" | "sha384" | "sha512" | null;
  readonly der: Uint8Array;
};

const ecdsaWithSHA256: SignatureAlgorithm = {
  family: "ec",
  hash: "sha256",
  der: sequence(objectIdentifier(oids.ecdsaWithSHA256)),
};
const ecdsaWithSHA384: SignatureAlgorithm = {
  family: "ec",
  hash: "sha384",
  der: sequence(objectIdentifier(oids.ecdsaWithSHA384)),
};
const ecdsaWithSHA512: SignatureAlgorithm = {
  family: "ec",
  hash: "sha512",
  der: sequence(objectIdentifier(oids.ecdsaWithSHA512)),
};
const sha256WithRSAEncryption: SignatureAlgorithm = {
  family: "rsa",
  hash: "sha256",
  der: sequence(objectIdentifier(oids.sha256WithRSAEncryption), nullValue),
};
const ed25519: SignatureAlgorithm = { family: "ed25519", hash: null, der: ed25519AlgorithmDer };

/** Every signature that we verify; MD5, SHA-1 and PSS are not among them. RFC 4055 5: NULL may be absent when read. */
const knownSignatures: readonly SignatureAlgorithm[] = [
  ecdsaWithSHA256,
  ecdsaWithSHA384,
  ecdsaWithSHA512,
  sha256WithRSAEncryption,
  { family: "rsa", hash: "sha384", der: sequence(objectIdentifier(oids.sha384WithRSAEncryption), nullValue) },
  { family: "rsa", hash: "sha512", der: sequence(objectIdentifier(oids.sha512WithRSAEncryption), nullValue) },
  { family: "rsa", hash: "sha256", der: sequence(objectIdentifier(oids.sha256WithRSAEncryption)) },
  { family: "rsa", hash: "sha384", der: sequence(objectIdentifier(oids.sha384WithRSAEncryption)) },
  { family: "rsa", hash: "sha512", der: sequence(objectIdentifier(oids.sha512WithRSAEncryption)) },
  ed25519,
];

/** The scheme that an AlgorithmIdentifier names, or null if we do not accept it. */
export function findSignatureAlgorithm(algorithmDer: Uint8Array): SignatureAlgorithm | null {
  return knownSignatures.find((candidate) => equalBytes(candidate.der, algorithmDer)) ?? null;
}

/** The one scheme with which a key of ours signs. */
export function signatureAlgorithmOf(algorithm: KeyAlgorithm): SignatureAlgorithm {
  switch (algorithm) {
    case "ec-p256":
      return ecdsaWithSHA256;
    case "ec-p384":
      return ecdsaWithSHA384;
    case "ec-p521":
      return ecdsaWithSHA512;
    case "rsa-2048":
    case "rsa-3072":
    case "rsa-4096":
      return sha256WithRSAEncryption;
    case "ed25519":
      return ed25519;
  }
}
