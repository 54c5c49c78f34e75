import { findCrlReason } from "../../crl/reason.ts";
import { equalBytes, toHex } from "../../hex.ts";
import { createCertIdIssuer, isOfIssuer } from "../../ocsp/cert-id.ts";
import { readCertStatus } from "../../ocsp/parse-response.ts";
import type { OcspRule } from "../rule.ts";

export const ocspEntriesRule: OcspRule = {
  rule: "ocsp-entries",
  severity: "error",
  clause: "RFC 6960 4.2.1, 2.2; protocols.md O3, O5",
  check({ responses }, { issuer }) {
    if (responses.length === 0) return "the response answers no certificate";
    if (responses.some(({ certId }) => certId.hash === null)) return "a CertID uses a digest that we do not answer";
    if (!issuer) return null;
    const hashes = createCertIdIssuer(issuer);
    const isForeign = responses.some(({ certId }) => !isOfIssuer(certId, hashes));
    return isForeign ? "the response is about certificates of another authority" : null;
  },
};

export const ocspReasonRule: OcspRule = {
  rule: "ocsp-reason",
  severity: "error",
  clause: "RFC 5280 5.3.1 (unspecified is left out, 7 is unused, 8 only in delta CRLs)",
  check({ responses }) {
    for (const { certStatus } of responses) {
      const status = readCertStatus(certStatus);
      if (status.status !== "revoked" || status.reasonCode === null) continue;
      if (status.reasonCode === 0 || findCrlReason(status.reasonCode) === null)
        return `an entry has the reason code ${status.reasonCode}`;
    }
    return null;
  },
};

/** The same question twice has one answer. */
export const ocspContradictionRule: OcspRule = {
  rule: "ocsp-contradiction",
  severity: "error",
  clause: "RFC 6960 2.2",
  check({ responses }) {
    const seen = new Map<string, Uint8Array>();
    for (const { certId, certStatus } of responses) {
      const status = certStatus.bytes.subarray(certStatus.start, certStatus.end);
      const serialNumber = toHex(certId.serialNumber);
      const before = seen.get(serialNumber);
      if (before && !equalBytes(before, status)) return "two entries tell different things of one certificate";
      seen.set(serialNumber, status);
    }
    return null;
  },
};
