import { extKeyUsages, parseExtKeyUsage } from "../../ext-key-usage.ts";
import { findExtension } from "../../extension.ts";
import { oids } from "../../oids.ts";
import { readConstraints } from "../rule.ts";
import type { CertificateRule } from "../rule.ts";

export const extKeyUsageRule: CertificateRule = {
  rule: "ext-key-usage",
  severity: "error",
  clause: "RFC 5280 4.2.1.12; protocols.md 4 (present and narrow)",
  check(certificate) {
    const extension = findExtension(certificate.extensions, oids.extKeyUsage);
    if (extension === null) return readConstraints(certificate).ca ? null : "extKeyUsage is missing";
    const foreign = parseExtKeyUsage(extension.valueDer).find(
      (usage) => !extKeyUsages.some((known) => known === usage),
    );
    return foreign === undefined ? null : `the key purpose ${foreign} is not one that we issue`;
  },
};
