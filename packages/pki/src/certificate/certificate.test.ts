import { X509Certificate } from "node:crypto";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { KeyAlgorithm } from "../algorithms.ts";
import { fromHex, toHex } from "../hex.ts";
import { sha256 } from "../key-identifier.ts";
import { lintCertificate } from "../lint/index.ts";
import { encodePem } from "../pem.ts";
import { createProfile, defaultProfiles } from "../profile.ts";
import type { AnySigner, Signer } from "../signer.ts";
import {
  createTestIssuing,
  createTestRoot,
  createTestSigner,
  createTestTemplate,
  getProfile,
  issueTestCertificate,
  testNow,
} from "../testing/authority.ts";
import { runOpenssl } from "../testing/openssl.ts";
import { codeOf } from "../testing/refusal.ts";
import { checkIssued, findDifference } from "./check-issued.ts";
import { describeExtensions } from "./describe.ts";
import { decideNames } from "./names.ts";
import { parseCertificate } from "./parse.ts";
import { readBack } from "./read-back.ts";
import { signTbs } from "./sign.ts";
import { buildTbsAuthority, buildTbsCertificate } from "./template.ts";
import { verifyIssuedBy } from "./verify.ts";

const root = createTestRoot();
const issuing = createTestIssuing(root);
const holder = createTestSigner("ec-p256");
const rsaHolder = createTestSigner("rsa-2048");
const device = issueTestCertificate(issuing, holder);

function verifyWithOpenssl(der: Uint8Array, purpose: string): string {
  const at = String(testNow.getTime() / 1000 + 3_600);
  return runOpenssl(
    ["verify", "-x509_strict", "-purpose", purpose, "-attime", at, "-CAfile", "root", "-untrusted", "issuing", "leaf"],
    {
      root: encodePem("CERTIFICATE", root.certificateDer),
      issuing: encodePem("CERTIFICATE", issuing.certificateDer),
      leaf: encodePem("CERTIFICATE", der),
    },
  );
}

const identity = {
  deviceId: "pump-017",
  organization: "Test Works",
  dnsNames: ["plc.example"],
  ipAddresses: ["10.0.0.1", "2001:db8::1"],
  applicationUri: "urn:works:plc",
};

