import { describe, expect, test } from "vitest";

import { parseCertificate } from "../certificate/parse.ts";
import { fromHex } from "../hex.ts";
import { lintCrl } from "../lint/index.ts";
import { encodePem } from "../pem.ts";
import {
  createTestIssuing,
  createTestRoot,
  createTestSigner,
  issueTestCertificate,
  testNow,
} from "../testing/authority.ts";
import { runOpenssl } from "../testing/openssl.ts";
import { codeOf } from "../testing/refusal.ts";
import { buildCrl } from "./build.ts";
import type { CrlContent, CrlEntry } from "./build.ts";
import { decideDelta } from "./delta.ts";
import { parseCrl, verifyCrl } from "./parse.ts";
import { decideShard } from "./shard.ts";

const root = createTestRoot();
const issuing = createTestIssuing(root);
const issuer = parseCertificate(issuing.certificateDer);
const nextUpdate = new Date(testNow.getTime() + 86_400_000);
const crlUrl = "http://localhost:8080/crl/issuing.crl";
const shard = { url: crlUrl, onlyContains: null };

const build = (entries: readonly CrlEntry[], change: Partial<CrlContent> = {}) =>
  buildCrl({
    issuer: issuing.facts,
    number: 7n,
    thisUpdate: testNow,
    nextUpdate,
    entries,
    signer: issuing.signer,
    ...change,
  });
const entry = (hex: string, reasonCode: number | null = null): CrlEntry => ({
  serialNumber: fromHex(hex),
  revocationDate: testNow,
  reasonCode,
});
const pem = (label: "CERTIFICATE" | "X509 CRL", der: Uint8Array) => encodePem(label, der);
const holder = createTestSigner("ec-p256");
const serialNumber = fromHex(`01${"5a".repeat(16)}`);
const leaf = pem("CERTIFICATE", issueTestCertificate(issuing, holder, { serialNumber, crlUrl }).der);
const textOf = (der: Uint8Array) =>
  runOpenssl(["crl", "-inform", "DER", "-in", "crl", "-noout", "-text"], { crl: der });

function checkWithOpenssl(options: string[], ...crls: Uint8Array[]): string {
  const at = String(testNow.getTime() / 1000 + 60);
  const args = ["verify", "-crl_check", ...options, "-attime", at, "-partial_chain", "-CAfile", "ca"];
  return runOpenssl([...args, "-CRLfile", "crls", "leaf"], {
    ca: pem("CERTIFICATE", issuing.certificateDer),
    crls: crls.map((der) => pem("X509 CRL", der)).join(""),
    leaf,
  });
}

describe("shards", () => {
  const mine = build([{ serialNumber, revocationDate: testNow, reasonCode: 4 }], { issuingDistributionPoint: shard });
  const empty = build([], { issuingDistributionPoint: shard });
  const other = build([], { issuingDistributionPoint: { ...shard, url: "http://localhost:8080/crl/other.crl" } });

  test("openssl reads the distribution point, critical, and lint is silent", () => {
    const text = textOf(build([], { issuingDistributionPoint: { ...shard, onlyContains: "userCerts" } }));
    expect(text).toMatch(/Issuing Distribution Point: critical/);
    expect(text).toContain(`URI:${crlUrl}`);
    expect(text).toContain("Only User Certificates");
    expect(lintCrl(mine)).toEqual([]);
  });

  test("openssl takes the shard of the certificate and refuses any other", () => {
    expect(checkWithOpenssl(["-extended_crl"], empty)).toContain("leaf: OK");
    expect(() => checkWithOpenssl(["-extended_crl"], mine)).toThrow(/certificate revoked/);
    expect(() => checkWithOpenssl(["-extended_crl"], other)).toThrow(
      /different CRL scope|unable to get certificate CRL/i,
    );
  });

  test("our reader takes a shard only when it was expected", () => {
    const crl = parseCrl(mine);
    expect(crl.issuingDistributionPoint).toEqual({
      urls: [crlUrl],
      onlyContains: [],
      hasOnlySomeReasons: false,
      isIndirect: false,
    });
    expect(codeOf(() => verifyCrl(crl, issuer))).toBe("crl-malformed");
    expect(codeOf(() => verifyCrl(crl, issuer, { distributionPointUrl: crlUrl }))).toBe("accepted");
    expect(codeOf(() => verifyCrl(parseCrl(other), issuer, { distributionPointUrl: crlUrl }))).toBe(
      "crl-scope-mismatch",
    );
    expect(codeOf(() => verifyCrl(parseCrl(build([])), issuer, { distributionPointUrl: crlUrl }))).toBe(
      "crl-scope-mismatch",
    );
  });

  test("serial numbers spread evenly, and the answer never changes", () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let n = 1; n <= 8_000; n++) {
      const at = decideShard(Uint8Array.of(1 + (n >> 8), n & 0xff), 8);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
    expect([1, 2, 16, 65_536].map((count) => decideShard(serialNumber, count))).toEqual([0, 0, 4, 44_148]);
  });

  test.each<[string, Uint8Array, number]>([
    ["no shard", serialNumber, 0],
    ["half a shard", serialNumber, 1.5],
    ["too many shards", serialNumber, 65_537],
    ["an empty serial number", new Uint8Array(), 2],
    ["leading zeroes", Uint8Array.of(0, 1), 2],
  ])("%s is refused", (_, serial, count) => {
    expect(codeOf(() => decideShard(serial, count))).toBe("template-invalid");
  });
});

