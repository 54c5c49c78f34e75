import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseCertificate } from "../certificate/parse.ts";
import { assembleSigned } from "../certificate/sign.ts";
import { integer, sequence, time } from "../der/write.ts";
import { fromHex, toHex } from "../hex.ts";
import { lintCrl } from "../lint/index.ts";
import { encodePem } from "../pem.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import {
  createTestIssuing,
  createTestRoot,
  createTestSigner,
  issueTestCertificate,
  testNow,
} from "../testing/authority.ts";
import { runOpenssl } from "../testing/openssl.ts";
import { codeOf } from "../testing/refusal.ts";
import { buildCrl, buildTbsCrl } from "./build.ts";
import type { CrlEntry } from "./build.ts";
import { parseCrl } from "./parse.ts";
import { crlReasons, findCrlReason, isCrlReason } from "./reason.ts";
import { verifyCrl } from "./verify.ts";

const root = createTestRoot();
const issuing = createTestIssuing(root);
const issuer = parseCertificate(issuing.certificateDer);
const nextUpdate = new Date(testNow.getTime() + 86_400_000);

const build = (entries: readonly CrlEntry[], number = 7n) =>
  buildCrl({ issuer: issuing.facts, number, thisUpdate: testNow, nextUpdate, entries, signer: issuing.signer });

const entry = (hex: string, reasonCode: number | null = null, revocationDate = testNow): CrlEntry => ({
  serialNumber: fromHex(hex),
  revocationDate,
  reasonCode,
});

function readWithOpenssl(der: Uint8Array, print = "-text"): string {
  return runOpenssl(["crl", "-inform", "DER", "-in", "crl", "-noout", print, "-verify", "-CAfile", "ca"], {
    crl: der,
    ca: encodePem("CERTIFICATE", issuing.certificateDer),
  });
}

