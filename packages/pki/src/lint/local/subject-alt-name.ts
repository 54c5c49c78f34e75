import type { CertificateFields } from "../../certificate/fields.ts";
import { isValidDnsName } from "../../dns-name.ts";
import { findExtension } from "../../extension.ts";
import { oids } from "../../oids.ts";
import { isValidUri, parseSubjectAltNames } from "../../subject-alt-name.ts";
import type { GeneralName } from "../../subject-alt-name.ts";
import { isOcspDelegateCertificate, readConstraints } from "../rule.ts";
import type { CertificateRule } from "../rule.ts";

export const subjectAltNameRule: CertificateRule = {
  rule: "subject-alt-name",
  severity: "error",
  clause: "RFC 5280 4.2.1.6; protocols.md 4 (SAN present, no wildcard)",
  check(certificate) {
    const extension = findExtension(certificate.extensions, oids.subjectAltName);
    if (extension === null) return isNameless(certificate) ? null : "subjectAltName is missing";
    for (const name of parseSubjectAltNames(extension.valueDer)) {
      const fault = findFault(name);
      if (fault !== null) return fault;
    }
    return null;
  },
};

/** An authority is known by its subject, an OCSP delegate by its key. */
function isNameless(certificate: CertificateFields): boolean {
  return readConstraints(certificate).ca || isOcspDelegateCertificate(certificate);
}

function findFault({ type, value }: GeneralName): string | null {
  if (type === "dns" && value.includes("*")) return "a DNS name holds a wildcard";
  if (type === "dns" && !isValidDnsName(value)) return "a DNS name is not a host name";
  return type === "uri" && !isValidUri(value) ? "a URI is malformed" : null;
}
