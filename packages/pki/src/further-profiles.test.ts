import { describe, expect, test } from "vitest";

import { checkIssued } from "./certificate/check-issued.ts";
import { describeExtensions } from "./certificate/describe.ts";
import type { NameConstraints } from "./certificate/name-constraints.ts";
import { decideNames } from "./certificate/names.ts";
import { parseCertificate } from "./certificate/parse.ts";
import { signTbs } from "./certificate/sign.ts";
import { buildTbsAuthority } from "./certificate/template.ts";
import { decideValidity } from "./certificate/validity.ts";
import { parseCsr } from "./csr/parse.ts";
import { decideRequestedExtensions } from "./csr/requested.ts";
import { furtherProfiles } from "./further-profiles.ts";
import { lintCertificate } from "./lint/index.ts";
import { encodePem } from "./pem.ts";
import { createProfile } from "./profile.ts";
import { encodeSubjectAltNames } from "./subject-alt-name.ts";
import {
  createTestIssuing,
  createTestRoot,
  createTestSigner,
  generateTestKey,
  getProfile,
  issueTestCertificate,
  testNow,
} from "./testing/authority.ts";
import { makeWithOpenssl, runOpenssl } from "./testing/openssl.ts";
import { codeOf } from "./testing/refusal.ts";

const root = createTestRoot();
const issuing = createTestIssuing(root);
const issuer = parseCertificate(issuing.certificateDer);
const holder = createTestSigner("ec-p256");
const identity = {
  deviceId: "gateway-1",
  organization: "Test Works",
  dnsNames: ["gw.example"],
  ipAddresses: ["10.0.0.1"],
  applicationUri: null,
  hardwareSerial: "SN-0042/7",
  hardwareModule: "1.3.6.1.4.1.99999.1:0A0B0C",
  verificationCode: "0a1b2c3d".repeat(8),
};
const at = String(testNow.getTime() / 1000 + 60);
const files = {
  root: encodePem("CERTIFICATE", root.certificateDer),
  issuing: encodePem("CERTIFICATE", issuing.certificateDer),
};
const verifyArgs = ["verify", "-x509_strict", "-attime", at, "-CAfile", "root", "-untrusted", "issuing"];
const leafProfiles = furtherProfiles.filter(({ purpose }) => purpose !== "authority").map(({ slug }) => slug);

function issue(slug: string) {
  const profile = getProfile(slug);
  const pointers = slug === "ocsp-responder" ? { crlUrl: null, caIssuersUrl: null, ocspUrl: null } : {};
  return issueTestCertificate(issuing, holder, { profile, ...decideNames(profile, identity), ...pointers });
}

describe("further profiles", () => {
  test.each(furtherProfiles.map(({ slug }) => slug))("%s is a valid profile", (slug) => {
    expect(getProfile(slug).slug).toBe(slug);
  });

  test.each(leafProfiles)("%s: openssl -x509_strict agrees, lint is silent, the check passes", async (slug) => {
    const { der, tbsDer } = issue(slug);
    expect(runOpenssl([...verifyArgs, "leaf"], { ...files, leaf: encodePem("CERTIFICATE", der) })).toContain(
      "leaf: OK",
    );
    expect(lintCertificate(der, { issuer })).toEqual([]);
    await expect(checkIssued({ der, tbsDer, issuerCertificateDer: issuing.certificateDer })).resolves.toBeUndefined();
  });

  test("an IDevID names the hardware and never ends", () => {
    const profile = getProfile("idevid");
    const forever = new Date("9999-12-31T23:59:59Z");
    expect(
      decideValidity({ profile, issuerNotBefore: testNow, issuerNotAfter: forever, now: testNow }).notAfter,
    ).toEqual(forever);
    expect(
      codeOf(() =>
        decideValidity({ profile, issuerNotBefore: testNow, issuerNotAfter: issuer.notAfter, now: testNow }),
      ),
    ).toBe("validity-invalid");
    const { der } = issue("idevid");
    const parsed = parseCertificate(der);
    expect(parsed.subject).toEqual([
      { type: "O", value: "Test Works" },
      { type: "serialNumber", value: "SN-0042/7" },
    ]);
    expect(parsed.subjectAltNames).toEqual([{ type: "hardwareModule", value: "1.3.6.1.4.1.99999.1:0a0b0c" }]);
    expect(describeExtensions(parsed).find(({ oid }) => oid === "2.5.29.17")?.meaning).toContain(
      "hardware:1.3.6.1.4.1",
    );
  });

  test("openssl writes the same hardware module", () => {
    const config = [
      "[req]\ndistinguished_name = name\nreq_extensions = ext\nprompt = no\n[name]\nCN = a",
      "[ext]\nsubjectAltName = otherName:1.3.6.1.5.5.7.8.4;SEQUENCE:hw",
      "[hw]\ntype = OID:1.3.6.1.4.1.99999.1\nserial = FORMAT:HEX,OCTETSTRING:0A0B0C\n",
    ].join("\n");
    const key = generateTestKey("ec-p256").export({ type: "pkcs8", format: "pem" });
    const csr = parseCsr(makeWithOpenssl("req -new -config config -key key -outform DER".split(" "), { config, key }));
    const ours = encodeSubjectAltNames([{ type: "hardwareModule", value: identity.hardwareModule }]);
    expect(csr.requestedExtensions).toEqual([{ oid: "2.5.29.17", critical: false, valueDer: ours }]);
    const profile = getProfile("idevid");
    const { subjectAltNames } = decideNames(profile, identity);
    expect(decideRequestedExtensions(csr, { profile, subjectAltNames })).toEqual({ accepted: true });
    expect(decideRequestedExtensions(csr, { profile, subjectAltNames: [] }).accepted).toBe(false);
  });

  test("a verification code is the CN, of up to 64 characters, for a day", () => {
    expect(parseCertificate(issue("cloud-verification").der).subject).toEqual([
      { type: "CN", value: identity.verificationCode },
    ]);
    const profile = getProfile("cloud-verification");
    const decide = (verificationCode: string | null) =>
      codeOf(() => decideNames(profile, { ...identity, verificationCode }));
    expect(decide("any text, <even> this")).toBe("accepted");
    for (const bad of [null, "", " ", "a".repeat(65), "a\0b", "a\u202eb"]) expect(decide(bad)).toBe("name-invalid");
    expect(codeOf(() => createProfile({ ...profile, validityDays: 2 }))).toBe("profile-invalid");
    expect(codeOf(() => createProfile({ ...profile, subject: ["verificationCode", "commonName"] }))).toBe(
      "profile-invalid",
    );
  });

  test.each<[string, Partial<typeof identity>]>([
    ["no hardware serial", { hardwareSerial: "" }],
    ["a serial that is not printable", { hardwareSerial: "a_b" }],
    ["no hardware module", { hardwareModule: "" }],
    ["a module without number", { hardwareModule: "1.3.6.1:" }],
    ["a module with a long number", { hardwareModule: `1.3.6.1:${"00".repeat(33)}` }],
  ])("an IDevID with %s is refused", (_, change) => {
    expect(codeOf(() => decideNames(getProfile("idevid"), { ...identity, ...change }))).toBe("name-invalid");
  });

  test("an end entity of another profile still needs a name", () => {
    expect(codeOf(() => issueTestCertificate(issuing, holder, { subjectAltNames: [] }))).toBe("name-invalid");
    const { subjectAltNames, ...rest } = getProfile("gateway");
    expect(subjectAltNames.length).toBe(3);
    expect(codeOf(() => createProfile({ ...rest, subjectAltNames: [] }))).toBe("profile-invalid");
    expect(codeOf(() => createProfile({ ...rest, subjectAltNames, hasNoExpiry: "yes" }))).toBe("profile-invalid");
  });
});