describe("revocation lists", () => {
  test("an empty list has no revokedCertificates and openssl verifies it", () => {
    const der = build([]);
    const text = readWithOpenssl(der);
    expect(text).toContain("verify OK");
    expect(text).toContain("No Revoked Certificates");
    expect(text).toContain("X509v3 CRL Number");
    const crl = parseCrl(der);
    verifyCrl(crl, issuer);
    expect(crl).toMatchObject({
      number: 7n,
      entryCount: 0,
      thisUpdate: testNow,
      nextUpdate,
      authorityKeyIdentifier: issuing.facts.subjectKeyIdentifier,
    });
    expect([...crl.entries()]).toEqual([]);
    expect(lintCrl(der)).toEqual([]);
  });

  test("every reason is written, unspecified by leaving it out", () => {
    const entries = Object.values(crlReasons).map((code, index) =>
      entry(`01${index.toString(16).padStart(2, "0")}`, code),
    );
    const der = build(entries);
    expect(lintCrl(der)).toEqual([]);
    const crl = parseCrl(der);
    verifyCrl(crl, issuer);
    for (const { serialNumber, reasonCode } of entries)
      expect(crl.findEntry(serialNumber)).toEqual({
        serialNumber,
        revocationDate: testNow,
        reasonCode: reasonCode || null,
      });
    const text = readWithOpenssl(der);
    for (const reason of [
      "Key Compromise",
      "Superseded",
      "Cessation Of Operation",
      "Certificate Hold",
      "Privilege Withdrawn",
    ])
      expect(text).toContain(reason);
    expect(text.match(/X509v3 CRL Reason Code/g)?.length).toBe(entries.length - 1);
  });

  test("serial numbers of every length and dates over 2050 round trip", () => {
    const serial = fc
      .uint8Array({ minLength: 1, maxLength: 20 })
      .filter((bytes) => (bytes[0] ?? 0) > 0 && !(bytes.length === 20 && (bytes[0] ?? 0) >= 0x80));
    const seconds = fc.integer({ min: 0, max: Date.UTC(2060, 0) / 1000 });
    const entries = fc.array(
      fc.record({
        serialNumber: serial,
        revocationDate: seconds.map((s) => new Date(s * 1000)),
        reasonCode: fc.constantFrom(null, 1, 4, 5, 10),
      }),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(entries, fc.bigInt({ min: 0n, max: (1n << 159n) - 1n }), (list, number) => {
        const crl = parseCrl(build(list, number));
        expect([...crl.entries()]).toEqual(list);
        expect(crl.number).toBe(number);
        expect(crl.entryCount).toBe(list.length);
      }),
      { numRuns: 50 },
    );
  });

  test("a revoked device is refused by openssl -crl_check, another passes", () => {
    const serialNumber = fromHex(`01${"5a".repeat(16)}`);
    const revoked = issueTestCertificate(issuing, createTestSigner("ec-p256"), { serialNumber });
    const good = issueTestCertificate(issuing, createTestSigner("ec-p256"));
    const check = (der: Uint8Array) =>
      runOpenssl(
        [
          "verify",
          "-crl_check",
          "-attime",
          String(testNow.getTime() / 1000 + 60),
          "-partial_chain",
          "-CAfile",
          "ca",
          "-CRLfile",
          "crl",
          "leaf",
        ],
        {
          ca: encodePem("CERTIFICATE", issuing.certificateDer),
          crl: encodePem("X509 CRL", build([{ serialNumber, revocationDate: testNow, reasonCode: 1 }])),
          leaf: encodePem("CERTIFICATE", der),
        },
      );
    expect(() => check(revoked.der)).toThrow(/certificate revoked/);
    expect(check(good.der)).toContain("leaf: OK");
  });

  test("100,000 entries: far below a second, and the last is found", () => {
    const entries = Array.from({ length: 100_000 }, (_, i): CrlEntry => {
      const serialNumber = new Uint8Array(17).fill(1);
      new DataView(serialNumber.buffer).setUint32(4, i);
      return {
        serialNumber,
        revocationDate: new Date(testNow.getTime() - i * 7_000),
        reasonCode: i % 2 === 0 ? 1 : null,
      };
    });
    const before = performance.now();
    const der = build(entries);
    expect(performance.now() - before).toBeLessThan(1_000);
    const crl = parseCrl(der);
    verifyCrl(crl, issuer);
    expect(crl.entryCount).toBe(100_000);
    const last = entries.at(-1);
    expect(last && crl.findEntry(last.serialNumber)).toEqual(last);
    expect(crl.findEntry(fromHex("02"))).toBe(null);
    expect(readWithOpenssl(der, "-crlnumber")).toContain("verify OK");
  });

  test("entries may come from a generator", () => {
    function* list() {
      yield entry("01");
      yield entry("02");
    }
    const tbs = buildTbsCrl({
      issuer: issuing.facts,
      number: 1n,
      thisUpdate: testNow,
      nextUpdate,
      entries: list(),
      entryCount: 2,
    });
    expect(tbs).toEqual(
      buildTbsCrl({
        issuer: issuing.facts,
        number: 1n,
        thisUpdate: testNow,
        nextUpdate,
        entries: [entry("01"), entry("02")],
      }),
    );
  });

  test.each<[string, () => unknown, string]>([
    ["reason 7", () => build([entry("01", 7)]), "template-invalid"],
    ["reason 8 on a full list", () => build([entry("01", 8)]), "template-invalid"],
    ["an empty serial number", () => build([entry("")]), "template-invalid"],
    ["a serial number with leading zeroes", () => build([entry("0001")]), "template-invalid"],
    ["a serial number of 21 octets", () => build([entry("01".repeat(21))]), "template-invalid"],
    ["a fraction of a second", () => build([entry("01", null, new Date(1_500))]), "validity-invalid"],
    ["an invalid date", () => build([entry("01", null, new Date(Number.NaN))]), "validity-invalid"],
    ["a negative number", () => build([], -1n), "template-invalid"],
    ["a number of 21 octets", () => build([], 1n << 160n), "template-invalid"],
    [
      "nextUpdate that is not later",
      () => buildTbsCrl({ issuer: issuing.facts, number: 1n, thisUpdate: testNow, nextUpdate: testNow, entries: [] }),
      "template-invalid",
    ],
    [
      "a signer of another algorithm",
      () =>
        buildCrl({
          issuer: issuing.facts,
          number: 1n,
          thisUpdate: testNow,
          nextUpdate,
          entries: [],
          signer: root.signer,
        }),
      "signer-mismatch",
    ],
  ])("%s is not written", (_, work, code) => {
    expect(codeOf(work)).toBe(code);
  });
});

