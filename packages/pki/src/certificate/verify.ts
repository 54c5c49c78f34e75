import { PkiError } from "../error.ts";
import { equalBytes } from "../hex.ts";
import type { PublicKey } from "../public-key.ts";
import { verifySignature } from "../signer.ts";
import type { ParsedCertificate } from "./parse.ts";

/**
 * Verifies one link of a chain: names byte for byte, key identifiers, the issuer's right to sign certificates
 * (RFC 5280 6.1.4 k, n) and the signature. Validity, path length and revocation are other questions. An
 * issuer that is used often brings its key along imported (`importPublicKey`).
 * @throws PkiError `certificate-issuer-mismatch`, `certificate-signature-invalid`
 */
export function verifyIssuedBy(
  certificate: ParsedCertificate,
  issuer: ParsedCertificate & { publicKey?: PublicKey },
): void {
  if (!equalBytes(certificate.issuerDer, issuer.subjectDer))
    throw new PkiError("certificate-issuer-mismatch", "the certificate names another issuer");
  const { authorityKeyIdentifier } = certificate;
  const { subjectKeyIdentifier } = issuer;
  if (authorityKeyIdentifier && subjectKeyIdentifier && !equalBytes(authorityKeyIdentifier, subjectKeyIdentifier))
    throw new PkiError("certificate-issuer-mismatch", "the certificate names another key of the issuer");
  if (issuer.basicConstraints?.ca !== true)
    throw new PkiError("certificate-issuer-mismatch", "the issuer is not a certification authority");
  if (!issuer.keyUsage?.includes("keyCertSign"))
    throw new PkiError("certificate-issuer-mismatch", "the issuer may not sign certificates");
  const { spkiDer, publicKey } = issuer;
  const { signatureAlgorithmDer, tbsDer: tbs, signature } = certificate;
  if (!verifySignature({ spkiDer, publicKey, signatureAlgorithmDer, tbs, signature }))
    throw new PkiError("certificate-signature-invalid", "the certificate is not signed by this issuer");
}
