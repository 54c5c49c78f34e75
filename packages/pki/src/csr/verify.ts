import { PkiError } from "../error.ts";
import { findSignatureAlgorithm } from "../signature-algorithms.ts";
import { verifySignature } from "../signer.ts";
import type { ParsedCsr } from "./parse.ts";

/**
 * Proves that the sender holds the private key (RFC 2986 section 3). Only SHA-256, SHA-384, SHA-512 (RSA also with PSS), Ed25519
 * and ML-DSA.
 * @throws PkiError `csr-algorithm-forbidden` for MD5, SHA-1, odd PSS parameters and anything unknown;
 *   `csr-signature-invalid`
 */
export function verifyCsr(csr: ParsedCsr): void {
  if (findSignatureAlgorithm(csr.signatureAlgorithmDer) === null)
    throw new PkiError(
      "csr-algorithm-forbidden",
      "the request must be signed with SHA-256, SHA-384 or SHA-512 (ECDSA, RSA PKCS #1 or PSS), Ed25519 or ML-DSA",
    );
  const { spkiDer, signatureAlgorithmDer, tbsDer: tbs, signature } = csr;
  if (!verifySignature({ spkiDer, signatureAlgorithmDer, tbs, signature }))
    throw new PkiError("csr-signature-invalid", "the signature of the request does not fit its key and content");
}