describe("reading lists of others", () => {
  const algorithm = signatureAlgorithmDer("ec-p256");
  const { subjectDer } = issuing.facts;
  const sign = (...fields: Uint8Array[]) => assembleSigned(sequence(...fields), algorithm, Uint8Array.of(0));
  const item = (...extensions: Uint8Array[]) => sequence(integer(1), time(testNow), ...extensions);

  test.each<[string, Uint8Array]>([
    [
      "without nextUpdate, which would hide its entries",
      sign(integer(1), algorithm, subjectDer, time(testNow), sequence(item())),
    ],
    ["of version 1", sign(algorithm, subjectDer, time(testNow), time(nextUpdate))],
    [
      "with an empty revokedCertificates",
      sign(integer(1), algorithm, subjectDer, time(testNow), time(nextUpdate), sequence()),
    ],
    [
      "with empty entry extensions",
      sign(integer(1), algorithm, subjectDer, time(testNow), time(nextUpdate), sequence(item(sequence()))),
    ],
    [
      "with a critical entry extension (indirect CRL)",
      sign(
        integer(1),
        algorithm,
        subjectDer,
        time(testNow),
        time(nextUpdate),
        sequence(item(sequence(fromHex("300d0603551d1d0101ff0403020100")))),
      ),
    ],
    [
      "with two algorithms",
      sign(integer(1), signatureAlgorithmDer("ec-p384"), subjectDer, time(testNow), time(nextUpdate)),
    ],
    [
      "with a negative serial number",
      sign(
        integer(1),
        algorithm,
        subjectDer,
        time(testNow),
        time(nextUpdate),
        sequence(sequence(fromHex("0201ff"), time(testNow))),
      ),
    ],
    ["with trailing bytes", Uint8Array.from([...build([]), 0])],
    ["that is empty", new Uint8Array()],
  ])("a list %s is malformed", (_, der) => {
    expect(codeOf(() => parseCrl(der))).toBe("crl-malformed");
  });

  test("another issuer, another key, a missing right, a critical extension and a bad signature are refused", () => {
    const crl = parseCrl(build([entry("01", 1)]));
    expect(codeOf(() => verifyCrl(crl, parseCertificate(root.certificateDer)))).toBe("crl-issuer-mismatch");
    expect(codeOf(() => verifyCrl(crl, parseCertificate(createTestIssuing(root).certificateDer)))).toBe(
      "crl-issuer-mismatch",
    );
    expect(codeOf(() => verifyCrl(crl, { ...issuer, keyUsage: ["keyCertSign"] }))).toBe("crl-issuer-mismatch");
    expect(
      codeOf(() =>
        verifyCrl({ ...crl, extensions: [{ oid: "2.5.29.28", critical: true, valueDer: fromHex("3000") }] }, issuer),
      ),
    ).toBe("crl-malformed");
    expect(codeOf(() => verifyCrl({ ...crl, tbsDer: parseCrl(build([])).tbsDer }, issuer))).toBe(
      "crl-signature-invalid",
    );
  });

  test("damaged lists throw nothing but PkiError and never verify", () => {
    const seed = build([entry("0102", 1), entry("03")]);
    fc.assert(
      fc.property(fc.nat(seed.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bytes = seed.slice();
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        expect(
          codeOf(() => verifyCrl(parseCrl(bytes), issuer)),
          toHex(bytes),
        ).not.toBe("accepted");
      }),
      { numRuns: 500 },
    );
  });
});

test("reasons have names both ways", () => {
  expect(isCrlReason("keyCompromise")).toBe(true);
  expect(isCrlReason("toString")).toBe(false);
  expect(isCrlReason(1)).toBe(false);
  expect(findCrlReason(4)).toBe("superseded");
  expect(findCrlReason(7)).toBe(null);
  expect(findCrlReason(8)).toBe(null);
});
