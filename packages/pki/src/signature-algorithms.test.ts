import { X509Certificate } from "node:crypto";

import { describe, expect, test } from "vitest";

import { describeKeyAlgorithm, findAnyKeyAlgorithm, findKeyAlgorithm, postQuantumAlgorithms } from "./algorithms.ts";
import { parseCertificate } from "./certificate/parse.ts";
import { verifyIssuedBy } from "./certificate/verify.ts";
import { buildCrl } from "./crl/build.ts";
import { parseCrl, verifyCrl } from "./crl/parse.ts";
import { buildCsr } from "./csr/build.ts";
import { parseCsr } from "./csr/parse.ts";
import { verifyCsr } from "./csr/verify.ts";
import { constructed, integer, nullValue, objectIdentifier, sequence } from "./der/write.ts";
import { assertKeyAllowed } from "./key-policy.ts";
import { lintCertificate, lintCrl } from "./lint/index.ts";
import { oids } from "./oids.ts";
import { encodePem } from "./pem.ts";
import { findSignatureAlgorithm, pssSchemes } from "./signature-algorithms.ts";
import { createAnySigner, createSigner, signatureAlgorithmDer, verifySignature } from "./signer.ts";
import { createStreamingSigner } from "./streaming-signer.ts";
import {
  createTestIssuing,
  createTestRoot,
  createTestSigner,
  generateTestKey,
  issueTestCertificate,
  testNow,
} from "./testing/authority.ts";
import { runOpenssl } from "./testing/openssl.ts";
import { codeOf } from "./testing/refusal.ts";

const holder = createTestSigner("ec-p256");
const nextUpdate = new Date(testNow.getTime() + 86_400_000);
const tbs = Uint8Array.of(1, 2, 3);

describe("RSASSA-PSS", () => {
  const key = generateTestKey("rsa-2048");

  test.each(pssSchemes)("a whole authority signs with %s, and openssl agrees", (pssScheme) => {
    const root = createTestRoot(createSigner(key, { pssScheme }));
    const issuing = createTestIssuing(root, createSigner(generateTestKey("rsa-2048"), { pssScheme }));
    const issuer = parseCertificate(issuing.certificateDer);
    const leaf = issueTestCertificate(issuing, holder).der;
    verifyIssuedBy(parseCertificate(leaf), issuer);
    expect(lintCertificate(leaf, { issuer })).toEqual([]);
    const { facts, signer } = issuing;
    const crl = buildCrl({ issuer: facts, number: 1n, thisUpdate: testNow, nextUpdate, entries: [], signer });
    verifyCrl(parseCrl(crl), issuer);
    expect(lintCrl(crl)).toEqual([]);
    const at = String(testNow.getTime() / 1000 + 60);
    const text = runOpenssl(
      "verify -x509_strict -crl_check -CAfile root -untrusted issuing -CRLfile crl -attime"
        .split(" ")
        .concat(at, "leaf"),
      {
        root: encodePem("CERTIFICATE", root.certificateDer),
        issuing: encodePem("CERTIFICATE", issuing.certificateDer),
        crl: encodePem("X509 CRL", crl),
        leaf: encodePem("CERTIFICATE", leaf),
      },
    );
    expect(text).toContain("leaf: OK");
  });

  test.each(pssSchemes)("a request signed with %s verifies here and at openssl", (pssScheme) => {
    const der = buildCsr({ subject: [{ type: "CN", value: "a" }], signer: createSigner(key, { pssScheme }) });
    verifyCsr(parseCsr(der));
    expect(runOpenssl(["req", "-inform", "DER", "-in", "csr", "-noout", "-verify"], { csr: der })).toContain("OK");
  });

  test("a signature is of one scheme only, and of one length of salt", () => {
    const signer = createSigner(key, { pssScheme: "rsa-pss-sha256" });
    const signature = signer.sign(tbs);
    const check = (signatureAlgorithm: Uint8Array) =>
      verifySignature({ spkiDer: signer.spkiDer, signatureAlgorithmDer: signatureAlgorithm, tbs, signature });
    expect(check(signatureAlgorithmDer("rsa-2048", "rsa-pss-sha256"))).toBe(true);
    expect(check(signatureAlgorithmDer("rsa-2048", "rsa-pss-sha384"))).toBe(false);
    expect(check(signatureAlgorithmDer("rsa-2048"))).toBe(false);
  });

  const sha256Id = sequence(objectIdentifier(oids.sha256), nullValue);
  const mgf1 = (hash: Uint8Array) => sequence(objectIdentifier(oids.mgf1), hash);
  const pss = (...parameters: Uint8Array[]) => sequence(objectIdentifier(oids.rsassaPss), sequence(...parameters));
  const good = [constructed(0, sha256Id), constructed(1, mgf1(sha256Id)), constructed(2, integer(32))];
  const absent = sequence(objectIdentifier(oids.sha256));

  test("parameters that mean the same are the same, others are not ours", () => {
    expect(findSignatureAlgorithm(pss(...good))?.isPss).toBe(true);
    expect(findSignatureAlgorithm(pss(constructed(0, absent), ...good.slice(1)))?.isPss).toBe(true);
    expect(findSignatureAlgorithm(pss(good[0] ?? absent, constructed(1, mgf1(absent)), good[2] ?? absent))?.isPss).toBe(
      true,
    );
    for (const odd of [
      pss(),
      sequence(objectIdentifier(oids.rsassaPss)),
      sequence(objectIdentifier(oids.rsassaPss), nullValue),
      pss(...good.slice(0, 2)),
      pss(...good.slice(0, 2), constructed(2, integer(20))),
      pss(...good.slice(0, 2), constructed(2, integer(0))),
      pss(...good, constructed(3, integer(1))),
      pss(...good, constructed(3, integer(2))),
      pss(
        constructed(0, sha256Id),
        constructed(1, mgf1(sequence(objectIdentifier(oids.sha1)))),
        constructed(2, integer(32)),
      ),
      pss(
        constructed(0, sha256Id),
        constructed(1, mgf1(sequence(objectIdentifier(oids.sha512)))),
        constructed(2, integer(32)),
      ),
    ])
      expect(findSignatureAlgorithm(odd)).toBe(null);
  });

  test("only RSA keys sign with it, and the issuer's facts must say so", () => {
    expect(codeOf(() => createSigner(generateTestKey("ec-p256"), { pssScheme: "rsa-pss-sha256" }))).toBe(
      "signer-unsupported",
    );
    expect(codeOf(() => createStreamingSigner(generateTestKey("ec-p256"), { pssScheme: "rsa-pss-sha256" }))).toBe(
      "signer-unsupported",
    );
    const root = createTestRoot(createSigner(key));
    const signer = createSigner(key, { pssScheme: "rsa-pss-sha256" });
    const content = { issuer: root.facts, number: 1n, thisUpdate: testNow, nextUpdate, entries: [] };
    expect(codeOf(() => buildCrl({ ...content, signer }))).toBe("signer-mismatch");
  });

  test("it streams too", () => {
    const streaming = createStreamingSigner(key, { pssScheme: "rsa-pss-sha512" }).start();
    streaming.update(tbs);
    const { spkiDer } = createSigner(key);
    const algorithmDer = signatureAlgorithmDer("rsa-2048", "rsa-pss-sha512");
    const signature = streaming.sign();
    expect(verifySignature({ spkiDer, signatureAlgorithmDer: algorithmDer, tbs, signature })).toBe(true);
  });
});

