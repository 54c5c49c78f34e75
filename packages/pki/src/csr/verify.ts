import { findSignatureAlgorithm } from "../algorithms.ts";
import { PkiError } from "../error.ts";
import { verifySignature } from "../signer.ts";
import type { ParsedCsr } from "./parse.ts";

/**
 * Proves that the sender holds the private key (RFC 2986 section 3). Only SHA-256, SHA-384, SHA-512 and Ed25519.
 * @throws PkiError `csr-algorithm-forbidden` for MD5, SHA-1, PSS and anything unknown; `csr-signature-invalid`
 */
export function verifyCsr(csr: ParsedCsr): void {
  if (findSignatureAlgorithm(csr.signatureAlgorithmDer) === null)
    throw new PkiError(
      "csr-algorithm-forbidden",
      "the request must be signed with SHA-256, SHA-384 or SHA-512 (ECDSA or RSA PKCS #1), or Ed25519",
    );
  const { spkiDer, signatureAlgorithmDer, tbsDer: tbs, signature } = csr;
  if (!verifySignature({ spkiDer, signatureAlgorithmDer, tbs, signature }))
    throw new PkiError("csr-signature-invalid", "the signature of the request does not fit its key and content");
}
