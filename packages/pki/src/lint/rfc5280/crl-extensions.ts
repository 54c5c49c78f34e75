import { parseAuthorityKeyIdentifier } from "../../certificate/extensions.ts";
import { parseCrlNumber } from "../../crl/extensions.ts";
import { findExtension } from "../../extension.ts";
import { oids } from "../../oids.ts";
import type { CrlRule } from "../rule.ts";

export const crlNumberRule: CrlRule = {
  rule: "crl-number",
  severity: "error",
  clause: "RFC 5280 5.2.3",
  check({ extensions }) {
    const extension = findExtension(extensions, oids.cRLNumber);
    if (extension === null) return "cRLNumber is missing";
    if (extension.critical) return "cRLNumber must not be critical";
    parseCrlNumber(extension.valueDer, "cRLNumber");
    return null;
  },
};

export const crlAuthorityKeyIdentifierRule: CrlRule = {
  rule: "crl-authority-key-identifier",
  severity: "error",
  clause: "RFC 5280 5.2.1",
  check({ extensions }) {
    const extension = findExtension(extensions, oids.authorityKeyIdentifier);
    if (extension === null) return "authorityKeyIdentifier is missing";
    if (extension.critical) return "authorityKeyIdentifier must not be critical";
    return parseAuthorityKeyIdentifier(extension.valueDer) === null
      ? "authorityKeyIdentifier has no key identifier"
      : null;
  },
};
