import { createPublicKey, createSign, createVerify } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { findKeyAlgorithm, isRsa } from "./algorithms.ts";
import type { KeyAlgorithm } from "./algorithms.ts";
import { PkiError } from "./error.ts";
import { signatureAlgorithmOf } from "./signature-algorithms.ts";
import type { PssScheme, SignatureAlgorithm } from "./signature-algorithms.ts";
import { keyInputOf } from "./signer.ts";

/** A `Signer` for what is too large to hold: the hash is fed piece by piece. */
export type StreamingSigner = {
  readonly algorithm: KeyAlgorithm;
  readonly pssScheme?: PssScheme;
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
 * A streaming signer on a key in memory; `pssScheme` as for `createSigner`.
 * @throws PkiError `signer-unsupported` for keys that are none of `KeyAlgorithm`, for PSS with another than RSA, and for
 *   Ed25519, which reads what it signs twice (RFC 8032 5.1.6) and so cannot stream
 */
export function createStreamingSigner(privateKey: KeyObject, options: { pssScheme?: PssScheme } = {}): StreamingSigner {
  const { pssScheme } = options;
  const publicKey = createPublicKey(privateKey);
  const spkiDer = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
  const algorithm = findKeyAlgorithm(spkiDer);
  const scheme = algorithm && signatureAlgorithmOf(algorithm, pssScheme);
  if (algorithm === null || scheme === null || scheme.hash === null)
    throw new PkiError("signer-unsupported", "this kind of key cannot sign piece by piece");
  if (pssScheme !== undefined && !isRsa(algorithm))
    throw new PkiError("signer-unsupported", "only RSA keys sign with PSS");
  const { hash } = scheme;
  return {
    algorithm,
    ...(pssScheme === undefined ? {} : { pssScheme }),
    spkiDer,
    signatureLengths: lengthsOf(algorithm, publicKey),
    start: () => startSignature({ hash, scheme, privateKey, publicKey }),
  };
}

function startSignature(input: {
  hash: string;
  scheme: SignatureAlgorithm;
  privateKey: KeyObject;
  publicKey: KeyObject;
}): StreamedSignature {
  const signature = createSign(input.hash);
  const check = createVerify(input.hash);
  return {
    update(chunk) {
      signature.update(chunk);
      check.update(chunk);
    },
    sign() {
      const octets = new Uint8Array(signature.sign(keyInputOf(input.scheme, input.privateKey)));
      if (!check.verify(keyInputOf(input.scheme, input.publicKey), octets))
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
