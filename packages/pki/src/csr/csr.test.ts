import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { keyAlgorithms } from "../algorithms.ts";
import { encodeBasicConstraints } from "../certificate/extensions.ts";
import { assembleSigned } from "../certificate/sign.ts";
import {
  boolean,
  constructed,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tlv,
  utf8String,
} from "../der/write.ts";
import { encodeExtKeyUsage } from "../ext-key-usage.ts";
import { encodeExtension } from "../extension.ts";
import { fromHex, toHex } from "../hex.ts";
import { encodeKeyUsage } from "../key-usage.ts";
import { encodeName } from "../name.ts";
import { oids } from "../oids.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import { encodeSubjectAltNames } from "../subject-alt-name.ts";
import { createTestSigner, generateTestKey, getProfile } from "../testing/authority.ts";
import { makeWithOpenssl, runOpenssl } from "../testing/openssl.ts";
import { codeOf } from "../testing/refusal.ts";
import { buildCsr } from "./build.ts";
import { parseCsr } from "./parse.ts";
import { decideRequestedExtensions } from "./requested.ts";
import { verifyCsr } from "./verify.ts";

const signer = createTestSigner("ec-p256");
const subject = encodeName([{ type: "CN", value: "pump-017" }]);
const extensionRequest = (...extensions: Uint8Array[]) =>
  sequence(objectIdentifier(oids.extensionRequest), setOf(sequence(...extensions)));

function signInfo(...fields: Uint8Array[]): Uint8Array {
  const info = sequence(...fields);
  return assembleSigned(info, signatureAlgorithmDer(signer.algorithm), signer.sign(info));
}

const withAttributes = (...attributes: Uint8Array[]) =>
  signInfo(integer(0), subject, signer.spkiDer, constructed(0, ...attributes));

