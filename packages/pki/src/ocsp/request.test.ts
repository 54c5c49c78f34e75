import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseCertificate } from "../certificate/parse.ts";
import {
  bitString,
  constructed,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  primitive,
  sequence,
} from "../der/write.ts";
import { encodeExtension } from "../extension.ts";
import { fromHex, toHex } from "../hex.ts";
import { oids } from "../oids.ts";
import { encodePem } from "../pem.ts";
import { createTestIssuing, createTestRoot, createTestSigner, issueTestCertificate } from "../testing/authority.ts";
import { makeFileWithOpenssl } from "../testing/openssl.ts";
import { codeOf, detailOf } from "../testing/refusal.ts";
import { buildCertId, createCertIdIssuer, isOfIssuer } from "./cert-id.ts";
import { parseOcspRequest } from "./request.ts";

const root = createTestRoot();
const issuing = createTestIssuing(root);
const issuer = createCertIdIssuer(parseCertificate(issuing.certificateDer));
const holder = createTestSigner("ec-p256");
const leaves = ["01aa", "01bb"].map((prefix) =>
  issueTestCertificate(issuing, holder, { serialNumber: fromHex(`${prefix}${"5a".repeat(15)}`) }),
);

const files = {
  ca: encodePem("CERTIFICATE", issuing.certificateDer),
  a: encodePem("CERTIFICATE", leaves[0]?.der ?? new Uint8Array()),
  b: encodePem("CERTIFICATE", leaves[1]?.der ?? new Uint8Array()),
};
const askWithOpenssl = (...args: string[]) =>
  makeFileWithOpenssl(["ocsp", "-issuer", "ca", ...args, "-reqout", "request"], files, "request");

describe("requests of openssl", () => {
  test("two certificates, SHA-1 and SHA-256, with a nonce", () => {
    const request = parseOcspRequest(askWithOpenssl("-cert", "a", "-sha256", "-cert", "b"));
    expect(request.certIds.map(({ hash }) => hash)).toEqual(["sha1", "sha256"]);
    expect(request.certIds.map(({ serialNumber }) => toHex(serialNumber).slice(0, 4))).toEqual(["01aa", "01bb"]);
    expect(request.certIds.every((certId) => isOfIssuer(certId, issuer))).toBe(true);
    expect(request.nonce?.length).toBe(16);
    expect(request).toMatchObject({ isSigned: false, acceptableResponses: null });
  });

  test("our own CertIDs are the same bytes", () => {
    const request = parseOcspRequest(askWithOpenssl("-no_nonce", "-cert", "a", "-sha256", "-cert", "a"));
    expect(request.nonce).toBe(null);
    for (const certId of request.certIds) {
      const { hash, serialNumber } = certId;
      expect(hash && buildCertId({ issuer, serialNumber, hash })).toEqual(certId);
    }
  });

  test("a digest that we do not answer is read, and fits no issuer", () => {
    const [certId] = parseOcspRequest(askWithOpenssl("-sha512", "-cert", "a")).certIds;
    expect(certId?.hash).toBe(null);
    expect(certId && isOfIssuer(certId, issuer)).toBe(false);
  });

  test("another issuer, or another key of the same name, is not ours", () => {
    const [certId] = parseOcspRequest(askWithOpenssl("-cert", "a")).certIds;
    const renewed = createCertIdIssuer(parseCertificate(createTestIssuing(root).certificateDer));
    expect(certId && isOfIssuer(certId, renewed)).toBe(false);
    expect(certId && isOfIssuer(certId, createCertIdIssuer(parseCertificate(root.certificateDer)))).toBe(false);
  });
});

const certIdDer = buildCertId({ issuer, serialNumber: Uint8Array.of(5), hash: "sha1" }).der;
const list = (...entries: Uint8Array[]) => sequence(...entries);
const one = list(sequence(certIdDer));
const request = (...fields: Uint8Array[]) => sequence(sequence(...fields));
const withExtensions = (...extensions: Uint8Array[]) => request(one, constructed(2, sequence(...extensions)));
const nonce = (octets: number, critical = false) =>
  encodeExtension(oids.ocspNonce, critical, octetString(new Uint8Array(octets).fill(7)));
const algorithm = sequence(objectIdentifier(oids.ecdsaWithSHA256));

