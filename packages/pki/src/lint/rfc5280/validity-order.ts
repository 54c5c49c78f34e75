import { readTime } from "../../der/read.ts";
import type { CertificateRule } from "../rule.ts";

export const validityOrderRule: CertificateRule = {
  rule: "validity-order",
  severity: "error",
  clause: "RFC 5280 4.1.2.5",
  check({ notBefore, notAfter }) {
    const isOrdered = readTime(notBefore, "notBefore").getTime() < readTime(notAfter, "notAfter").getTime();
    return isOrdered ? null : "notAfter is not after notBefore";
  },
};
