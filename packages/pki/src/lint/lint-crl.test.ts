import { describe, expect, test } from "vitest";

import { encodeAuthorityKeyIdentifier } from "../certificate/extensions.ts";
import { assembleSigned } from "../certificate/sign.ts";
import { encodeDeltaIndicator, encodeFreshestCrl, encodeIssuingDistributionPoint } from "../crl/extensions.ts";
import { constructed, generalizedTime, integer, primitive, sequence, time, tlv } from "../der/write.ts";
import { encodeExtension } from "../extension.ts";
import { fromHex } from "../hex.ts";
import { oids } from "../oids.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import { createTestIssuing, createTestRoot, testNow } from "../testing/authority.ts";
import { crlRules, lintCrl } from "./index.ts";

const issuing = createTestIssuing(createTestRoot());
const algorithm = signatureAlgorithmDer("ec-p256");
const anySignature = Uint8Array.of(0);
const none = new Uint8Array();
const text = (value: string) => new TextEncoder().encode(value);

/* Lists are put together field by field, so that each vector has exactly one fault. */

const goodCrl = {
  version: integer(1),
  inner: algorithm,
  issuer: issuing.facts.subjectDer,
  thisUpdate: time(testNow),
  nextUpdate: time(new Date("2026-11-22T00:00:00Z")),
  list: sequence(
    sequence(integer(5), time(testNow), sequence(encodeExtension(oids.cRLReason, false, fromHex("0a0101")))),
  ),
};
const goodCrlExtensions = {
  authorityKeyIdentifier: encodeExtension(
    oids.authorityKeyIdentifier,
    false,
    encodeAuthorityKeyIdentifier(Uint8Array.of(1)),
  ),
  number: encodeExtension(oids.cRLNumber, false, integer(1)),
};

function crl(
  fields: Partial<typeof goodCrl> = {},
  extensions: Partial<typeof goodCrlExtensions> = {},
  ...more: Uint8Array[]
): Uint8Array {
  const list = [...Object.values({ ...goodCrlExtensions, ...extensions }), ...more];
  const tbs = sequence(...Object.values({ ...goodCrl, ...fields }), constructed(0, sequence(...list)));
  return assembleSigned(tbs, algorithm, anySignature);
}

const entryWith = (...extensions: Uint8Array[]) => ({
  list: sequence(sequence(integer(5), time(testNow), sequence(...extensions))),
});
const reason = (code: string) => entryWith(encodeExtension(oids.cRLReason, false, fromHex(`0a01${code}`)));

const scoped = (critical: boolean, ...fields: Uint8Array[]) =>
  crl({}, {}, encodeExtension(oids.issuingDistributionPoint, critical, sequence(...fields)));
const address = (url: string) => constructed(0, constructed(0, primitive(6, text(url))));
const flag = (n: number) => primitive(n, Uint8Array.of(0xff));
const point = address("http://a/b.crl");
const twoNumbers = (base: number) =>
  crl({}, { number: encodeExtension(oids.cRLNumber, false, integer(7)) }, encodeDeltaIndicator(BigInt(base)));
const invalidity = (critical: boolean, value: Uint8Array) =>
  crl(entryWith(encodeExtension(oids.invalidityDate, critical, value)));
const delta = encodeDeltaIndicator(0n);

