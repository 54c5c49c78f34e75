import { parseCertificate } from "../../certificate/parse.ts";
import { findSignatureAlgorithm } from "../../signature-algorithms.ts";
import { verifySignature } from "../../signer.ts";
import type { OcspRule } from "../rule.ts";

export const ocspSignatureRule: OcspRule = {
  rule: "ocsp-signature",
  severity: "error",
  clause: "security.md 5.3; RFC 6960 4.2.1",
  check({ signatureAlgorithmDer, signature, tbsDer, certificates }) {
    if (findSignatureAlgorithm(signatureAlgorithmDer) === null) return "the signature algorithm is not one that we use";
    const [der] = certificates;
    if (der === undefined) return null;
    const { spkiDer } = parseCertificate(der);
    return verifySignature({ spkiDer, signatureAlgorithmDer, tbs: tbsDer, signature })
      ? null
      : "the signature is not one of the delegate";
  },
};
