import { describe, expect, test } from "vitest";

import { parseCertificate } from "../certificate/parse.ts";
import {
  bitString,
  constructed,
  enumerated,
  generalizedTime,
  objectIdentifier,
  octetString,
  primitive,
  sequence,
  setOf,
} from "../der/write.ts";
import { encodeExtension } from "../extension.ts";
import { fromHex } from "../hex.ts";
import { keyIdentifierOf } from "../key-identifier.ts";
import { buildCertId, createCertIdIssuer } from "../ocsp/cert-id.ts";
import { oids } from "../oids.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import {
  createTestIssuing,
  createTestResponder,
  createTestRoot,
  issueTestCertificate,
  testNow,
} from "../testing/authority.ts";
import { lintOcspResponse, ocspRules } from "./index.ts";

/* Responses are put together field by field, so that each vector has exactly one fault. */

const issuing = createTestIssuing(createTestRoot());
const issuer = parseCertificate(issuing.certificateDer);
const { responder, certificateDer } = createTestResponder(issuing);
const { signer } = responder;
const nextUpdate = new Date(testNow.getTime() + 3_600_000);
const none: Uint8Array = new Uint8Array();

const certIdOf = (from: Uint8Array, serialNumber = Uint8Array.of(5)) =>
  buildCertId({ issuer: createCertIdIssuer(parseCertificate(from)), serialNumber, hash: "sha1" }).der;
const goodSingle = {
  certId: certIdOf(issuing.certificateDer),
  status: primitive(0, none),
  thisUpdate: generalizedTime(testNow),
  nextUpdate: constructed(0, generalizedTime(nextUpdate)),
  extensions: none,
};
const single = (change: Partial<typeof goodSingle> = {}) => sequence(...Object.values({ ...goodSingle, ...change }));
const goodData = {
  responderId: constructed(2, octetString(keyIdentifierOf(signer.spkiDer))),
  producedAt: generalizedTime(testNow),
  responses: sequence(single()),
  extensions: none,
};
const goodOuter = {
  algorithm: signatureAlgorithmDer("ec-p256"),
  certificates: constructed(0, sequence(certificateDer)),
};

function response(data: Partial<typeof goodData> = {}, outer: Partial<typeof goodOuter> = {}): Uint8Array {
  const tbs = sequence(...Object.values({ ...goodData, ...data }));
  const { algorithm, certificates } = { ...goodOuter, ...outer };
  const basic = sequence(tbs, algorithm, bitString(signer.sign(tbs)), certificates);
  return sequence(enumerated(0), constructed(0, sequence(objectIdentifier(oids.ocspBasic), octetString(basic))));
}

const holding = (...certificates: Uint8Array[]) => ({ certificates: constructed(0, sequence(...certificates)) });
const answering = (...singles: Uint8Array[]) => ({ responses: sequence(...singles) });
const revoked = (reason: number) =>
  answering(single({ status: constructed(1, generalizedTime(testNow), constructed(0, enumerated(reason))) }));
const extended = (...extensions: Uint8Array[]) => ({ extensions: constructed(1, sequence(...extensions)) });
const nonce = (critical: boolean, octets = 16) =>
  encodeExtension(oids.ocspNonce, critical, octetString(new Uint8Array(octets)));
const other = createTestIssuing(createTestRoot());
const device = issueTestCertificate(issuing, signer).der;
const late = { notBefore: new Date(testNow.getTime() + 60_000) };

const failing: [string, string, Uint8Array][] = [
  ["readable", "nothing", none],
  ["readable", "an error", sequence(enumerated(6))],
  ["readable", "another response type", fromHex("300f0a0100a00a30080603551d000401 00".replace(/ /g, ""))],
  ["readable", "responseBytes that are a SET", fromHex("3008 0a0100 a003 310100".replace(/ /g, ""))],
  ["readable", "certificates in a SET", response({}, { certificates: constructed(0, setOf(certificateDer)) })],
  ["ocsp-signature", "another algorithm", response({}, { algorithm: sequence(objectIdentifier("1.2.840.10045.4.1")) })],
  ["ocsp-signature", "a key of another", response({}, holding(createTestResponder(issuing).certificateDer))],
  ["ocsp-delegate", "no certificate", response({}, { certificates: none })],
  ["ocsp-delegate", "two certificates", response({}, holding(certificateDer, issuing.certificateDer))],
  ["ocsp-delegate", "a device", response({}, holding(device))],
  [
    "ocsp-delegate",
    "the delegate of another",
    response({}, holding(createTestResponder(other, signer).certificateDer)),
  ],
  [
    "ocsp-delegate",
    "a delegate of tomorrow",
    response({}, holding(createTestResponder(issuing, signer, late).certificateDer)),
  ],
  ["ocsp-responder-id", "a name", response({ responderId: constructed(1, issuer.subjectDer) })],
  ["ocsp-responder-id", "another key", response({ responderId: constructed(2, octetString(new Uint8Array(20))) })],
  ["ocsp-responder-id", "a short hash", response({ responderId: constructed(2, octetString(new Uint8Array(19))) })],
  ["ocsp-times", "no nextUpdate", response(answering(single({ nextUpdate: none })))],
  ["ocsp-times", "the wrong order", response(answering(single({ nextUpdate: constructed(0, goodData.producedAt) })))],
  ["ocsp-times", "producedAt too late", response({ producedAt: generalizedTime(nextUpdate) })],
  ["ocsp-entries", "no entry", response(answering())],
  ["ocsp-entries", "another authority", response(answering(single({ certId: certIdOf(other.certificateDer) })))],
  ["ocsp-contradiction", "two answers", response(answering(single(), single({ status: primitive(2, none) })))],
  ["ocsp-reason", "reason 0", response(revoked(0))],
  ["ocsp-reason", "reason 7", response(revoked(7))],
  ["ocsp-reason", "a status that is none", response(answering(single({ status: primitive(3, none) })))],
  ["ocsp-extensions", "a critical nonce", response(extended(nonce(true)))],
  ["ocsp-extensions", "a nonce twice", response(extended(nonce(false), nonce(false)))],
  ["ocsp-nonce", "an empty nonce", response(extended(nonce(false, 0)))],
];

describe("OCSP lint", () => {
  test("is silent on good responses", () => {
    expect(lintOcspResponse(response(), { issuer })).toEqual([]);
    expect(lintOcspResponse(response(extended(nonce(false))), { issuer })).toEqual([]);
    expect(lintOcspResponse(response(revoked(1)), { issuer })).toEqual([]);
  });

  test.each(failing)("%s finds %s", (rule, _, der) => {
    expect(lintOcspResponse(der, { issuer }).map((finding) => finding.rule)).toContain(rule);
  });

  test("every rule has a failing vector", () => {
    const covered = new Set(failing.map(([rule]) => rule));
    expect(ocspRules.map(({ rule }) => rule).filter((rule) => !covered.has(rule))).toEqual([]);
  });
});
