import { isHttpUrl, parseAuthorityInfoAccess, parseCrlDistributionPoints } from "../../certificate/extensions.ts";
import type { CertificateFields } from "../../certificate/fields.ts";
import { findExtension } from "../../extension.ts";
import { equalBytes } from "../../hex.ts";
import { oids } from "../../oids.ts";
import { isOcspDelegateCertificate } from "../rule.ts";
import type { CertificateRule } from "../rule.ts";

export const httpPointersRule: CertificateRule = {
  rule: "http-pointers",
  severity: "error",
  clause: "RFC 5280 4.2.1.13, 4.2.2.1, 8 (plain http)",
  check(certificate) {
    const isRoot = equalBytes(certificate.issuerDer, certificate.subjectDer);
    const isDelegate = isOcspDelegateCertificate(certificate);
    const points = findExtension(certificate.extensions, oids.cRLDistributionPoints);
    const access = findExtension(certificate.extensions, oids.authorityInfoAccess);
    if (isDelegate && (points ?? access) !== null) return "an OCSP delegate has no addresses";
    if (points === null && !isRoot && !isDelegate) return "cRLDistributionPoints is missing";
    if (access === null && !isRoot && !isDelegate) return "authorityInfoAccess is missing";
    const bad = listUrls(certificate).find((url) => !isHttpUrl(url));
    return bad === undefined ? null : "a CRL, OCSP or CA certificate address is not a plain http address";
  },
};

function listUrls({ extensions }: CertificateFields): string[] {
  const points = findExtension(extensions, oids.cRLDistributionPoints);
  const access = findExtension(extensions, oids.authorityInfoAccess);
  const { ocspUrls, caIssuersUrls } = access
    ? parseAuthorityInfoAccess(access.valueDer)
    : { ocspUrls: [], caIssuersUrls: [] };
  return [...(points ? parseCrlDistributionPoints(points.valueDer) : []), ...ocspUrls, ...caIssuersUrls];
}
