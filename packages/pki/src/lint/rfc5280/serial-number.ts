import { contentOf } from "../../der/read.ts";
import type { CertificateRule } from "../rule.ts";

export const serialNumberRule: CertificateRule = {
  rule: "serial-number",
  severity: "error",
  clause: "RFC 5280 4.1.2.2",
  check({ serialNumber }) {
    const content = contentOf(serialNumber);
    if ((content[0] ?? 0) >= 0x80) return "the serial number is negative";
    if (content.every((octet) => octet === 0)) return "the serial number is zero";
    return content.length > 20 ? "the serial number is longer than 20 octets" : null;
  },
};
