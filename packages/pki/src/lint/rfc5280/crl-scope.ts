import { isHttpUrl, parseCrlDistributionPoints } from "../../certificate/extensions.ts";
import { parseCrlNumber, parseIssuingDistributionPoint } from "../../crl/extensions.ts";
import { findExtension } from "../../extension.ts";
import { oids } from "../../oids.ts";
import type { CrlRule } from "../rule.ts";

export const crlDistributionPointRule: CrlRule = {
  rule: "crl-issuing-distribution-point",
  severity: "error",
  clause: "RFC 5280 5.2.5; protocols.md C10, C11",
  check({ extensions }) {
    const extension = findExtension(extensions, oids.issuingDistributionPoint);
    if (extension === null) return null;
    if (!extension.critical) return "issuingDistributionPoint must be critical";
    const { urls, onlyContains, hasOnlySomeReasons, isIndirect } = parseIssuingDistributionPoint(extension.valueDer);
    if (urls.length !== 1 || !urls.every(isHttpUrl)) return "the list must have one plain http address";
    if (onlyContains.length > 1) return "at most one kind of certificates can be the only one";
    return hasOnlySomeReasons || isIndirect ? "lists of some reasons and indirect lists are not ours" : null;
  },
};

export const crlDeltaRule: CrlRule = {
  rule: "crl-delta",
  severity: "error",
  clause: "RFC 5280 5.2.4",
  check({ extensions }) {
    const extension = findExtension(extensions, oids.deltaCRLIndicator);
    if (extension === null) return null;
    if (!extension.critical) return "deltaCRLIndicator must be critical";
    const number = findExtension(extensions, oids.cRLNumber);
    const base = parseCrlNumber(extension.valueDer, "BaseCRLNumber");
    const isLater = number !== null && parseCrlNumber(number.valueDer, "cRLNumber") > base;
    return isLater ? null : "a delta must have a higher number than its base";
  },
};

export const crlFreshestRule: CrlRule = {
  rule: "crl-freshest",
  severity: "error",
  clause: "RFC 5280 5.2.6",
  check({ extensions }) {
    const extension = findExtension(extensions, oids.freshestCRL);
    if (extension === null) return null;
    if (extension.critical) return "freshestCRL must not be critical";
    if (findExtension(extensions, oids.deltaCRLIndicator) !== null) return "a delta has no deltas of its own";
    return parseCrlDistributionPoints(extension.valueDer).every(isHttpUrl)
      ? null
      : "the address of the deltas is not a plain http address";
  },
};

const known: readonly string[] = [oids.issuingDistributionPoint, oids.deltaCRLIndicator];

export const crlCriticalRule: CrlRule = {
  rule: "crl-critical",
  severity: "error",
  clause: "RFC 5280 5.2 (relying parties must refuse what they do not know)",
  check({ extensions }) {
    const unknown = extensions.find(({ oid, critical }) => critical && !known.includes(oid));
    return unknown ? `the extension ${unknown.oid} must not be critical` : null;
  },
};