describe("end-entity certificates", () => {
  const holders: [KeyAlgorithm, Signer][] = [
    ["ec-p256", holder],
    ["rsa-2048", rsaHolder],
  ];
  const cases = defaultProfiles.flatMap(({ slug }) =>
    holders.map(([algorithm, key]) => [slug, algorithm, key] as const),
  );

  test.each(cases)(
    "profile %s with %s: openssl -x509_strict agrees, lint is silent, the check passes",
    async (slug, _, key) => {
      const profile = getProfile(slug);
      const { der, tbsDer } = issueTestCertificate(issuing, key, { profile, ...decideNames(profile, identity) });
      expect(verifyWithOpenssl(der, profile.extKeyUsage.includes("clientAuth") ? "sslclient" : "sslserver")).toContain(
        "leaf: OK",
      );
      expect(lintCertificate(der, { issuer: parseCertificate(issuing.certificateDer) })).toEqual([]);
      await expect(checkIssued({ der, tbsDer, issuerCertificateDer: issuing.certificateDer })).resolves.toBeUndefined();
      const parsed = parseCertificate(der);
      expect(parsed.extKeyUsage).toEqual([...profile.extKeyUsage]);
      expect(parsed.basicConstraints).toEqual({ ca: false, pathLen: null });
    },
  );

  test("openssl prints exactly what was asked for", () => {
    const text = runOpenssl(["x509", "-inform", "DER", "-in", "c", "-noout", "-text"], { c: device.der }).replace(
      /\s+/g,
      " ",
    );
    for (const part of [
      "Version: 3 (0x2)",
      "01:cc:cb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99",
      "Issuer: O = Test Works, CN = Test Works Issuing CA 1",
      "Not Before: Nov 21 01:00:00 2026 GMT",
      "Not After : Nov 21 01:00:00 2027 GMT",
      "Subject: CN = pump-017",
      "X509v3 Basic Constraints: critical CA:FALSE",
      "X509v3 Key Usage: critical Digital Signature X509v3",
      "X509v3 Extended Key Usage: TLS Web Client Authentication",
      "X509v3 Subject Alternative Name: DNS:pump-017",
      "Full Name: URI:http://localhost:8080/crl/issuing.crl",
      "OCSP - URI:http://localhost:8080/ocsp",
      "CA Issuers - URI:http://localhost:8080/ca/issuing.cer",
    ])
      expect(text).toContain(part);
  });

  test("parsing gives back what was written, and so does node", () => {
    const template = createTestTemplate(issuing, holder);
    const parsed = parseCertificate(device.der);
    expect(parsed).toMatchObject({
      serialNumber: template.serialNumber,
      subject: template.subject,
      subjectAltNames: template.subjectAltNames,
      notBefore: template.notBefore,
      notAfter: template.notAfter,
      keyUsage: ["digitalSignature"],
      crlUrls: [template.crlUrl],
      ocspUrls: [template.ocspUrl],
      caIssuersUrls: [template.caIssuersUrl],
      authorityKeyIdentifier: issuing.facts.subjectKeyIdentifier,
      keyAlgorithm: "ec-p256",
    });
    const node = new X509Certificate(device.der);
    expect(node.serialNumber.toLowerCase()).toBe(toHex(parsed.serialNumber));
    expect(node.verify(new X509Certificate(issuing.certificateDer).publicKey)).toBe(true);
  });

  test("the same input gives the same bytes", () => {
    const template = createTestTemplate(issuing, holder);
    expect(buildTbsCertificate(template)).toEqual(buildTbsCertificate({ ...template }));
  });

  test("times from 2050 are GeneralizedTime and 9999 is possible", () => {
    const notAfter = new Date("9999-12-31T23:59:59Z");
    const { der } = issueTestCertificate(issuing, holder, { notAfter });
    expect(parseCertificate(der).notAfter).toEqual(notAfter);
    expect(runOpenssl(["x509", "-inform", "DER", "-in", "c", "-noout", "-enddate"], { c: der })).toContain(
      "Dec 31 23:59:59 9999",
    );
  });

  test("without a subject the alternative name is critical", () => {
    const { der } = issueTestCertificate(issuing, holder, { subject: [] });
    expect(parseCertificate(der).extensions.find(({ oid }) => oid === "2.5.29.17")?.critical).toBe(true);
    expect(lintCertificate(der)).toEqual([]);
  });

  test("a serial number with the top bit gets a sign octet", () => {
    const serialNumber = fromHex(`80${"11".repeat(18)}`);
    const { der } = issueTestCertificate(issuing, holder, { serialNumber });
    expect(parseCertificate(der).serialNumber).toEqual(serialNumber);
  });

  test("an OCSP delegate carries no-check and no addresses", () => {
    const profile = createProfile({
      ...defaultProfiles[3],
      slug: "ocsp",
      extKeyUsage: ["ocspSigning"],
      keyUsage: ["digitalSignature"],
    });
    const { der } = issueTestCertificate(issuing, holder, { profile, crlUrl: null, caIssuersUrl: null, ocspUrl: null });
    expect(lintCertificate(der)).toEqual([]);
    expect(parseCertificate(der).extensions.map(({ oid }) => oid)).toContain("1.3.6.1.5.5.7.48.1.5");
  });

  test.each<[string, Parameters<typeof issueTestCertificate>[2], string]>([
    ["a serial number of zero", { serialNumber: Uint8Array.of(0) }, "template-invalid"],
    ["a serial number of 21 octets", { serialNumber: fromHex("01".repeat(21)) }, "template-invalid"],
    ["20 octets that need a sign octet", { serialNumber: fromHex("ff".repeat(20)) }, "template-invalid"],
    ["an end before the beginning", { notAfter: testNow }, "validity-invalid"],
    ["a fraction of a second", { notAfter: new Date(testNow.getTime() + 1_500) }, "validity-invalid"],
    ["no alternative name", { subjectAltNames: [] }, "name-invalid"],
    ["an https CRL address", { crlUrl: "https://a/b.crl" }, "template-invalid"],
    ["a CRL address with a query", { crlUrl: "http://a/b.crl?x" }, "template-invalid"],
    ["a key algorithm that is not the key's", { keyAlgorithm: "ec-p384" }, "template-invalid"],
    ["a key algorithm that the profile does not allow", { keyAlgorithm: "ed25519" }, "template-invalid"],
  ])("a template with %s is refused", (_, change, code) => {
    expect(codeOf(() => issueTestCertificate(issuing, holder, change))).toBe(code);
  });
});

