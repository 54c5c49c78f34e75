import { findSignatureAlgorithm } from "../../signature-algorithms.ts";
import type { CertificateRule } from "../rule.ts";

export const strongSignatureRule: CertificateRule = {
  rule: "strong-signature",
  severity: "error",
  clause: "security.md 5.3 (SHA-256, SHA-384, SHA-512, Ed25519)",
  check: ({ outerAlgorithmDer }) =>
    findSignatureAlgorithm(outerAlgorithmDer) === null ? "the signature algorithm is not one that we use" : null,
};