const failingCrls: [string, string, Uint8Array][] = [
  ["readable", "nothing", none],
  ["crl-version", "version 1", crl({ version: none })],
  ["crl-signature-algorithm", "another algorithm inside", crl({ inner: signatureAlgorithmDer("ec-p384") })],
  ["crl-time-encoding", "GeneralizedTime in 2026", crl({ nextUpdate: tlv(0x18, text("20261122000000Z")) })],
  ["crl-next-update", "no nextUpdate", crl({ nextUpdate: none })],
  ["crl-next-update", "nextUpdate = thisUpdate", crl({ nextUpdate: time(testNow) })],
  ["crl-number", "no number", crl({}, { number: none })],
  ["crl-number", "a critical number", crl({}, { number: encodeExtension(oids.cRLNumber, true, integer(1)) })],
  [
    "crl-number",
    "a number of 21 octets",
    crl({}, { number: encodeExtension(oids.cRLNumber, false, integer(1n << 160n)) }),
  ],
  ["crl-authority-key-identifier", "no AKI", crl({}, { authorityKeyIdentifier: none })],
  ["crl-duplicate-extensions", "an extension twice", crl({}, {}, goodCrlExtensions.number)],
  ["crl-empty-list", "an empty revokedCertificates", crl({ list: sequence() })],
  ["crl-entry", "a negative serial number", crl({ list: sequence(sequence(fromHex("0201ff"), time(testNow))) })],
  ["crl-empty-entry-extensions", "empty crlEntryExtensions", crl(entryWith())],
  ["crl-reason", "reason 0", crl(reason("00"))],
  ["crl-reason", "reason 7", crl(reason("07"))],
  ["crl-reason", "reason 8 on a full list", crl(reason("08"))],
  ["crl-reason", "reason 7 on a delta", crl(reason("07"), {}, delta)],
  ["crl-invalidity-date", "UTCTime", invalidity(false, time(testNow))],
  ["crl-invalidity-date", "a critical one", invalidity(true, generalizedTime(testNow))],
  ["crl-issuing-distribution-point", "one that is not critical", scoped(false, point)],
  ["crl-issuing-distribution-point", "an empty one", scoped(true)],
  ["crl-issuing-distribution-point", "no address", scoped(true, flag(1))],
  ["crl-issuing-distribution-point", "an https address", scoped(true, address("https://a/b.crl"))],
  ["crl-issuing-distribution-point", "two kinds", scoped(true, point, flag(1), flag(2))],
  ["crl-issuing-distribution-point", "some reasons", scoped(true, point, primitive(3, Uint8Array.of(1, 0x40)))],
  ["crl-issuing-distribution-point", "an indirect list", scoped(true, point, flag(4))],
  ["crl-issuing-distribution-point", "a default", scoped(true, point, primitive(1, Uint8Array.of(0)))],
  [
    "crl-delta",
    "an indicator that is not critical",
    crl({}, {}, encodeExtension(oids.deltaCRLIndicator, false, integer(0))),
  ],
  ["crl-delta", "its base's number", twoNumbers(7)],
  ["crl-delta", "a base of tomorrow", twoNumbers(8)],
  ["crl-freshest", "deltas of a delta", crl({}, {}, delta, encodeFreshestCrl("http://a/d.crl"))],
  ["crl-freshest", "a critical one", crl({}, {}, encodeExtension(oids.freshestCRL, true, sequence(sequence(point))))],
  [
    "crl-freshest",
    "an ldap address",
    crl({}, {}, encodeExtension(oids.freshestCRL, false, sequence(sequence(address("ldap://a/b"))))),
  ],
  ["crl-critical", "an unknown critical extension", crl({}, {}, encodeExtension("1.2.3.4", true, sequence()))],
];

describe("CRL lint", () => {
  test("is silent on a good list, with and without entries", () => {
    expect(lintCrl(crl())).toEqual([]);
    expect(lintCrl(crl({ list: none }))).toEqual([]);
    expect(lintCrl(crl(reason("08"), {}, delta))).toEqual([]);
    expect(lintCrl(crl({}, {}, encodeFreshestCrl("http://a/d.crl")))).toEqual([]);
    const shard = encodeIssuingDistributionPoint({ url: "http://a/b.crl", onlyContains: "userCerts" });
    expect(lintCrl(crl({}, {}, shard))).toEqual([]);
    expect(lintCrl(invalidity(false, generalizedTime(testNow)))).toEqual([]);
  });

  test.each(failingCrls)("%s finds %s", (rule, _, der) => {
    expect(lintCrl(der).map((finding) => finding.rule)).toContain(rule);
  });

  test("every rule has a failing vector", () => {
    const covered = new Set(failingCrls.map(([rule]) => rule));
    expect(crlRules.map(({ rule }) => rule).filter((rule) => !covered.has(rule))).toEqual([]);
  });
});
