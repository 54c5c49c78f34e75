import { parseAuthorityKeyIdentifier, parseSubjectKeyIdentifier } from "../../certificate/extensions.ts";
import { findExtension } from "../../extension.ts";
import { equalBytes } from "../../hex.ts";
import { keyIdentifierOf } from "../../key-identifier.ts";
import { oids } from "../../oids.ts";
import type { CertificateRule } from "../rule.ts";

export const keyIdentifiersRule: CertificateRule = {
  rule: "key-identifiers",
  severity: "error",
  clause: "RFC 5280 4.2.1.1, 4.2.1.2",
  check({ extensions, spkiDer }, { issuer }) {
    const subject = findExtension(extensions, oids.subjectKeyIdentifier);
    const authority = findExtension(extensions, oids.authorityKeyIdentifier);
    if (subject === null) return "subjectKeyIdentifier is missing";
    if (authority === null) return "authorityKeyIdentifier is missing";
    if (!equalBytes(parseSubjectKeyIdentifier(subject.valueDer), keyIdentifierOf(spkiDer)))
      return "subjectKeyIdentifier is not the SHA-1 of the key";
    const keyIdentifier = parseAuthorityKeyIdentifier(authority.valueDer);
    if (keyIdentifier === null) return "authorityKeyIdentifier has no key identifier";
    const expected = issuer?.subjectKeyIdentifier;
    return expected && !equalBytes(keyIdentifier, expected) ? "authorityKeyIdentifier is not the issuer's" : null;
  },
};
