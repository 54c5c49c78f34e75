import { describe, expect, test } from "vitest";

import {
  encodeAuthorityKeyIdentifier,
  encodeBasicConstraints,
  encodeCrlDistributionPoints,
  encodeSubjectKeyIdentifier,
} from "../certificate/extensions.ts";
import { parseCertificate } from "../certificate/parse.ts";
import { assembleSigned } from "../certificate/sign.ts";
import {
  constructed,
  integer,
  nullValue,
  objectIdentifier,
  primitive,
  sequence,
  setOf,
  time,
  tlv,
  unsignedInteger,
  utf8String,
} from "../der/write.ts";
import { encodeExtKeyUsage } from "../ext-key-usage.ts";
import { encodeExtension } from "../extension.ts";
import { fromHex } from "../hex.ts";
import { keyIdentifierOf } from "../key-identifier.ts";
import { encodeKeyUsage } from "../key-usage.ts";
import { encodeName } from "../name.ts";
import { oids } from "../oids.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import { createTestIssuing, createTestRoot, createTestSigner, testNow } from "../testing/authority.ts";
import { certificateRules, lintCertificate } from "./index.ts";

const issuing = createTestIssuing(createTestRoot());
const issuer = parseCertificate(issuing.certificateDer);
const holder = createTestSigner("ec-p256");
const algorithm = signatureAlgorithmDer("ec-p256");
const anySignature = Uint8Array.of(0);
const text = (value: string) => new TextEncoder().encode(value);

/* Certificates are put together field by field, so that each vector has exactly one fault. */

const goodExtensions = {
  basicConstraints: encodeExtension(oids.basicConstraints, true, encodeBasicConstraints({ ca: false, pathLen: null })),
  keyUsage: encodeExtension(oids.keyUsage, true, encodeKeyUsage(["digitalSignature"])),
  extKeyUsage: encodeExtension(oids.extKeyUsage, false, encodeExtKeyUsage(["clientAuth"])),
  subjectKeyIdentifier: encodeExtension(
    oids.subjectKeyIdentifier,
    false,
    encodeSubjectKeyIdentifier(keyIdentifierOf(holder.spkiDer)),
  ),
  authorityKeyIdentifier: encodeExtension(
    oids.authorityKeyIdentifier,
    false,
    encodeAuthorityKeyIdentifier(issuing.facts.subjectKeyIdentifier),
  ),
  subjectAltName: encodeExtension(oids.subjectAltName, false, sequence(primitive(2, text("pump-017")))),
  crl: encodeExtension(oids.cRLDistributionPoints, false, encodeCrlDistributionPoints("http://a/b.crl")),
  access: encodeExtension(
    oids.authorityInfoAccess,
    false,
    sequence(sequence(objectIdentifier(oids.caIssuers), primitive(6, text("http://a/b.cer")))),
  ),
};
const goodFields = {
  version: constructed(0, integer(2)),
  serialNumber: unsignedInteger(fromHex(`01${"5a".repeat(16)}`)),
  inner: algorithm,
  issuer: issuing.facts.subjectDer,
  notBefore: time(testNow),
  notAfter: time(new Date("2027-11-21T00:00:00Z")),
  subject: encodeName([{ type: "CN", value: "pump-017" }]),
};
const none = new Uint8Array();

function certificate(
  fields: Partial<typeof goodFields> = {},
  extensions: Partial<typeof goodExtensions> = {},
  ...more: Uint8Array[]
): Uint8Array {
  const f = { ...goodFields, ...fields };
  const list = [...Object.values({ ...goodExtensions, ...extensions }), ...more];
  const tbs = sequence(
    f.version,
    f.serialNumber,
    f.inner,
    f.issuer,
    sequence(f.notBefore, f.notAfter),
    f.subject,
    holder.spkiDer,
    constructed(3, sequence(...list)),
  );
  return assembleSigned(tbs, algorithm, anySignature);
}

const san = (...names: Uint8Array[]) => ({
  subjectAltName: encodeExtension(oids.subjectAltName, false, sequence(...names)),
});

const noCheck = encodeExtension(oids.ocspNoCheck, false, nullValue);
const delegateUsage = { extKeyUsage: encodeExtension(oids.extKeyUsage, false, encodeExtKeyUsage(["ocspSigning"])) };

