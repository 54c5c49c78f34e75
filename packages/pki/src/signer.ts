import { constants, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { findAnyKeyAlgorithm, isKeyAlgorithm, isRsa } from "./algorithms.ts";
import type { AnyKeyAlgorithm, KeyAlgorithm } from "./algorithms.ts";
import { assertAtEnd, openElement, readOnly, readUnsigned, take } from "./der/read.ts";
import { tags } from "./der/tag.ts";
import { PkiError } from "./error.ts";
import { importPublicKey, reusePublicKey, withoutStackTraces } from "./public-key.ts";
import type { PublicKey } from "./public-key.ts";
import { findSignatureAlgorithm, signatureAlgorithmOf } from "./signature-algorithms.ts";
import type { PssScheme, SignatureAlgorithm } from "./signature-algorithms.ts";

/**
 * The only door to a private key. `sign` returns the octets of the signature BIT STRING: DER ECDSA-Sig-Value for EC
 * keys, PKCS #1 v1.5 or PSS for RSA, 64 octets for Ed25519, the octets of FIPS 204 for ML-DSA.
 */
export type Signer<A extends AnyKeyAlgorithm = KeyAlgorithm> = {
  readonly algorithm: A;
  /** Only on RSA keys that sign with PSS; their issuer's facts must say the same. */
  readonly pssScheme?: PssScheme;
  readonly spkiDer: Uint8Array;
  /** `spkiDer` imported once, so that the check of each own signature need not import it again. */
  readonly publicKey?: PublicKey;
  sign(tbs: Uint8Array): Uint8Array;
};

export type AnySigner = Signer<AnyKeyAlgorithm>;

/**
 * A signer on a key in memory. `pssScheme` makes an RSA key sign with RSASSA-PSS.
 * @throws PkiError `signer-unsupported` for keys that are none of `KeyAlgorithm`, and for PSS with another than RSA
 */
export function createSigner(privateKey: KeyObject, options: { pssScheme?: PssScheme } = {}): Signer {
  const signer = createAnySigner(privateKey, options);
  const { algorithm } = signer;
  if (!isKeyAlgorithm(algorithm)) throw new PkiError("signer-unsupported", "this kind of key cannot sign here");
  return { ...signer, algorithm };
}

/** As `createSigner`, with the post-quantum algorithms. */
export function createAnySigner(privateKey: KeyObject, options: { pssScheme?: PssScheme } = {}): AnySigner {
  const spkiDer = new Uint8Array(createPublicKey(privateKey).export({ type: "spki", format: "der" }));
  const algorithm = findAnyKeyAlgorithm(spkiDer);
  const publicKey = importPublicKey(spkiDer);
  if (algorithm === null || publicKey === null)
    throw new PkiError("signer-unsupported", "this kind of key cannot sign here");
  const { pssScheme } = options;
  if (pssScheme !== undefined && !isRsa(algorithm))
    throw new PkiError("signer-unsupported", "only RSA keys sign with PSS");
  const scheme = signatureAlgorithmOf(algorithm, pssScheme);
  const input = keyInputOf(scheme, privateKey);
  return {
    algorithm,
    ...(pssScheme === undefined ? {} : { pssScheme }),
    spkiDer,
    publicKey,
    sign: (tbs) => new Uint8Array(sign(scheme.hash, tbs, input)),
  };
}

/** How node:crypto is told about PSS: the salt is as long as the hash, neither more nor less (RFC 4055 3.1). */
export function keyInputOf(scheme: SignatureAlgorithm, key: KeyObject) {
  if (!scheme.isPss) return { key };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

/** AlgorithmIdentifier with which a key of this kind signs (RFC 5758 3.2, RFC 4055 3 and 5, RFC 8410 3, RFC 9881 2). */
export function signatureAlgorithmDer(algorithm: AnyKeyAlgorithm, pssScheme?: PssScheme): Uint8Array {
  return signatureAlgorithmOf(algorithm, pssScheme).der;
}

/**
 * True if `signature` is a signature of `tbs` by that key with exactly that algorithm. False also for algorithms that
 * we do not accept, for an algorithm that does not fit the key, and for an ECDSA-Sig-Value that is not strict DER;
 * OpenSSL checks that r and s are in 1..n-1.
 */
export function verifySignature(input: {
  spkiDer: Uint8Array;
  /** The same key imported before; one of another key is not used. */
  publicKey?: PublicKey | undefined;
  signatureAlgorithmDer: Uint8Array;
  tbs: Uint8Array;
  signature: Uint8Array;
}): boolean {
  const scheme = findSignatureAlgorithm(input.signatureAlgorithmDer);
  if (scheme === null) return false;
  const key = reusePublicKey(input.spkiDer, input.publicKey);
  if (key === null || key.family !== scheme.family) return false;
  if (scheme.family === "ec" && !isStrictEcdsaSignature(input.signature)) return false;
  return withoutStackTraces(() => {
    try {
      return verify(scheme.hash, input.tbs, keyInputOf(scheme, key.keyObject), input.signature);
    } catch {
      return false; // OpenSSL could not use the signature with this key
    }
  });
}

function isStrictEcdsaSignature(signature: Uint8Array): boolean {
  try {
    const fields = openElement(readOnly(signature, tags.sequence, "the signature"));
    readUnsigned(take(fields, tags.integer, "r"), "r");
    readUnsigned(take(fields, tags.integer, "s"), "s");
    assertAtEnd(fields, "the signature");
    return true;
  } catch (cause) {
    if (cause instanceof PkiError) return false;
    throw cause;
  }
}
