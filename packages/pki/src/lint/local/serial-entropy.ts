import { contentOf } from "../../der/read.ts";
import type { CertificateRule } from "../rule.ts";

const minimumOctets = 16;

export const serialEntropyRule: CertificateRule = {
  rule: "serial-entropy",
  severity: "error",
  clause: "security.md 0.6 (prefix octet and 128 random bits)",
  check: ({ serialNumber }) =>
    contentOf(serialNumber).length < minimumOctets ? "the serial number is too short to be random" : null,
};