describe("authorities", () => {
  test("root and issuing authority pass lint, check and openssl", async () => {
    for (const [authority, issuer] of [
      [root, root],
      [issuing, root],
    ] as const) {
      const parsed = parseCertificate(authority.certificateDer);
      expect(lintCertificate(authority.certificateDer, { issuer: parseCertificate(issuer.certificateDer) })).toEqual(
        [],
      );
      await checkIssued({
        der: authority.certificateDer,
        tbsDer: parsed.tbsDer,
        issuerCertificateDer: issuer.certificateDer,
      });
      expect(parsed.keyUsage).toEqual(["keyCertSign", "cRLSign"]);
    }
    const text = runOpenssl(["x509", "-inform", "DER", "-in", "c", "-noout", "-text"], {
      c: issuing.certificateDer,
    }).replace(/\s+/g, " ");
    expect(text).toContain("X509v3 Basic Constraints: critical CA:TRUE, pathlen:0");
    expect(text).toContain("X509v3 Key Usage: critical Certificate Sign, CRL Sign");
    expect(parseCertificate(root.certificateDer).crlUrls).toEqual([]);
  });

  test.each(["ec-p521", "rsa-3072", "ed25519"] as const)("a root with %s signs and verifies", (algorithm) => {
    const other = createTestRoot(createTestSigner(algorithm));
    const leaf = issueTestCertificate(other, holder);
    expect(() => verifyIssuedBy(parseCertificate(leaf.der), parseCertificate(other.certificateDer))).not.toThrow();
    const pem = encodePem("CERTIFICATE", other.certificateDer);
    expect(
      runOpenssl(["verify", "-attime", String(testNow.getTime() / 1000 + 1), "-CAfile", "r", "r"], { r: pem }),
    ).toContain("OK");
  });

  test("an authority without name or with a bad path length is refused", () => {
    const template = {
      issuer: root.facts,
      serialNumber: fromHex("01"),
      spkiDer: holder.spkiDer,
      notBefore: testNow,
      notAfter: new Date("2030-01-01"),
      crlUrl: null,
      caIssuersUrl: null,
    };
    expect(codeOf(() => buildTbsAuthority({ ...template, subject: [], pathLenConstraint: 0 }))).toBe(
      "template-invalid",
    );
    expect(
      codeOf(() => buildTbsAuthority({ ...template, subject: [{ type: "CN", value: "a" }], pathLenConstraint: -1 })),
    ).toBe("template-invalid");
  });
});

describe("signing", () => {
  test("a signer whose public key is another is caught before anything leaves", () => {
    const liar: AnySigner = { ...issuing.signer, spkiDer: holder.spkiDer };
    expect(codeOf(() => signTbs(device.tbsDer, liar))).toBe("signer-mismatch");
    const faulty: AnySigner = { ...issuing.signer, sign: () => new Uint8Array(70) };
    expect(codeOf(() => signTbs(device.tbsDer, faulty))).toBe("signer-mismatch");
  });
});

describe("verifying the issuer", () => {
  const leaf = parseCertificate(device.der);
  const ca = parseCertificate(issuing.certificateDer);

  test("accepts the chain", () => {
    verifyIssuedBy(leaf, ca);
    verifyIssuedBy(ca, parseCertificate(root.certificateDer));
  });

  test("refuses another name, another key, a leaf as issuer, a missing right and a bad signature", () => {
    expect(codeOf(() => verifyIssuedBy(leaf, parseCertificate(root.certificateDer)))).toBe(
      "certificate-issuer-mismatch",
    );
    expect(codeOf(() => verifyIssuedBy(leaf, parseCertificate(createTestIssuing(root).certificateDer)))).toBe(
      "certificate-issuer-mismatch",
    );
    expect(codeOf(() => verifyIssuedBy(leaf, { ...ca, basicConstraints: { ca: false, pathLen: null } }))).toBe(
      "certificate-issuer-mismatch",
    );
    expect(codeOf(() => verifyIssuedBy(leaf, { ...ca, keyUsage: ["cRLSign"] }))).toBe("certificate-issuer-mismatch");
    expect(codeOf(() => verifyIssuedBy(leaf, { ...ca, spkiDer: holder.spkiDer }))).toBe(
      "certificate-signature-invalid",
    );
  });
});

