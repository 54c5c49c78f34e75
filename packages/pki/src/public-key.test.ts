import { expect, test } from "vitest";

import { keyAlgorithms } from "./algorithms.ts";
import { importPublicKey, reusePublicKey } from "./public-key.ts";
import { signatureAlgorithmDer, verifySignature } from "./signer.ts";
import { createTestSigner } from "./testing/authority.ts";

const tbs = Uint8Array.of(1, 2, 3);

test.each(keyAlgorithms)("a signer of %s brings its key along, and it verifies like a fresh one", (algorithm) => {
  const signer = createTestSigner(algorithm);
  const { spkiDer, publicKey } = signer;
  const signature = signer.sign(tbs);
  const input = { spkiDer, signatureAlgorithmDer: signatureAlgorithmDer(algorithm), tbs, signature };
  expect(publicKey?.spkiDer).toBe(spkiDer);
  expect(verifySignature({ ...input, publicKey })).toBe(true);
  expect(verifySignature(input)).toBe(true);
  expect(verifySignature({ ...input, publicKey, tbs: Uint8Array.of(1, 2, 4) })).toBe(false);
});

test("an imported key never speaks for the bytes of another", () => {
  const ours = createTestSigner("ec-p256");
  const other = createTestSigner("ec-p256");
  const signature = ours.sign(tbs);
  const algorithmDer = signatureAlgorithmDer("ec-p256");
  const { publicKey } = ours;
  expect(
    verifySignature({ spkiDer: other.spkiDer, publicKey, signatureAlgorithmDer: algorithmDer, tbs, signature }),
  ).toBe(false);
  expect(reusePublicKey(other.spkiDer, publicKey)?.spkiDer).toBe(other.spkiDer);
  expect(reusePublicKey(ours.spkiDer.slice(), publicKey)).toBe(publicKey);
});

test("bytes that are no key of ours give null and leave the stack trace limit alone", () => {
  const before = Error.stackTraceLimit;
  const { spkiDer } = createTestSigner("ec-p256");
  const offCurve = spkiDer.slice();
  offCurve[80] = (offCurve[80] ?? 0) ^ 1;
  expect(importPublicKey(offCurve)).toBe(null);
  expect(importPublicKey(new Uint8Array())).toBe(null);
  expect(Error.stackTraceLimit).toBe(before);
});