describe("certification requests", () => {
  test.each(keyAlgorithms.filter((algorithm) => algorithm !== "rsa-4096"))(
    "ours with %s: openssl verifies it, we read it",
    (algorithm) => {
      const holder = createTestSigner(algorithm);
      const der = buildCsr({
        subject: [
          { type: "O", value: "Works" },
          { type: "CN", value: "pump-017" },
        ],
        subjectAltNames: [
          { type: "dns", value: "pump-017" },
          { type: "ip", value: "10.0.0.1" },
        ],
        signer: holder,
      });
      const text = runOpenssl(["req", "-inform", "DER", "-in", "csr", "-noout", "-verify", "-text"], { csr: der });
      expect(text).toContain("O = Works, CN = pump-017");
      expect(text).toContain("DNS:pump-017, IP Address:10.0.0.1");
      const csr = parseCsr(der);
      verifyCsr(csr);
      expect(csr.subject).toEqual([
        { type: "O", value: "Works" },
        { type: "CN", value: "pump-017" },
      ]);
      expect(csr.spkiDer).toEqual(holder.spkiDer);
      expect(csr.requestedExtensions.map(({ oid }) => oid)).toEqual([oids.subjectAltName]);
    },
  );

  test("made by openssl with challenge password and extensions", () => {
    const key = generateTestKey("rsa-2048").export({ type: "pkcs8", format: "pem" });
    const config = `[req]\ndistinguished_name=dn\nattributes=attrs\nreq_extensions=ext\nprompt=no\n[dn]\nC=DE\nCN=pump-017\n[attrs]\nchallengePassword=secret-17\n[ext]\nsubjectAltName=DNS:pump-017\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n`;
    const der = makeWithOpenssl(["req", "-new", "-key", "key", "-config", "cnf", "-outform", "DER"], {
      key,
      cnf: config,
    });
    const csr = parseCsr(der);
    verifyCsr(csr);
    expect(csr.challengePassword).toBe("secret-17");
    expect(csr.attributeOids.toSorted()).toEqual([oids.challengePassword, oids.extensionRequest].toSorted());
    expect(csr.requestedExtensions.map(({ oid, critical }) => ({ oid, critical }))).toEqual([
      { oid: oids.subjectAltName, critical: false },
      { oid: oids.keyUsage, critical: true },
      { oid: oids.extKeyUsage, critical: false },
    ]);
    expect(
      decideRequestedExtensions(csr, {
        profile: getProfile("device"),
        subjectAltNames: [{ type: "dns", value: "pump-017" }],
      }),
    ).toEqual({ accepted: true });
  });

  test("SHA-1 signatures are forbidden", () => {
    const key = generateTestKey("rsa-2048").export({ type: "pkcs8", format: "pem" });
    const der = makeWithOpenssl(["req", "-new", "-sha1", "-key", "key", "-subj", "/CN=a", "-outform", "DER"], { key });
    expect(codeOf(() => verifyCsr(parseCsr(der)))).toBe("csr-algorithm-forbidden");
  });

  const signWithPss = (...options: string[]) =>
    makeWithOpenssl(
      "req -new -key key -subj /CN=a -outform DER"
        .split(" ")
        .concat(["rsa_padding_mode:pss", ...options].flatMap((option) => ["-sigopt", option])),
      { key: generateTestKey("rsa-2048").export({ type: "pkcs8", format: "pem" }) },
    );

  test("PSS signatures of openssl verify when the salt is as long as the hash, and not otherwise", () => {
    const codeOfPss = (...options: string[]) => codeOf(() => verifyCsr(parseCsr(signWithPss(...options))));
    expect(codeOfPss("rsa_pss_saltlen:32")).toBe("accepted");
    expect(codeOfPss("rsa_pss_saltlen:-1")).toBe("accepted");
    expect(codeOfPss("rsa_pss_saltlen:20")).toBe("csr-algorithm-forbidden");
    expect(codeOfPss("rsa_pss_saltlen:max")).toBe("csr-algorithm-forbidden");
    expect(codeOfPss("rsa_pss_saltlen:32", "rsa_mgf1_md:sha1")).toBe("csr-algorithm-forbidden");
  });

  const good = withAttributes();
  test.each<[string, Uint8Array]>([
    ["trailing bytes", Uint8Array.from([...good, 0])],
    ["an indefinite length", Uint8Array.from([0x30, 0x80, ...good.subarray(good.length < 256 ? 3 : 4), 0, 0])],
    ["version 2", signInfo(integer(1), subject, signer.spkiDer, constructed(0))],
    ["no key", signInfo(integer(0), subject, constructed(0))],
    ["something after the attributes", signInfo(integer(0), subject, signer.spkiDer, constructed(0), constructed(1))],
    [
      "an extensionRequest twice",
      withAttributes(
        extensionRequest(encodeExtension(oids.keyUsage, true, encodeKeyUsage(["digitalSignature"]))),
        extensionRequest(encodeExtension(oids.keyUsage, true, encodeKeyUsage(["digitalSignature"]))),
      ),
    ],
    ["an extensionRequest without value", withAttributes(sequence(objectIdentifier(oids.extensionRequest), setOf()))],
    [
      "an extensionRequest of two values",
      withAttributes(sequence(objectIdentifier(oids.extensionRequest), setOf(sequence(sequence()), sequence()))),
    ],
    ["an empty list of extensions", withAttributes(extensionRequest())],
    [
      "critical FALSE written out",
      withAttributes(
        extensionRequest(sequence(objectIdentifier(oids.keyUsage), boolean(false), octetString(new Uint8Array()))),
      ),
    ],
    [
      "a numeric challengePassword",
      withAttributes(sequence(objectIdentifier(oids.challengePassword), setOf(integer(1)))),
    ],
    [
      "NUL in the subject",
      signInfo(
        integer(0),
        sequence(setOf(sequence(objectIdentifier(oids.commonName), tlv(0x0c, Uint8Array.of(97, 0))))),
        signer.spkiDer,
        constructed(0),
      ),
    ],
  ])("with %s is malformed", (_, der) => {
    expect(codeOf(() => parseCsr(der))).toBe("csr-malformed");
  });

  test("without the attributes field is accepted, as some device stacks write it", () => {
    expect(() => verifyCsr(parseCsr(signInfo(integer(0), subject, signer.spkiDer)))).not.toThrow();
  });

  test("any changed bit is refused", () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(7), (at, bit) => {
        const damaged = good.slice();
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        expect(codeOf(() => verifyCsr(parseCsr(damaged)))).not.toBe("accepted");
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["r = 0", sequence(integer(0), integer(1))],
    ["s = n", sequence(integer(1), integer(0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n))],
    ["a negative r", sequence(fromHex("0201ff"), integer(1))],
    ["a padded r", sequence(fromHex("02020001"), integer(1))],
    ["three numbers", sequence(integer(1), integer(1), integer(1))],
    ["no content", new Uint8Array()],
  ])("an ECDSA signature with %s is refused", (_, signature) => {
    const info = parseCsr(good).tbsDer;
    const der = assembleSigned(info, signatureAlgorithmDer("ec-p256"), signature);
    expect(codeOf(() => verifyCsr(parseCsr(der)))).toBe("csr-signature-invalid");
  });

  test("an algorithm that does not fit the key is refused", () => {
    const info = parseCsr(good).tbsDer;
    const der = assembleSigned(info, signatureAlgorithmDer("rsa-2048"), signer.sign(info));
    expect(codeOf(() => verifyCsr(parseCsr(der)))).toBe("csr-signature-invalid");
  });
});

