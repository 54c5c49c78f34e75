import { readTime } from "../../der/read.ts";
import type { CertificateRule } from "../rule.ts";

export const validityNestedRule: CertificateRule = {
  rule: "validity-nested",
  severity: "error",
  clause: "protocols.md 4 (validity inside the CA's)",
  check({ notBefore, notAfter }, { issuer }) {
    if (!issuer) return null;
    if (readTime(notBefore, "notBefore").getTime() < issuer.notBefore.getTime())
      return "it begins before its issuer does";
    return readTime(notAfter, "notAfter").getTime() > issuer.notAfter.getTime()
      ? "it ends after its issuer does"
      : null;
  },
};
