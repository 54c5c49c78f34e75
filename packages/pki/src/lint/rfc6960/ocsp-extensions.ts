import { readNonce } from "../../ocsp/nonce.ts";
import type { OcspRule } from "../rule.ts";

export const ocspNonceRule: OcspRule = {
  rule: "ocsp-nonce",
  severity: "error",
  clause: "RFC 9654 2.1",
  check({ extensions }) {
    readNonce(extensions);
    return null;
  },
};

export const ocspExtensionsRule: OcspRule = {
  rule: "ocsp-extensions",
  severity: "error",
  clause: "RFC 6960 4.4 (none is ever critical); RFC 5280 4.2 (none twice)",
  check({ extensions, responses }) {
    for (const list of [extensions, ...responses.map((response) => response.extensions)]) {
      if (list.some(({ critical }) => critical)) return "an extension of the response is critical";
      if (new Set(list.map(({ oid }) => oid)).size < list.length) return "an extension of the response appears twice";
    }
    return null;
  },
};