describe("requested extensions", () => {
  const decide = (...extensions: Uint8Array[]) =>
    decideRequestedExtensions(
      parseCsr(withAttributes(...(extensions.length === 0 ? [] : [extensionRequest(...extensions)]))),
      {
        profile: getProfile("device"),
        subjectAltNames: [
          { type: "dns", value: "pump-017" },
          { type: "ip", value: "10.0.0.1" },
        ],
      },
    );
  const san = (...names: Parameters<typeof encodeSubjectAltNames>[0]) =>
    encodeExtension(oids.subjectAltName, false, encodeSubjectAltNames(names));

  test.each<[string, Uint8Array[]]>([
    ["nothing", []],
    ["CA:FALSE", [encodeExtension(oids.basicConstraints, true, encodeBasicConstraints({ ca: false, pathLen: null }))]],
    [
      "the profile's usages",
      [
        encodeExtension(oids.keyUsage, true, encodeKeyUsage(["digitalSignature"])),
        encodeExtension(oids.extKeyUsage, false, encodeExtKeyUsage(["clientAuth"])),
      ],
    ],
    [
      "our names in another case and order",
      [san({ type: "ip", value: "10.0.0.1" }, { type: "dns", value: "PUMP-017" })],
    ],
    ["fewer names", [san({ type: "dns", value: "pump-017" })]],
    ["an unknown extension that is not critical", [encodeExtension("1.2.3", false, utf8String("x"))]],
    ["a subject key identifier", [encodeExtension(oids.subjectKeyIdentifier, false, octetString(Uint8Array.of(1)))]],
  ])("%s is accepted", (_, extensions) => {
    expect(decide(...extensions)).toEqual({ accepted: true });
  });

  test.each<[string, Uint8Array[], RegExp]>([
    [
      "CA:TRUE",
      [encodeExtension(oids.basicConstraints, true, encodeBasicConstraints({ ca: true, pathLen: null }))],
      /certification authority/,
    ],
    [
      "keyCertSign",
      [encodeExtension(oids.keyUsage, true, encodeKeyUsage(["digitalSignature", "keyCertSign"]))],
      /keyCertSign/,
    ],
    [
      "serverAuth",
      [encodeExtension(oids.extKeyUsage, false, encodeExtKeyUsage(["clientAuth", "serverAuth"]))],
      /serverAuth/,
    ],
    [
      "anyExtendedKeyUsage",
      [encodeExtension(oids.extKeyUsage, false, sequence(objectIdentifier("2.5.29.37.0")))],
      /2\.5\.29\.37\.0/,
    ],
    ["another device's name", [san({ type: "dns", value: "pump-018" })], /DNS:pump-018/],
    ["a URI that spells our DNS name", [san({ type: "uri", value: "pump-017" })], /URI:pump-017/],
    [
      "an otherName",
      [
        encodeExtension(
          oids.subjectAltName,
          false,
          sequence(constructed(0, objectIdentifier("1.2.3"), constructed(0, utf8String("x")))),
        ),
      ],
      /malformed/,
    ],
    ["an unknown critical extension", [encodeExtension("1.2.3", true, utf8String("x"))], /1\.2\.3/],
    ["an extension twice", [san({ type: "dns", value: "pump-017" }), san({ type: "dns", value: "pump-017" })], /twice/],
    ["keyUsage that is no bit string", [encodeExtension(oids.keyUsage, true, integer(1))], /malformed/],
    ["keyUsage with trailing zero bits", [encodeExtension(oids.keyUsage, true, fromHex("03020080"))], /malformed/],
    ["bytes after basicConstraints", [encodeExtension(oids.basicConstraints, true, fromHex("300000"))], /malformed/],
  ])("%s is refused", (_, extensions, detail) => {
    expect(decide(...extensions)).toEqual({ accepted: false, detail: expect.stringMatching(detail) });
  });
});

test("parsing throws nothing but PkiError, whatever the bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void codeOf(() => parseCsr(bytes))));
  const seed = buildCsr({ subject: [], subjectAltNames: [{ type: "dns", value: "a" }], signer });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 4 }), (changes) => {
      const bytes = seed.slice();
      for (const [at, value] of changes) bytes[at] = value;
      codeOf(() => decideRequestedExtensions(parseCsr(bytes), { profile: getProfile("device"), subjectAltNames: [] }));
    }),
    { numRuns: 2_000 },
  );
  expect(toHex(seed).length).toBeGreaterThan(0);
});
