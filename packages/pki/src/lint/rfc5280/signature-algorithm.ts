import { equalBytes } from "../../hex.ts";
import type { CertificateRule, CrlRule } from "../rule.ts";

const fault = "the signature algorithms inside and outside differ";

export const signatureAlgorithmRule: CertificateRule = {
  rule: "signature-algorithm",
  severity: "error",
  clause: "RFC 5280 4.1.1.2",
  check: ({ innerAlgorithmDer, outerAlgorithmDer }) =>
    equalBytes(innerAlgorithmDer, outerAlgorithmDer) ? null : fault,
};

export const crlSignatureAlgorithmRule: CrlRule = {
  rule: "crl-signature-algorithm",
  severity: "error",
  clause: "RFC 5280 5.1.1.2",
  check: ({ innerAlgorithmDer, outerAlgorithmDer }) =>
    equalBytes(innerAlgorithmDer, outerAlgorithmDer) ? null : fault,
};
