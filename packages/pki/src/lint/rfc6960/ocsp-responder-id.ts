import { parseCertificate } from "../../certificate/parse.ts";
import { equalBytes } from "../../hex.ts";
import { keyIdentifierOf } from "../../key-identifier.ts";
import { readResponderId } from "../../ocsp/parse-response.ts";
import type { OcspRule } from "../rule.ts";

export const ocspResponderIdRule: OcspRule = {
  rule: "ocsp-responder-id",
  severity: "error",
  clause: "RFC 6960 4.2.1; RFC 9919 (byKey)",
  check({ responderId, certificates }) {
    const id = readResponderId(responderId);
    if (!("byKey" in id)) return "the responder is not named by its key";
    const [der] = certificates;
    if (der === undefined) return null;
    const isNamed = equalBytes(id.byKey, keyIdentifierOf(parseCertificate(der).spkiDer));
    return isNamed ? null : "the responder is not the holder of the certificate inside";
  },
};
