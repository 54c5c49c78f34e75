import { parseName } from "../../name.ts";
import type { CertificateRule } from "../rule.ts";

/** ub-common-name */
const maxCharacters = 64;

export const commonNameLengthRule: CertificateRule = {
  rule: "common-name-length",
  severity: "error",
  clause: "RFC 5280 appendix A.1",
  check({ subjectDer }) {
    const isTooLong = parseName(subjectDer).some(
      ({ type, value }) => type === "CN" && Array.from(value).length > maxCharacters,
    );
    return isTooLong ? `the common name is longer than ${maxCharacters} characters` : null;
  },
};