describe("deltas", () => {
  const hold = { serialNumber, revocationDate: testNow, reasonCode: 6 };
  const base = build([hold, entry("0202", 1)], { freshestCrlUrl: "http://localhost:8080/crl/delta.crl" });
  const release = build([{ ...hold, reasonCode: 8 }], { number: 8n, baseNumber: 7n });

  test("openssl reads indicator, freshest CRL and removeFromCRL; lint is silent", () => {
    expect(textOf(base)).toMatch(/Freshest CRL/);
    expect(textOf(release)).toMatch(/Delta CRL Indicator: critical/);
    expect(textOf(release)).toContain("Remove From CRL");
    expect(lintCrl(base)).toEqual([]);
    expect(lintCrl(release)).toEqual([]);
    expect(parseCrl(base)).toMatchObject({
      baseNumber: null,
      freshestCrlUrls: ["http://localhost:8080/crl/delta.crl"],
    });
    expect(parseCrl(release)).toMatchObject({ baseNumber: 7n, number: 8n });
  });

  test("openssl applies a release and a revocation of a delta", () => {
    expect(() => checkWithOpenssl([], base)).toThrow(/certificate revoked/);
    expect(checkWithOpenssl(["-extended_crl", "-use_deltas"], base, release)).toContain("leaf: OK");
    const clean = build([], { freshestCrlUrl: "http://localhost:8080/crl/delta.crl" });
    const revoking = build([{ ...hold, reasonCode: 1 }], { number: 8n, baseNumber: 7n });
    expect(checkWithOpenssl(["-extended_crl", "-use_deltas"], clean)).toContain("leaf: OK");
    expect(() => checkWithOpenssl(["-extended_crl", "-use_deltas"], clean, revoking)).toThrow(/certificate revoked/);
  });

  test("our reader applies a delta only to a full list that it fits", () => {
    const delta = parseCrl(release);
    expect(codeOf(() => verifyCrl(delta, issuer))).toBe("crl-malformed");
    for (const fullNumber of [7n, 8n]) expect(codeOf(() => verifyCrl(delta, issuer, { fullNumber }))).toBe("accepted");
    for (const fullNumber of [6n, 9n])
      expect(codeOf(() => verifyCrl(delta, issuer, { fullNumber }))).toBe("crl-scope-mismatch");
    expect(codeOf(() => verifyCrl(parseCrl(base), issuer, { fullNumber: 7n }))).toBe("crl-scope-mismatch");
  });

  test.each<[string, () => unknown]>([
    ["a base of the same number", () => build([], { baseNumber: 7n })],
    ["a negative base", () => build([], { baseNumber: -1n })],
    ["deltas of a delta", () => build([], { number: 8n, baseNumber: 7n, freshestCrlUrl: crlUrl })],
    ["an https shard", () => build([], { issuingDistributionPoint: { ...shard, url: "https://a/b" } })],
    ["reason 7 in a delta", () => build([entry("01", 7)], { number: 8n, baseNumber: 7n })],
  ])("%s is not written", (_, work) => {
    expect(codeOf(work)).toBe("template-invalid");
  });

  test("what changed, was added and was released, and nothing else", () => {
    const [same, changed, added, expired] = [entry("01", 1), entry("02", 6), entry("03"), entry("04", 4)];
    const now = { ...changed, reasonCode: 1 };
    const held = entry("05", 6);
    expect(
      decideDelta({ base: [same, changed, expired, held], current: [same, now, added], held: [entry("06", 6)] }),
    ).toEqual([now, added, { ...held, reasonCode: 8 }, entry("06", 8)]);
    expect(decideDelta({ base: [same, entry("02", 0)], current: [same, entry("02")] })).toEqual([]);
    expect(decideDelta({ base: [held], current: [held], held: [held] })).toEqual([]);
    const invalid = { ...same, invalidityDate: new Date(0) };
    expect(decideDelta({ base: [same], current: [invalid] })).toEqual([invalid]);
  });
});

test("invalidityDate is read back, with and without a reason, and openssl sees it", () => {
  const invalidityDate = new Date("2026-10-01T00:00:00Z");
  const entries = [
    { ...entry("01", 1), invalidityDate },
    { ...entry("02"), invalidityDate },
  ];
  const der = build(entries);
  expect([...parseCrl(der).entries()]).toEqual(entries);
  expect(textOf(der).match(/Invalidity Date:\s+Oct {2}1 00:00:00 2026 GMT/g)?.length).toBe(2);
  expect(lintCrl(der)).toEqual([]);
});

test("sorted and unsorted lists are searched alike", () => {
  const serials = ["01", "02", "7f", "80", "ff", "0100", "0102", "ff00"].map((hex) => fromHex(hex));
  const toEntry = (serial: Uint8Array): CrlEntry => ({ serialNumber: serial, revocationDate: testNow, reasonCode: 1 });
  for (const order of [serials, serials.toReversed()]) {
    const crl = parseCrl(build(order.map(toEntry)));
    for (const serial of serials) expect(crl.findEntry(serial)?.serialNumber).toEqual(serial);
    for (const missing of ["03", "81", "0101", "ff01", "010000"]) expect(crl.findEntry(fromHex(missing))).toBe(null);
  }
});
