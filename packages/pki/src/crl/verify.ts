import type { ParsedCertificate } from "../certificate/parse.ts";
import { PkiError } from "../error.ts";
import { equalBytes } from "../hex.ts";
import { oids } from "../oids.ts";
import type { PublicKey } from "../public-key.ts";
import { verifySignature } from "../signer.ts";
import type { ParsedCrl } from "./parse.ts";

/**
 * Verifies that the list is the issuer's own full CRL: name byte for byte, key identifier, cRLSign, signature, and no
 * critical extension, which would limit or change its scope (RFC 5280 5.2, 6.3.3 f and g). Whether it is current is
 * another question.
 * @throws PkiError `crl-issuer-mismatch`, `crl-signature-invalid`, `crl-malformed`
 */
export function verifyCrl(crl: ParsedCrl, issuer: ParsedCertificate & { publicKey?: PublicKey }): void {
  if (!equalBytes(crl.issuerDer, issuer.subjectDer))
    throw new PkiError("crl-issuer-mismatch", "the CRL names another issuer");
  const { authorityKeyIdentifier } = crl;
  const { subjectKeyIdentifier } = issuer;
  if (authorityKeyIdentifier && subjectKeyIdentifier && !equalBytes(authorityKeyIdentifier, subjectKeyIdentifier))
    throw new PkiError("crl-issuer-mismatch", "the CRL names another key of the issuer");
  if (!issuer.keyUsage?.includes("cRLSign")) throw new PkiError("crl-issuer-mismatch", "the issuer may not sign CRLs");
  const critical = crl.extensions.find(
    (extension) =>
      extension.critical && extension.oid !== oids.authorityKeyIdentifier && extension.oid !== oids.cRLNumber,
  );
  if (critical) throw new PkiError("crl-malformed", `the CRL has the unsupported critical extension ${critical.oid}`);
  const { spkiDer, publicKey } = issuer;
  const { signatureAlgorithmDer, tbsDer: tbs, signature } = crl;
  if (!verifySignature({ spkiDer, publicKey, signatureAlgorithmDer, tbs, signature }))
    throw new PkiError("crl-signature-invalid", "the CRL is not signed by this issuer");
}
