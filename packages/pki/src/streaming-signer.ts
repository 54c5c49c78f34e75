import { createPublicKey, createSign, createVerify } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { findKeyAlgorithm, signatureAlgorithmOf } from "./algorithms.ts";
import type { KeyAlgorithm } from "./algorithms.ts";
import { PkiError } from "./error.ts";

/** A `Signer` for what is too large to hold: the hash is fed piece by piece. */
export type StreamingSigner = {
  readonly algorithm: KeyAlgorithm;
  readonly spkiDer: Uint8Array;
  /** Octets that a signature may have. */
  readonly signatureLengths: { readonly minimum: number; readonly maximum: number };
  start(): StreamedSignature;
};

export type StreamedSignature = {
  update(chunk: Uint8Array): void;
  /** @throws PkiError `signer-mismatch` when the signature just made does not verify */
  sign(): Uint8Array;
};

/**
 * A streaming signer on a key in memory.
 * @throws PkiError `signer-unsupported` for keys that are none of `KeyAlgorithm`, and for Ed25519, which reads what it
 *   signs twice (RFC 8032 5.1.6) and so cannot stream
 */
export function createStreamingSigner(privateKey: KeyObject): StreamingSigner {
  const publicKey = createPublicKey(privateKey);
  const spkiDer = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
  const algorithm = findKeyAlgorithm(spkiDer);
  const hash = algorithm && signatureAlgorithmOf(algorithm).hash;
  if (algorithm === null || hash === null)
    throw new PkiError("signer-unsupported", "this kind of key cannot sign piece by piece");
  return {
    algorithm,
    spkiDer,
    signatureLengths: lengthsOf(algorithm, publicKey),
    start: () => startSignature(hash, privateKey, publicKey),
  };
}

function startSignature(hash: string, privateKey: KeyObject, publicKey: KeyObject): StreamedSignature {
  const signature = createSign(hash);
  const check = createVerify(hash);
  return {
    update(chunk) {
      signature.update(chunk);
      check.update(chunk);
    },
    sign() {
      const octets = new Uint8Array(signature.sign(privateKey));
      if (!check.verify(publicKey, octets))
        throw new PkiError("signer-mismatch", "the signature just made does not verify with the signer's public key");
      return octets;
    },
  };
}

/** ECDSA-Sig-Value: two INTEGERs of 1 to n + 1 octets; RSA: as long as the modulus. */
function lengthsOf(algorithm: KeyAlgorithm, publicKey: KeyObject): { minimum: number; maximum: number } {
  const modulusBits = publicKey.asymmetricKeyDetails?.modulusLength;
  if (modulusBits !== undefined) return { minimum: modulusBits / 8, maximum: modulusBits / 8 };
  const coordinateBytes = Math.ceil(Number(algorithm.slice(4)) / 8);
  return { minimum: 8, maximum: 2 * (coordinateBytes + 3) + 3 };
}
