import { findExtension } from "../../extension.ts";
import { parseKeyUsage } from "../../key-usage.ts";
import { oids } from "../../oids.ts";
import { readConstraints } from "../rule.ts";
import type { CertificateRule } from "../rule.ts";

export const basicConstraintsRule: CertificateRule = {
  rule: "basic-constraints",
  severity: "error",
  clause: "RFC 5280 4.2.1.3, 4.2.1.9",
  check(certificate) {
    const { ca } = readConstraints(certificate);
    const extension = findExtension(certificate.extensions, oids.keyUsage);
    if (extension === null) return "keyUsage is missing";
    const usages = parseKeyUsage(extension.valueDer);
    if (ca) return usages.includes("keyCertSign") ? null : "a CA certificate needs keyCertSign";
    const hasCaUsage = usages.includes("keyCertSign") || usages.includes("cRLSign");
    return hasCaUsage ? "keyCertSign and cRLSign need a CA certificate" : null;
  },
};
