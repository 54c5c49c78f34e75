import type { AnyKeyAlgorithm, PostQuantumAlgorithm } from "./algorithms.ts";
import { constructed, integer, nullValue, objectIdentifier, sequence } from "./der/write.ts";
import { equalBytes } from "./hex.ts";
import { oids } from "./oids.ts";

/** Keys of one family sign with the same schemes. */
export type KeyFamily = "ec" | "rsa" | "ed25519" | PostQuantumAlgorithm;

export type SignatureAlgorithm = {
  readonly family: KeyFamily;
  /** Digest for node:crypto; null where the scheme hashes itself. */
  readonly hash: "sha256" | "sha384" | "sha512" | null;
  /** RSASSA-PSS (RFC 8017 8.1) with a salt as long as the hash; otherwise RSA is PKCS #1 v1.5. */
  readonly isPss: boolean;
  readonly der: Uint8Array;
};

/** Schemes that an RSA key signs with only when it is told to; PKCS #1 v1.5 with SHA-256 is what it does by itself. */
export const pssSchemes = ["rsa-pss-sha256", "rsa-pss-sha384", "rsa-pss-sha512"] as const;
export type PssScheme = (typeof pssSchemes)[number];

type Hash = "sha256" | "sha384" | "sha512";
const digests: Readonly<Record<Hash, { oid: string; octets: number }>> = {
  sha256: { oid: oids.sha256, octets: 32 },
  sha384: { oid: oids.sha384, octets: 48 },
  sha512: { oid: oids.sha512, octets: 64 },
};

function simple(family: KeyFamily, hash: Hash | null, oid: string, ...parameters: Uint8Array[]): SignatureAlgorithm {
  return { family, hash, isPss: false, der: sequence(objectIdentifier(oid), ...parameters) };
}

/**
 * RSASSA-PSS-params (RFC 4055 3.1): hash, MGF1 with the same hash, salt as long as the hash, default trailer left out.
 * Other parameters are odd at best: they are not accepted.
 */
function pss(hash: Hash, ofHash: readonly Uint8Array[], ofMask: readonly Uint8Array[]): SignatureAlgorithm {
  const { oid, octets } = digests[hash];
  const id = objectIdentifier(oid);
  const parameters = sequence(
    constructed(0, sequence(id, ...ofHash)),
    constructed(1, sequence(objectIdentifier(oids.mgf1), sequence(id, ...ofMask))),
    constructed(2, integer(octets)),
  );
  return { family: "rsa", hash, isPss: true, der: sequence(objectIdentifier(oids.rsassaPss), parameters) };
}

const ecdsaWithSHA256 = simple("ec", "sha256", oids.ecdsaWithSHA256);
const ecdsaWithSHA384 = simple("ec", "sha384", oids.ecdsaWithSHA384);
const ecdsaWithSHA512 = simple("ec", "sha512", oids.ecdsaWithSHA512);
const sha256WithRSAEncryption = simple("rsa", "sha256", oids.sha256WithRSAEncryption, nullValue);
const ed25519 = simple("ed25519", null, oids.ed25519);
const mlDsa: Readonly<Record<PostQuantumAlgorithm, SignatureAlgorithm>> = {
  "ml-dsa-44": simple("ml-dsa-44", null, oids.mlDsa44),
  "ml-dsa-65": simple("ml-dsa-65", null, oids.mlDsa65),
  "ml-dsa-87": simple("ml-dsa-87", null, oids.mlDsa87),
};
/** NULL is what RFC 4055 2.1 wants to be written. */
const writtenPss: Readonly<Record<PssScheme, SignatureAlgorithm>> = {
  "rsa-pss-sha256": pss("sha256", [nullValue], [nullValue]),
  "rsa-pss-sha384": pss("sha384", [nullValue], [nullValue]),
  "rsa-pss-sha512": pss("sha512", [nullValue], [nullValue]),
};

/** Every signature that we verify; MD5 and SHA-1 are not among them. RFC 4055 2.1, 5: NULL may be absent when read. */
const knownSignatures: readonly SignatureAlgorithm[] = [
  ecdsaWithSHA256,
  ecdsaWithSHA384,
  ecdsaWithSHA512,
  sha256WithRSAEncryption,
  simple("rsa", "sha384", oids.sha384WithRSAEncryption, nullValue),
  simple("rsa", "sha512", oids.sha512WithRSAEncryption, nullValue),
  simple("rsa", "sha256", oids.sha256WithRSAEncryption),
  simple("rsa", "sha384", oids.sha384WithRSAEncryption),
  simple("rsa", "sha512", oids.sha512WithRSAEncryption),
  ed25519,
  ...Object.values(mlDsa),
  ...(["sha256", "sha384", "sha512"] as const).flatMap((hash) =>
    [[nullValue], []].flatMap((ofHash) => [[nullValue], []].map((ofMask) => pss(hash, ofHash, ofMask))),
  ),
];

/** The scheme that an AlgorithmIdentifier names, or null if we do not accept it. */
export function findSignatureAlgorithm(algorithmDer: Uint8Array): SignatureAlgorithm | null {
  return knownSignatures.find((candidate) => equalBytes(candidate.der, algorithmDer)) ?? null;
}

/** The scheme with which a key of ours signs, unless it is told to use PSS. */
export function signatureAlgorithmOf(algorithm: AnyKeyAlgorithm, pssScheme?: PssScheme): SignatureAlgorithm {
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
      return pssScheme === undefined ? sha256WithRSAEncryption : writtenPss[pssScheme];
    case "ed25519":
      return ed25519;
    case "ml-dsa-44":
    case "ml-dsa-65":
    case "ml-dsa-87":
      return mlDsa[algorithm];
  }
}
