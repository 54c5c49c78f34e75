import type { ParsedCertificate } from "../certificate/parse.ts";
import { PkiError } from "../error.ts";
import { equalBytes } from "../hex.ts";
import { oids } from "../oids.ts";
import type { PublicKey } from "../public-key.ts";
import { verifySignature } from "../signer.ts";
import type { ParsedCrl } from "./parse.ts";

/** What the reader knows the list to be; nothing of it means the issuer's own full list of everything. */
export type CrlScope = {
  /** The address in the certificate that led to this list: it must stand in the list too (RFC 5280 6.3.3 b 2). */
  distributionPointUrl?: string;
  /** The number of the full list to which a delta shall be applied (RFC 5280 6.3.3 c, 5.2.4). */
  fullNumber?: bigint;
};

/**
 * Verifies that the list is the issuer's own CRL of this scope: name byte for byte, key identifier, cRLSign, signature,
 * and no critical extension that was not expected, which would limit or change its scope (RFC 5280 5.2, 6.3.3 f and g).
 * Whether it is current is another question.
 * @throws PkiError `crl-issuer-mismatch`, `crl-signature-invalid`, `crl-malformed`, `crl-scope-mismatch`
 */
export function verifyCrl(
  crl: ParsedCrl,
  issuer: ParsedCertificate & { publicKey?: PublicKey },
  scope: CrlScope = {},
): void {
  if (!equalBytes(crl.issuerDer, issuer.subjectDer))
    throw new PkiError("crl-issuer-mismatch", "the CRL names another issuer");
  const { authorityKeyIdentifier } = crl;
  const { subjectKeyIdentifier } = issuer;
  if (authorityKeyIdentifier && subjectKeyIdentifier && !equalBytes(authorityKeyIdentifier, subjectKeyIdentifier))
    throw new PkiError("crl-issuer-mismatch", "the CRL names another key of the issuer");
  if (!issuer.keyUsage?.includes("cRLSign")) throw new PkiError("crl-issuer-mismatch", "the issuer may not sign CRLs");
  const expected = [
    oids.authorityKeyIdentifier,
    oids.cRLNumber,
    ...assertDistributionPoint(crl, scope),
    ...assertDelta(crl, scope),
  ];
  const critical = crl.extensions.find((extension) => extension.critical && !expected.includes(extension.oid));
  if (critical) throw new PkiError("crl-malformed", `the CRL has the unsupported critical extension ${critical.oid}`);
  const { spkiDer, publicKey } = issuer;
  const { signatureAlgorithmDer, tbsDer: tbs, signature } = crl;
  if (!verifySignature({ spkiDer, publicKey, signatureAlgorithmDer, tbs, signature }))
    throw new PkiError("crl-signature-invalid", "the CRL is not signed by this issuer");
}

function refuse(detail: string): never {
  throw new PkiError("crl-scope-mismatch", detail);
}

/** The extensions that are understood because the scope was given. */
function assertDistributionPoint(
  { issuingDistributionPoint }: ParsedCrl,
  { distributionPointUrl }: CrlScope,
): string[] {
  if (distributionPointUrl === undefined) return [];
  if (issuingDistributionPoint === null) return refuse("the CRL is not one of a distribution point");
  const { urls, onlyContains, hasOnlySomeReasons, isIndirect } = issuingDistributionPoint;
  if (!urls.includes(distributionPointUrl)) refuse("the CRL is of another distribution point");
  if (hasOnlySomeReasons || isIndirect || onlyContains.length > 1)
    refuse("the CRL is of a scope that is not supported");
  return [oids.issuingDistributionPoint];
}

function assertDelta({ baseNumber, number }: ParsedCrl, { fullNumber }: CrlScope): string[] {
  if (fullNumber === undefined) return [];
  if (baseNumber === null || number === null) return refuse("the CRL is not a delta");
  if (baseNumber > fullNumber || number < fullNumber) refuse("the delta does not follow the full list");
  return [oids.deltaCRLIndicator];
}