describe("name constraints", () => {
  const constraints: NameConstraints = {
    permitted: [
      { type: "dns", value: "works.example" },
      { type: "ip", value: "10.1.0.0/16" },
      { type: "ip", value: "2001:db8::/33" },
      { type: "uri", value: ".works.example" },
      { type: "email", value: "works.example" },
      { type: "directory", value: [{ type: "O", value: "Test Works" }] },
    ],
    excluded: [{ type: "dns", value: "secret.works.example" }],
  };
  const subject = [{ type: "CN" as const, value: "Test Works Issuing CA 2" }];
  const build = (nameConstraints: NameConstraints) =>
    signTbs(
      buildTbsAuthority({
        issuer: root.facts,
        serialNumber: issuer.serialNumber,
        subject,
        spkiDer: issuing.signer.spkiDer,
        notBefore: testNow,
        notAfter: issuer.notAfter,
        pathLenConstraint: 0,
        nameConstraints,
        crlUrl: "http://localhost:8080/crl/root.crl",
        caIssuersUrl: "http://localhost:8080/ca/root.cer",
      }),
      root.signer,
    );
  const der = build(constraints);

  test("openssl reads them, critical, and so do we; lint is silent", () => {
    const text = runOpenssl(["x509", "-inform", "DER", "-in", "c", "-noout", "-text"], { c: der });
    expect(text).toMatch(/X509v3 Name Constraints: critical/);
    for (const part of ["DNS:works.example", "IP:10.1.0.0/255.255.0.0", "DNS:secret.works.example"])
      expect(text).toContain(part);
    const parsed = parseCertificate(der);
    expect(parsed.nameConstraints).toEqual(constraints);
    expect(lintCertificate(der, { issuer: parseCertificate(root.certificateDer) })).toEqual([]);
    const described = describeExtensions(parsed).find(({ oid }) => oid === "2.5.29.30");
    expect(described?.meaning).toContain("must not be within dns secret.works.example");
  });

  test("openssl refuses a certificate outside and takes one inside", () => {
    const authority = {
      ...issuing,
      certificateDer: der,
      facts: { ...issuing.facts, subjectDer: parseCertificate(der).subjectDer },
    };
    const check = (name: string) => {
      const leaf = issueTestCertificate(authority, holder, {
        subject: [{ type: "O", value: "Test Works" }],
        subjectAltNames: [{ type: "dns", value: name }],
      });
      return runOpenssl([...verifyArgs, "leaf"], {
        ...files,
        issuing: encodePem("CERTIFICATE", der),
        leaf: encodePem("CERTIFICATE", leaf.der),
      });
    };
    expect(check("a.works.example")).toContain("leaf: OK");
    expect(() => check("a.other.example")).toThrow(/permitted subtree violation/);
    expect(() => check("a.secret.works.example")).toThrow(/excluded subtree violation/);
  });

  test.each<[string, NameConstraints]>([
    ["none", { permitted: [], excluded: [] }],
    ["a wildcard", { permitted: [{ type: "dns", value: "*.example" }], excluded: [] }],
    ["an address without prefix", { permitted: [{ type: "ip", value: "10.0.0.0" }], excluded: [] }],
    ["a prefix that is too long", { permitted: [{ type: "ip", value: "10.0.0.0/33" }], excluded: [] }],
    ["bits behind the prefix", { permitted: [{ type: "ip", value: "10.0.0.1/8" }], excluded: [] }],
  ])("%s is not written", (_, given) => {
    expect(codeOf(() => build(given))).toBe("template-invalid");
  });
});