describe("requests put together by hand", () => {
  test.each<[string, Uint8Array]>([
    ["one certificate", request(one)],
    ["a nonce of 1 octet", withExtensions(nonce(1))],
    ["a nonce of 128 octets", withExtensions(nonce(128))],
    ["a critical nonce", withExtensions(nonce(32, true))],
    ["an unknown extension", withExtensions(encodeExtension("1.2.3.4", false, sequence()))],
    ["a requestor name", request(constructed(1, primitive(1, Buffer.from("a@b"))), one)],
    ["a signature", sequence(sequence(one), constructed(0, sequence(algorithm, bitString(Uint8Array.of(0)))))],
    [
      "a digest without parameters",
      request(
        list(
          sequence(
            sequence(
              sequence(objectIdentifier(oids.sha1)),
              octetString(new Uint8Array(20)),
              octetString(new Uint8Array(20)),
              integer(1),
            ),
          ),
        ),
      ),
    ],
    ["100 certificates", request(list(...Array.from({ length: 100 }, () => sequence(certIdDer))))],
  ])("%s is accepted", (_, der) => {
    expect(codeOf(() => parseOcspRequest(der))).toBe("accepted");
  });

  test("what the client understands is read", () => {
    const types = sequence(objectIdentifier(oids.ocspBasic), objectIdentifier("1.2.3.4"));
    const der = withExtensions(encodeExtension(oids.ocspAcceptableResponses, false, types));
    expect(parseOcspRequest(der).acceptableResponses).toEqual([oids.ocspBasic, "1.2.3.4"]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(), /./],
    ["trailing bytes", Uint8Array.from([...request(one), 0]), /trailing/],
    ["no certificate", request(list()), /no certificate/],
    ["101 certificates", request(list(...Array.from({ length: 101 }, () => sequence(certIdDer)))), /more than 100/],
    ["an empty nonce", withExtensions(nonce(0)), /nonce/],
    ["a nonce of 129 octets", withExtensions(nonce(129)), /nonce/],
    ["a nonce that is no OCTET STRING", withExtensions(encodeExtension(oids.ocspNonce, false, integer(1))), /nonce/],
    ["two nonces", withExtensions(nonce(16), nonce(16)), /twice/],
    ["an unknown critical extension", withExtensions(encodeExtension("1.2.3.4", true, sequence())), /critical/],
    [
      "a critical extension of an entry",
      request(list(sequence(certIdDer, constructed(0, sequence(encodeExtension("1.2.3.4", true, sequence())))))),
      /critical/,
    ],
    ["empty extensions", withExtensions(), /empty/],
    [
      "an empty AcceptableResponses",
      withExtensions(encodeExtension(oids.ocspAcceptableResponses, false, sequence())),
      /empty/,
    ],
    ["the default version", request(constructed(0, integer(0)), one), /version/],
    ["another version", request(constructed(0, integer(1)), one), /version/],
    ["a field too many", sequence(sequence(one), sequence()), /unexpected/],
    ["a signature that is none", sequence(sequence(one), constructed(0, integer(1))), /wrong type/],
    [
      "a hash of the wrong length",
      request(
        list(
          sequence(
            sequence(
              sequence(objectIdentifier(oids.sha256)),
              octetString(new Uint8Array(20)),
              octetString(new Uint8Array(32)),
              integer(1),
            ),
          ),
        ),
      ),
      /length/,
    ],
    [
      "two parameters of an unknown digest",
      request(
        list(
          sequence(
            sequence(
              sequence(objectIdentifier("1.2.3.4"), nullValue, nullValue),
              octetString(new Uint8Array(20)),
              octetString(new Uint8Array(20)),
              integer(1),
            ),
          ),
        ),
      ),
      /digest/,
    ],
    [
      "a negative serial number",
      request(
        list(
          sequence(
            sequence(
              sequence(objectIdentifier(oids.sha1)),
              octetString(new Uint8Array(20)),
              octetString(new Uint8Array(20)),
              fromHex("0201ff"),
            ),
          ),
        ),
      ),
      /negative/,
    ],
  ])("%s is malformed", (_, der, detail) => {
    expect(codeOf(() => parseOcspRequest(der))).toBe("ocsp-request-malformed");
    expect(detailOf(() => parseOcspRequest(der))).toMatch(detail);
  });

  test("damaged requests throw nothing but PkiError", () => {
    const seed = withExtensions(nonce(16));
    fc.assert(
      fc.property(fc.nat(seed.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bytes = seed.slice();
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        codeOf(() => parseOcspRequest(bytes));
      }),
      { numRuns: 500 },
    );
  });
});
