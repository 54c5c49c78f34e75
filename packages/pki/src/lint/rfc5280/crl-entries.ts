import { listEntryFields, readEntryExtensions } from "../../crl/fields.ts";
import { findCrlReason, removeFromCRL } from "../../crl/reason.ts";
import { contentOf, readOnly, readSmallInteger, readTime } from "../../der/read.ts";
import { tags } from "../../der/tag.ts";
import { findExtension } from "../../extension.ts";
import { oids } from "../../oids.ts";
import type { CrlRule } from "../rule.ts";

export const crlEmptyListRule: CrlRule = {
  rule: "crl-empty-list",
  severity: "error",
  clause: "RFC 5280 5.1.2.6",
  check: ({ revokedCertificates }) =>
    revokedCertificates !== null && contentOf(revokedCertificates).length === 0
      ? "revokedCertificates must be absent when nothing is revoked"
      : null,
};

export const crlEmptyEntryExtensionsRule: CrlRule = {
  rule: "crl-empty-entry-extensions",
  severity: "error",
  clause: "RFC 5280 5.1 (Extensions has at least one element)",
  check({ revokedCertificates }) {
    for (const { extensions } of listEntryFields(revokedCertificates))
      if (extensions !== null && contentOf(extensions).length === 0) return "an entry has empty crlEntryExtensions";
    return null;
  },
};

export const crlReasonRule: CrlRule = {
  rule: "crl-reason",
  severity: "error",
  clause: "RFC 5280 5.3.1 (unspecified is left out, 7 is unused, 8 only in delta CRLs)",
  check({ revokedCertificates, extensions }) {
    const isDelta = findExtension(extensions, oids.deltaCRLIndicator) !== null;
    for (const entry of listEntryFields(revokedCertificates)) {
      const extension = findExtension(readEntryExtensions(entry.extensions), oids.cRLReason);
      if (extension === null) continue;
      const code = readSmallInteger(readOnly(extension.valueDer, tags.enumerated, "a reason"), "a reason");
      if (isDelta && code === removeFromCRL) continue;
      if (code === 0 || findCrlReason(code) === null) return `an entry has the reason code ${code}`;
    }
    return null;
  },
};

export const crlInvalidityDateRule: CrlRule = {
  rule: "crl-invalidity-date",
  severity: "error",
  clause: "RFC 5280 5.3.2",
  check({ revokedCertificates }) {
    for (const { extensions } of listEntryFields(revokedCertificates)) {
      const extension = findExtension(readEntryExtensions(extensions), oids.invalidityDate);
      if (extension === null) continue;
      if (extension.critical) return "an invalidityDate must not be critical";
      readTime(readOnly(extension.valueDer, tags.generalizedTime, "an invalidityDate"), "an invalidityDate");
    }
    return null;
  },
};

export const crlEntrySerialRule: CrlRule = {
  rule: "crl-entry",
  severity: "error",
  clause: "RFC 5280 4.1.2.2, 5.1.2.6",
  check({ revokedCertificates }) {
    for (const { serialNumber, revocationDate } of listEntryFields(revokedCertificates)) {
      const content = contentOf(serialNumber);
      if (content.length > 20 || (content[0] ?? 0x80) >= 0x80) return "the serial number of an entry is out of range";
      readTime(revocationDate, "the date of an entry");
    }
    return null;
  },
};
