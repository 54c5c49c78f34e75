import { bitString, sequence } from "../der/write.ts";
import { PkiError } from "../error.ts";
import { signatureAlgorithmDer, verifySignature } from "../signer.ts";
import type { AnySigner } from "../signer.ts";

/** SEQUENCE { tbs, AlgorithmIdentifier, BIT STRING }: Certificate, CertificateList and CertificationRequest alike. */
export function assembleSigned(tbsDer: Uint8Array, algorithmDer: Uint8Array, signature: Uint8Array): Uint8Array {
  return sequence(tbsDer, algorithmDer, bitString(signature));
}

/**
 * Signs and verifies the own signature before it leaves: a fault in the key provider or the machine must not become a
 * certificate.
 * @throws PkiError `signer-mismatch` when the signature does not verify with the signer's public key
 */
export function signTbs(tbsDer: Uint8Array, signer: AnySigner): Uint8Array {
  const { algorithmDer, signature } = signChecked(tbsDer, signer);
  return assembleSigned(tbsDer, algorithmDer, signature);
}

/** As `signTbs`, for the message that has a field behind its signature (OCSP). @throws PkiError `signer-mismatch` */
export function signChecked(
  tbsDer: Uint8Array,
  signer: AnySigner,
): { algorithmDer: Uint8Array; signature: Uint8Array } {
  const algorithmDer = signatureAlgorithmDer(signer.algorithm, signer.pssScheme);
  const signature = signer.sign(tbsDer);
  const { spkiDer, publicKey } = signer;
  if (!verifySignature({ spkiDer, publicKey, signatureAlgorithmDer: algorithmDer, tbs: tbsDer, signature }))
    throw new PkiError("signer-mismatch", "the signature just made does not verify with the signer's public key");
  return { algorithmDer, signature };
}