describe("checking after signing", () => {
  const check = (der: Uint8Array, tbsDer: Uint8Array, issuerCertificateDer = issuing.certificateDer) =>
    checkIssued({ der, tbsDer, issuerCertificateDer });

  test("refuses other content than recorded, another issuer, and lint errors", async () => {
    const other = issueTestCertificate(issuing, holder, { serialNumber: fromHex(`02${"22".repeat(16)}`) });
    await expect(check(device.der, other.tbsDer)).rejects.toMatchObject({ code: "certificate-differs" });
    await expect(check(device.der, device.tbsDer, root.certificateDer)).rejects.toMatchObject({
      code: "certificate-issuer-mismatch",
    });
    await expect(check(device.der.subarray(1), device.tbsDer)).rejects.toMatchObject({ code: "certificate-malformed" });
    const short = issueTestCertificate(issuing, holder, { serialNumber: Uint8Array.of(1) });
    await expect(check(short.der, short.tbsDer)).rejects.toMatchObject({
      code: "lint-failed",
      detail: expect.stringContaining("serial-entropy"),
    });
    const long = issueTestCertificate(issuing, holder, { notAfter: new Date("2037-01-01T00:00:00Z") });
    await expect(check(long.der, long.tbsDer)).rejects.toMatchObject({
      code: "lint-failed",
      detail: expect.stringContaining("validity-nested"),
    });
  });

  test("the second reader sees the same, and a difference is named", async () => {
    const theirs = await readBack(device.der);
    const ours = parseCertificate(device.der);
    expect(findDifference(ours, theirs)).toBe(null);
    expect(theirs.spkiSha256Hex).toBe(toHex(sha256(holder.spkiDer)));
    expect(findDifference(ours, { ...theirs, serialNumberHex: "00" })).toBe("serial number");
    expect(findDifference(ours, { ...theirs, subject: "CN=other" })).toBe("subject");
    expect(findDifference(ours, { ...theirs, isAuthority: true })).toBe("basicConstraints");
  });

  test("the second reader refuses garbage with our error", async () => {
    await expect(readBack(Uint8Array.of(0x30, 0))).rejects.toMatchObject({ code: "certificate-malformed" });
  });
});

describe("certificates of others", () => {
  test("made by openssl with unusual content are read", () => {
    const key = "-newkey";
    const der = Buffer.from(
      runOpenssl([
        "req",
        "-x509",
        key,
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "k",
        "-subj",
        "/C=DE/serialNumber=17/CN=x/emailAddress=a@b.example",
        "-days",
        "10",
        "-addext",
        "subjectAltName=DNS:a.example,otherName:1.2.3;UTF8:x",
        "-addext",
        "certificatePolicies=1.2.3.4",
        "-addext",
        "extendedKeyUsage=1.2.3.5,clientAuth",
        "-outform",
        "PEM",
      ]).match(/BEGIN CERTIFICATE-----([^-]+)-/)?.[1] ?? "",
      "base64",
    );
    const parsed = parseCertificate(new Uint8Array(der));
    expect(parsed.subject.map(({ type }) => type)).toEqual(["C", "serialNumber", "CN", "oid:1.2.840.113549.1.9.1"]);
    expect(parsed.subjectAltNames).toEqual([{ type: "dns", value: "a.example" }]);
    expect(parsed.extKeyUsage).toEqual(["1.2.3.5", "clientAuth"]);
    expect(parsed.basicConstraints).toEqual({ ca: true, pathLen: null });
    verifyIssuedBy({ ...parsed }, { ...parsed, keyUsage: ["keyCertSign"] });
  });

  test("damaged ones throw nothing but PkiError, and no change of the content verifies", () => {
    const ca = parseCertificate(issuing.certificateDer);
    const changes = fc.array(fc.tuple(fc.nat(device.der.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = device.der.slice();
        for (const [at, mask] of list) bytes[at] = (bytes[at] ?? 0) ^ mask;
        if (toHex(bytes) !== toHex(device.der))
          expect(codeOf(() => verifyIssuedBy(parseCertificate(bytes), ca))).not.toBe("accepted");
      }),
      { numRuns: 1_000 },
    );
  });
});

test("extensions are described in plain words", () => {
  const described = describeExtensions(parseCertificate(device.der));
  expect(described.map(({ name, critical }) => [name, critical])).toEqual([
    ["Basic constraints", true],
    ["Key usage", true],
    ["Extended key usage", false],
    ["Subject key identifier", false],
    ["Authority key identifier", false],
    ["Subject alternative name", false],
    ["CRL distribution points", false],
    ["Authority information access", false],
  ]);
  expect(described[2]?.meaning).toBe("The holder may log in to servers (TLS client).");
  expect(describeExtensions(parseCertificate(issuing.certificateDer))[0]?.meaning).toBe(
    "An authority that signs end entities only.",
  );
});
