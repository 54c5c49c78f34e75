import { equalBytes } from "../../hex.ts";
import { oids } from "../../oids.ts";
import { readConstraints } from "../rule.ts";
import type { CertificateRule } from "../rule.ts";

/** Extensions that conforming CAs never mark critical, with their clauses all under RFC 5280 4.2. */
const neverCritical: ReadonlyMap<string, string> = new Map([
  [oids.authorityKeyIdentifier, "authorityKeyIdentifier"],
  [oids.subjectKeyIdentifier, "subjectKeyIdentifier"],
  [oids.authorityInfoAccess, "authorityInfoAccess"],
  [oids.cRLDistributionPoints, "cRLDistributionPoints"],
]);
const emptyName = Uint8Array.of(0x30, 0);

export const criticalFlagsRule: CertificateRule = {
  rule: "critical-flags",
  severity: "error",
  clause: "RFC 5280 4.2.1",
  check(certificate) {
    const isSubjectEmpty = equalBytes(certificate.subjectDer, emptyName);
    const { ca } = readConstraints(certificate);
    for (const { oid, critical } of certificate.extensions) {
      if (critical && neverCritical.has(oid)) return `${neverCritical.get(oid)} must not be critical`;
      if (oid === oids.keyUsage && !critical) return "keyUsage must be critical";
      if (oid === oids.basicConstraints && ca && !critical) return "basicConstraints of a CA must be critical";
      if (oid === oids.nameConstraints && !(critical && ca))
        return "nameConstraints must be critical, and in a CA only";
      if (oid === oids.subjectAltName && critical !== isSubjectEmpty)
        return "subjectAltName must be critical exactly when the subject is empty";
    }
    return null;
  },
};
