import type { CertificateRule, CrlRule } from "../rule.ts";

export const versionRule: CertificateRule = {
  rule: "version",
  severity: "error",
  clause: "RFC 5280 4.1.2.1",
  check({ version, hasUniqueIdentifier }) {
    if (version !== 2) return "the certificate is not version 3";
    return hasUniqueIdentifier ? "unique identifiers must not be used" : null;
  },
};

export const crlVersionRule: CrlRule = {
  rule: "crl-version",
  severity: "error",
  clause: "RFC 5280 5.1.2.1",
  check: ({ version }) => (version === 1 ? null : "the CRL is not version 2"),
};
