import type { Extension } from "../../extension.ts";
import type { CertificateRule, CrlRule } from "../rule.ts";

function findFault(extensions: readonly Extension[]): string | null {
  const ids = extensions.map((extension) => extension.oid);
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  return duplicate === undefined ? null : `the extension ${duplicate} appears twice`;
}

export const duplicateExtensionsRule: CertificateRule = {
  rule: "duplicate-extensions",
  severity: "error",
  clause: "RFC 5280 4.2",
  check: ({ extensions }) => findFault(extensions),
};

export const crlDuplicateExtensionsRule: CrlRule = {
  rule: "crl-duplicate-extensions",
  severity: "error",
  clause: "RFC 5280 5.2",
  check: ({ extensions }) => findFault(extensions),
};
