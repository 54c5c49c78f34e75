import { generateKeyPairSync } from "node:crypto";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { keyAlgorithms } from "../algorithms.ts";
import { parseCertificate } from "../certificate/parse.ts";
import { lintCrl } from "../lint/index.ts";
import { encodePem } from "../pem.ts";
import { createSigner } from "../signer.ts";
import { createStreamingSigner } from "../streaming-signer.ts";
import { createTestIssuing, createTestRoot, generateTestKey, testNow } from "../testing/authority.ts";
import { runOpenssl } from "../testing/openssl.ts";
import { codeOf } from "../testing/refusal.ts";
import { buildTbsCrl } from "./build.ts";
import type { CrlHead } from "./build.ts";
import { lengthOfEntries } from "./entry.ts";
import type { CrlEntry } from "./entry.ts";
import { parseCrl, verifyCrl } from "./parse.ts";
import { createCrlWriter, writeCrl } from "./write.ts";

const root = createTestRoot();
const key = generateTestKey("ec-p256");
const issuing = createTestIssuing(root, createSigner(key));
const issuer = parseCertificate(issuing.certificateDer);
const signer = createStreamingSigner(key);
const head: CrlHead = {
  issuer: issuing.facts,
  number: 7n,
  thisUpdate: testNow,
  nextUpdate: new Date(testNow.getTime() + 86_400_000),
};

/** What a file would hold: the pieces in order, the header written over the first. */
function write(entries: readonly CrlEntry[], change: Partial<CrlHead> = {}): Uint8Array {
  const chunks: Uint8Array[] = [];
  const { header, length } = writeCrl({
    ...head,
    ...change,
    entries,
    entriesLength: lengthOfEntries(entries),
    signer,
    sink: (chunk) => chunks.push(chunk),
  });
  const der = new Uint8Array(Buffer.concat(chunks));
  der.set(header);
  expect(der.length).toBe(length);
  return der;
}

const listOf = (count: number) =>
  Array.from({ length: count }, (_, n): CrlEntry => {
    const serialNumber = new Uint8Array(17).fill(1);
    new DataView(serialNumber.buffer).setUint32(4, n);
    return {
      serialNumber,
      revocationDate: new Date(testNow.getTime() - n * 7_000),
      reasonCode: n % 2 === 0 ? 1 : null,
    };
  });

describe("lists written piece by piece", () => {
  test.each([0, 1, 2, 1_000, 30_000])("%i entries: the same signed content, and it verifies", (count) => {
    const entries = listOf(count);
    const der = write(entries);
    const crl = parseCrl(der);
    verifyCrl(crl, issuer);
    expect(crl.tbsDer).toEqual(buildTbsCrl({ ...head, entries }));
    expect(crl.entryCount).toBe(count);
    expect(lintCrl(der)).toEqual([]);
  });

  test("openssl verifies one that went straight to the sink", () => {
    const text = runOpenssl("crl -inform DER -in crl -noout -crlnumber -verify -CAfile ca".split(" "), {
      crl: write(listOf(30_000)),
      ca: encodePem("CERTIFICATE", issuing.certificateDer),
    });
    expect(text).toContain("verify OK");
  });

  test("shards and deltas too", () => {
    const point = { url: "http://a/b.crl", onlyContains: null };
    const der = write(listOf(3), { number: 8n, baseNumber: 7n, issuingDistributionPoint: point });
    expect(parseCrl(der)).toMatchObject({ baseNumber: 7n, entryCount: 3 });
  });

  test("every length of signature gives a correct header", () => {
    for (let round = 0; round < 50; round++) verifyCrl(parseCrl(write(listOf(2))), issuer);
  });

  test("the length of any entry is known beforehand", () => {
    const entry = fc.record(
      {
        serialNumber: fc.uint8Array({ minLength: 1, maxLength: 19 }).filter((bytes) => (bytes[0] ?? 0) > 0),
        revocationDate: fc.integer({ min: 0, max: Date.UTC(2060, 0) / 1000 }).map((s) => new Date(s * 1000)),
        reasonCode: fc.constantFrom(null, 0, 1, 10),
        invalidityDate: fc.constant(testNow),
      },
      { requiredKeys: ["serialNumber", "revocationDate", "reasonCode"] },
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
        expect([...parseCrl(write(entries)).entries()]).toEqual(
          entries.map(({ reasonCode, ...rest }) => ({ ...rest, reasonCode: reasonCode || null })),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("a wrong length, another algorithm and a key that cannot stream are refused", () => {
    const input = { ...head, signer, sink: () => {}, entriesLength: 10 };
    expect(codeOf(() => createCrlWriter(input).finish())).toBe("template-invalid");
    const other = createStreamingSigner(generateTestKey("ec-p384"));
    expect(codeOf(() => createCrlWriter({ ...input, signer: other }))).toBe("signer-mismatch");
    expect(codeOf(() => createStreamingSigner(generateTestKey("ed25519")))).toBe("signer-unsupported");
    const { privateKey } = generateKeyPairSync("x25519");
    expect(codeOf(() => createStreamingSigner(privateKey))).toBe("signer-unsupported");
  });

  test.each(keyAlgorithms.filter((algorithm) => algorithm !== "ed25519"))("%s signs piece by piece", (algorithm) => {
    const streaming = createStreamingSigner(generateTestKey(algorithm));
    const signature = streaming.start();
    for (const byte of [1, 2, 3]) signature.update(Uint8Array.of(byte));
    const { length } = signature.sign();
    expect(length).toBeGreaterThanOrEqual(streaming.signatureLengths.minimum);
    expect(length).toBeLessThanOrEqual(streaming.signatureLengths.maximum);
  });
});
