import { createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { findKeyAlgorithm, findSignatureAlgorithm, signatureAlgorithmOf } from "./algorithms.ts";
import type { KeyAlgorithm } from "./algorithms.ts";
import { assertAtEnd, openElement, readOnly, readUnsigned, take } from "./der/read.ts";
import { tags } from "./der/tag.ts";
import { PkiError } from "./error.ts";
import { importPublicKey, reusePublicKey, withoutStackTraces } from "./public-key.ts";
import type { PublicKey } from "./public-key.ts";

/**
 * The only door to a private key. `sign` returns the octets of the signature BIT STRING: DER ECDSA-Sig-Value for EC
 * keys, PKCS #1 v1.5 for RSA, 64 octets for Ed25519.
 */
export type Signer = {
  readonly algorithm: KeyAlgorithm;
  readonly spkiDer: Uint8Array;
  /** `spkiDer` imported once, so that the check of each own signature need not import it again. */
  readonly publicKey?: PublicKey;
  sign(tbs: Uint8Array): Uint8Array;
};

/**
 * A signer on a key in memory.
 * @throws PkiError `signer-unsupported` for keys that are none of `KeyAlgorithm`
 */
export function createSigner(privateKey: KeyObject): Signer {
  const spkiDer = new Uint8Array(createPublicKey(privateKey).export({ type: "spki", format: "der" }));
  const algorithm = findKeyAlgorithm(spkiDer);
  const publicKey = importPublicKey(spkiDer);
  if (algorithm === null || publicKey === null)
    throw new PkiError("signer-unsupported", "this kind of key cannot sign here");
  const { hash } = signatureAlgorithmOf(algorithm);
  return { algorithm, spkiDer, publicKey, sign: (tbs) => new Uint8Array(sign(hash, tbs, privateKey)) };
}

/** AlgorithmIdentifier with which a key of this kind signs (RFC 5758 3.2, RFC 4055 5, RFC 8410 3). */
export function signatureAlgorithmDer(algorithm: KeyAlgorithm): Uint8Array {
  return signatureAlgorithmOf(algorithm).der;
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
      return verify(scheme.hash, input.tbs, key.keyObject, input.signature);
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