describe("ML-DSA", () => {
  test.each(postQuantumAlgorithms)("an authority of %s signs certificates, requests and lists", async (algorithm) => {
    const signer = createAnySigner(generateTestKey(algorithm));
    const root = createTestRoot(signer);
    const issuer = parseCertificate(root.certificateDer);
    expect(issuer.keyAlgorithm).toBe(algorithm);
    verifyIssuedBy(issuer, issuer);
    const leaf = issueTestCertificate(root, holder).der;
    verifyIssuedBy(parseCertificate(leaf), issuer);
    expect(lintCertificate(leaf, { issuer })).toEqual([]);
    expect(new X509Certificate(leaf).verify(new X509Certificate(root.certificateDer).publicKey)).toBe(true);
    expect(new X509Certificate(root.certificateDer).publicKey.asymmetricKeyType).toBe(algorithm);
    const content = { issuer: root.facts, number: 1n, thisUpdate: testNow, nextUpdate, entries: [] };
    verifyCrl(parseCrl(buildCrl({ ...content, signer })), issuer);
    verifyCsr(parseCsr(buildCsr({ subject: [{ type: "CN", value: "a" }], signer })));
    expect(await assertKeyAllowed(signer.spkiDer, { algorithms: postQuantumAlgorithms })).toEqual({ algorithm });
    expect(describeKeyAlgorithm(algorithm)).toBe(algorithm.toUpperCase());
  });

  test("sizes of keys and signatures are those of FIPS 204", () => {
    const sizes = postQuantumAlgorithms.map((algorithm) => {
      const signer = createAnySigner(generateTestKey(algorithm));
      return [signer.spkiDer.length - 22, signer.sign(tbs).length];
    });
    expect(sizes).toEqual([
      [1312, 2420],
      [1952, 3309],
      [2592, 4627],
    ]);
  });

  test("it is not offered where the classic algorithms are meant", async () => {
    const { spkiDer } = createAnySigner(generateTestKey("ml-dsa-44"));
    expect(findAnyKeyAlgorithm(spkiDer)).toBe("ml-dsa-44");
    expect(findKeyAlgorithm(spkiDer)).toBe(null);
    expect(codeOf(() => createSigner(generateTestKey("ml-dsa-44")))).toBe("signer-unsupported");
    await expect(assertKeyAllowed(spkiDer, { algorithms: ["ec-p256"] })).rejects.toThrow(/not allowed here/);
  });

  test("a key of the wrong length, with parameters, or under another name is refused", async () => {
    const { spkiDer } = createAnySigner(generateTestKey("ml-dsa-44"));
    const other = spkiDer.slice();
    other[16] = 0x12; // the last arc of the OID: 18 instead of 17
    await expect(assertKeyAllowed(other, { algorithms: postQuantumAlgorithms })).rejects.toThrow(/octets/);
    expect(signatureAlgorithmDer("ml-dsa-65")).not.toEqual(signatureAlgorithmDer("ml-dsa-44"));
    expect(findSignatureAlgorithm(sequence(objectIdentifier(oids.mlDsa44), nullValue))).toBe(null);
  });
});
