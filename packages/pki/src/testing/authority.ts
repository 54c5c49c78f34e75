import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";

import type { AnyKeyAlgorithm, KeyAlgorithm } from "../algorithms.ts";
import { signTbs } from "../certificate/sign.ts";
import { buildTbsAuthority, buildTbsCertificate } from "../certificate/template.ts";
import type { CertificateTemplate, IssuerFacts } from "../certificate/template.ts";
import { furtherProfiles } from "../further-profiles.ts";
import { fromHex } from "../hex.ts";
import { keyIdentifierOf } from "../key-identifier.ts";
import { encodeName } from "../name.ts";
import { createOcspResponder } from "../ocsp/response.ts";
import type { OcspResponder } from "../ocsp/response.ts";
import { createProfile, defaultProfiles } from "../profile.ts";
import type { Profile } from "../profile.ts";
import { createSigner } from "../signer.ts";
import type { AnySigner, Signer } from "../signer.ts";

/* Test material only: keys are made anew in each run, everything else is fixed. */

export const testNow = new Date("2026-11-21T01:00:00Z");
const tenYears = new Date("2036-11-21T01:00:00Z");

export function createTestSigner(algorithm: KeyAlgorithm): Signer {
  return createSigner(generateTestKey(algorithm));
}

export function generateTestKey(algorithm: AnyKeyAlgorithm): KeyObject {
  switch (algorithm) {
    case "ec-p256":
    case "ec-p384":
    case "ec-p521":
      return generateKeyPairSync("ec", { namedCurve: `P-${algorithm.slice(4)}` }).privateKey;
    case "rsa-2048":
    case "rsa-3072":
    case "rsa-4096":
      return generateKeyPairSync("rsa", { modulusLength: Number(algorithm.slice(4)) }).privateKey;
    case "ed25519":
      return generateKeyPairSync("ed25519").privateKey;
    case "ml-dsa-44":
      return generateKeyPairSync("ml-dsa-44").privateKey;
    case "ml-dsa-65":
      return generateKeyPairSync("ml-dsa-65").privateKey;
    case "ml-dsa-87":
      return generateKeyPairSync("ml-dsa-87").privateKey;
  }
}

export function getProfile(slug: string): Profile {
  return createProfile([...defaultProfiles, ...furtherProfiles].find((profile) => profile.slug === slug));
}

export type TestAuthority = { signer: AnySigner; facts: IssuerFacts; certificateDer: Uint8Array };

export function createTestRoot(signer: AnySigner = createTestSigner("ec-p384")): TestAuthority {
  const subject = [
    { type: "O" as const, value: "Test Works" },
    { type: "CN" as const, value: "Test Works Root CA" },
  ];
  const facts = {
    subjectDer: encodeName(subject),
    subjectKeyIdentifier: keyIdentifierOf(signer.spkiDer),
    algorithm: signer.algorithm,
    ...(signer.pssScheme === undefined ? {} : { pssScheme: signer.pssScheme }),
  };
  const tbs = buildTbsAuthority({
    issuer: facts,
    serialNumber: fromHex("01aabbccddeeff00112233445566778899"),
    subject,
    spkiDer: signer.spkiDer,
    notBefore: testNow,
    notAfter: tenYears,
    pathLenConstraint: 1,
    crlUrl: null,
    caIssuersUrl: null,
  });
  return { signer, facts, certificateDer: signTbs(tbs, signer) };
}

export function createTestIssuing(root: TestAuthority, signer: AnySigner = createTestSigner("ec-p256")): TestAuthority {
  const subject = [
    { type: "O" as const, value: "Test Works" },
    { type: "CN" as const, value: "Test Works Issuing CA 1" },
  ];
  const tbs = buildTbsAuthority({
    issuer: root.facts,
    serialNumber: fromHex("01bbbbccddeeff00112233445566778899"),
    subject,
    spkiDer: signer.spkiDer,
    notBefore: testNow,
    notAfter: tenYears,
    pathLenConstraint: 0,
    crlUrl: "http://localhost:8080/crl/root.crl",
    caIssuersUrl: "http://localhost:8080/ca/root.cer",
  });
  const facts = {
    subjectDer: encodeName(subject),
    subjectKeyIdentifier: keyIdentifierOf(signer.spkiDer),
    algorithm: signer.algorithm,
    ...(signer.pssScheme === undefined ? {} : { pssScheme: signer.pssScheme }),
  };
  return { signer, facts, certificateDer: signTbs(tbs, root.signer) };
}

/** A device template on which tests change what they are about. */
export function createTestTemplate(issuer: TestAuthority, holder: AnySigner): CertificateTemplate {
  return {
    profile: getProfile("device"),
    keyAlgorithm: holder.algorithm,
    issuer: issuer.facts,
    serialNumber: fromHex("01cccbccddeeff00112233445566778899"),
    subject: [{ type: "CN", value: "pump-017" }],
    subjectAltNames: [{ type: "dns", value: "pump-017" }],
    spkiDer: holder.spkiDer,
    notBefore: testNow,
    notAfter: new Date("2027-11-21T01:00:00Z"),
    crlUrl: "http://localhost:8080/crl/issuing.crl",
    caIssuersUrl: "http://localhost:8080/ca/issuing.cer",
    ocspUrl: "http://localhost:8080/ocsp",
  };
}

export function issueTestCertificate(
  issuer: TestAuthority,
  holder: AnySigner,
  change: Partial<CertificateTemplate> = {},
): { der: Uint8Array; tbsDer: Uint8Array } {
  const tbsDer = buildTbsCertificate({ ...createTestTemplate(issuer, holder), ...change });
  return { der: signTbs(tbsDer, issuer.signer), tbsDer };
}

/** An OCSP delegate of this authority. */
export function createTestResponder(
  issuer: TestAuthority,
  signer: AnySigner = createTestSigner("ec-p256"),
  change: Partial<CertificateTemplate> = {},
): { responder: OcspResponder; certificateDer: Uint8Array } {
  const { der } = issueTestCertificate(issuer, signer, {
    profile: getProfile("ocsp-responder"),
    serialNumber: fromHex("01ddddccddeeff00112233445566778899"),
    subject: [{ type: "CN", value: "Test Works OCSP" }],
    subjectAltNames: [],
    crlUrl: null,
    caIssuersUrl: null,
    ocspUrl: null,
    ...change,
  });
  return { responder: createOcspResponder({ signer, certificateDer: der }), certificateDer: der };
}
