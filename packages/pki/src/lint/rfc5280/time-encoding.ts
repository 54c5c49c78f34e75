import { readTime } from "../../der/read.ts";
import type { Element } from "../../der/read.ts";
import { tags } from "../../der/tag.ts";
import type { CertificateRule, CrlRule } from "../rule.ts";

const firstGeneralizedYear = 2050;

/** What is wrong with the choice of the time type, or null. */
function findFault(element: Element, what: string): string | null {
  const isGeneralized = element.tag === tags.generalizedTime;
  const mustBeGeneralized = readTime(element, what).getUTCFullYear() >= firstGeneralizedYear;
  if (isGeneralized === mustBeGeneralized) return null;
  return `${what} must be ${mustBeGeneralized ? "GeneralizedTime from 2050" : "UTCTime up to 2049"}`;
}

export const timeEncodingRule: CertificateRule = {
  rule: "time-encoding",
  severity: "error",
  clause: "RFC 5280 4.1.2.5",
  check: ({ notBefore, notAfter }) => findFault(notBefore, "notBefore") ?? findFault(notAfter, "notAfter"),
};

export const crlTimeEncodingRule: CrlRule = {
  rule: "crl-time-encoding",
  severity: "error",
  clause: "RFC 5280 5.1.2.4",
  check: ({ thisUpdate, nextUpdate }) =>
    findFault(thisUpdate, "thisUpdate") ?? (nextUpdate && findFault(nextUpdate, "nextUpdate")),
};