const failing: [string, string, Uint8Array][] = [
  ["readable", "nothing", none],
  ["readable", "trailing bytes", Uint8Array.from([...certificate(), 0])],
  ["version", "version 2", certificate({ version: constructed(0, integer(1)) })],
  ["serial-number", "a negative serial number", certificate({ serialNumber: fromHex(`0211 ff${"5a".repeat(16)}`) })],
  ["serial-number", "21 octets", certificate({ serialNumber: fromHex(`0215 01${"5a".repeat(20)}`) })],
  ["serial-entropy", "15 octets", certificate({ serialNumber: unsignedInteger(fromHex("5a".repeat(15))) })],
  ["signature-algorithm", "another algorithm inside", certificate({ inner: signatureAlgorithmDer("ec-p384") })],
  ["validity-order", "notAfter = notBefore", certificate({ notAfter: time(testNow) })],
  ["validity-nested", "begins before its issuer", certificate({ notBefore: time(new Date("2026-01-01T00:00:00Z")) })],
  ["validity-nested", "ends after its issuer", certificate({ notAfter: time(new Date("2040-01-01T00:00:00Z")) })],
  ["time-encoding", "GeneralizedTime in 2027", certificate({ notAfter: tlv(0x18, text("20271121000000Z")) })],
  [
    "common-name-length",
    "65 characters",
    certificate({ subject: sequence(setOf(sequence(objectIdentifier(oids.commonName), utf8String("a".repeat(65))))) }),
  ],
  ["hidden-characters", "NUL in a DNS name", certificate({}, san(primitive(2, text("a\0b"))))],
  ["duplicate-extensions", "an extension twice", certificate({}, {}, goodExtensions.extKeyUsage)],
  [
    "critical-flags",
    "keyUsage that is not critical",
    certificate({}, { keyUsage: encodeExtension(oids.keyUsage, false, encodeKeyUsage(["digitalSignature"])) }),
  ],
  [
    "critical-flags",
    "a critical SAN beside a subject",
    certificate({}, { subjectAltName: encodeExtension(oids.subjectAltName, true, sequence(primitive(2, text("a")))) }),
  ],
  ["critical-flags", "a SAN that is not critical without subject", certificate({ subject: sequence() })],
  [
    "critical-flags",
    "a critical AKI",
    certificate(
      {},
      {
        authorityKeyIdentifier: encodeExtension(
          oids.authorityKeyIdentifier,
          true,
          encodeAuthorityKeyIdentifier(issuing.facts.subjectKeyIdentifier),
        ),
      },
    ),
  ],
  [
    "basic-constraints",
    "keyCertSign on a leaf",
    certificate(
      {},
      { keyUsage: encodeExtension(oids.keyUsage, true, encodeKeyUsage(["digitalSignature", "keyCertSign"])) },
    ),
  ],
  [
    "basic-constraints",
    "a CA without keyCertSign",
    certificate(
      {},
      {
        basicConstraints: encodeExtension(
          oids.basicConstraints,
          true,
          encodeBasicConstraints({ ca: true, pathLen: null }),
        ),
      },
    ),
  ],
  ["basic-constraints", "no keyUsage", certificate({}, { keyUsage: none })],
  ["key-identifiers", "no SKI", certificate({}, { subjectKeyIdentifier: none })],
  ["key-identifiers", "no AKI", certificate({}, { authorityKeyIdentifier: none })],
  [
    "key-identifiers",
    "the AKI of another",
    certificate(
      {},
      {
        authorityKeyIdentifier: encodeExtension(
          oids.authorityKeyIdentifier,
          false,
          encodeAuthorityKeyIdentifier(Uint8Array.of(1)),
        ),
      },
    ),
  ],
  [
    "key-identifiers",
    "the SKI of another",
    certificate(
      {},
      {
        subjectKeyIdentifier: encodeExtension(
          oids.subjectKeyIdentifier,
          false,
          encodeSubjectKeyIdentifier(Uint8Array.of(1)),
        ),
      },
    ),
  ],
  ["subject-alt-name", "no SAN", certificate({}, { subjectAltName: none })],
  ["subject-alt-name", "a wildcard", certificate({}, san(primitive(2, text("*.example"))))],
  ["subject-alt-name", "an empty SAN", certificate({}, san())],
  ["subject-alt-name", "a URI without scheme", certificate({}, san(primitive(6, text("plant"))))],
  ["ext-key-usage", "no EKU", certificate({}, { extKeyUsage: none })],
  [
    "ext-key-usage",
    "anyExtendedKeyUsage",
    certificate(
      {},
      { extKeyUsage: encodeExtension(oids.extKeyUsage, false, sequence(objectIdentifier("2.5.29.37.0"))) },
    ),
  ],
  ["http-pointers", "no CDP", certificate({}, { crl: none })],
  ["http-pointers", "no AIA", certificate({}, { access: none })],
  ["http-pointers", "addresses in an OCSP delegate", certificate({}, delegateUsage, noCheck)],
  ["ocsp-no-check", "a device that goes unchecked", certificate({}, {}, noCheck)],
  [
    "subject-alt-name",
    "an OCSP delegate without no-check",
    certificate({}, { ...delegateUsage, subjectAltName: none }),
  ],
  [
    "http-pointers",
    "an https CRL",
    certificate(
      {},
      {
        crl: encodeExtension(
          oids.cRLDistributionPoints,
          false,
          sequence(sequence(constructed(0, constructed(0, primitive(6, text("https://a/b.crl")))))),
        ),
      },
    ),
  ],
];

/** The algorithm is not ours inside and outside, so that only this rule speaks. */
const sha1Algorithm = sequence(objectIdentifier("1.2.840.10045.4.1"));

describe("certificate lint", () => {
  test("is silent on a good certificate", () => {
    expect(lintCertificate(certificate(), { issuer })).toEqual([]);
  });

  test.each(failing)("%s finds %s", (rule, _, der) => {
    expect(lintCertificate(der, { issuer }).map((finding) => finding.rule)).toContain(rule);
  });

  test("strong-signature finds ECDSA with SHA-1", () => {
    const [tbs] = [parseCertificate(certificate()).tbsDer];
    const weak = assembleSigned(tbs, sha1Algorithm, anySignature);
    expect(lintCertificate(weak).map(({ rule }) => rule)).toEqual(["signature-algorithm", "strong-signature"]);
  });

  test("every rule has a failing vector, and each finding says where it is written", () => {
    const covered = new Set([...failing.map(([rule]) => rule), "strong-signature"]);
    expect(certificateRules.map(({ rule }) => rule).filter((rule) => !covered.has(rule))).toEqual([]);
    for (const { clause, severity } of lintCertificate(certificate({}, { keyUsage: none }))) {
      expect(clause).not.toBe("");
      expect(severity).toBe("error");
    }
  });
});
