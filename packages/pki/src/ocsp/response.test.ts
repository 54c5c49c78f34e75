import type { KeyObject } from "node:crypto";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { checkIssued } from "../certificate/check-issued.ts";
import { parseCertificate } from "../certificate/parse.ts";
import { fromHex, toHex } from "../hex.ts";
import { lintCertificate, lintOcspResponse } from "../lint/index.ts";
import { encodePem } from "../pem.ts";
import { createSigner } from "../signer.ts";
import {
  createTestIssuing,
  createTestResponder,
  createTestRoot,
  createTestSigner,
  generateTestKey,
  issueTestCertificate,
  testNow,
} from "../testing/authority.ts";
import { makeFileWithOpenssl, runOpenssl } from "../testing/openssl.ts";
import { codeOf } from "../testing/refusal.ts";
import { buildCertId, createCertIdIssuer } from "./cert-id.ts";
import { parseOcspResponse } from "./parse-response.ts";
import type { OcspAnswer } from "./parse-response.ts";
import { parseOcspRequest } from "./request.ts";
import { buildOcspError, buildOcspResponse, createOcspResponder } from "./response.ts";
import type { OcspContent } from "./response.ts";
import type { OcspCertStatus } from "./status.ts";
import { verifyOcspResponse } from "./verify-response.ts";

const root = createTestRoot();
const issuing = createTestIssuing(root);
const issuer = parseCertificate(issuing.certificateDer);
const hashes = createCertIdIssuer(issuer);
const { responder, certificateDer } = createTestResponder(issuing);
const holder = createTestSigner("ec-p256");
const names = ["good", "revoked", "unknown"] as const;
const leaves = names.map((_, index) =>
  issueTestCertificate(issuing, holder, { serialNumber: fromHex(`010${index}${"5a".repeat(15)}`) }),
);
const files = {
  ca: encodePem("CERTIFICATE", issuing.certificateDer),
  root: encodePem("CERTIFICATE", root.certificateDer),
  ...Object.fromEntries(names.map((name, at) => [name, encodePem("CERTIFICATE", leaves[at]?.der ?? new Uint8Array())])),
};

const statuses: OcspCertStatus[] = [
  { status: "good" },
  { status: "revoked", revokedAt: new Date("2026-11-20T12:34:56Z"), reasonCode: 1 },
  { status: "unknown" },
];
const times = {
  thisUpdate: testNow,
  nextUpdate: new Date(testNow.getTime() + 3_600_000),
  producedAt: new Date(testNow.getTime() + 1_000),
};
const certId = buildCertId({ issuer: hashes, serialNumber: Uint8Array.of(5), hash: "sha256" });
const content: OcspContent = { responses: [{ certId, status: { status: "good" } }], ...times, nonce: null };
const build = (change: Partial<OcspContent> = {}) => buildOcspResponse({ ...content, ...change, responder });

function parseAnswer(der: Uint8Array): OcspAnswer {
  const answer = parseOcspResponse(der);
  if (answer.status !== "successful") throw new Error(answer.status);
  return answer;
}

const now = new Date(testNow.getTime() + 60_000);
const atNow = String(now.getTime() / 1000);
/** Without `-cert`, because with it openssl forgets the request and its nonce. */
const compareWithOpenssl = (request: Uint8Array, response: Uint8Array) =>
  runOpenssl(
    [..."ocsp -reqin request -respin response -issuer ca -CAfile root -verify_other ca -attime".split(" "), atNow],
    { ...files, request, response },
  );
const ask = (...args: string[]) =>
  makeFileWithOpenssl(["ocsp", "-issuer", "ca", ...args, "-reqout", "request"], files, "request");
const verify = (der: Uint8Array, nonce: Uint8Array | null = null, change: Partial<{ now: Date }> = {}) =>
  verifyOcspResponse(parseAnswer(der), { issuer, now, nonce, ...change });

describe("responses and openssl ocsp", () => {
  test.each(["-sha1", "-sha256"])("several certificates %s with a nonce: openssl sees each status", (hash) => {
    const asked = names.flatMap((name) => [hash, "-cert", name]);
    const requestDer = ask(...asked);
    const request = parseOcspRequest(requestDer);
    const responses = request.certIds.map((id, at) => ({ certId: id, status: statuses[at] ?? { status: "good" } }));
    const der = build({ responses, nonce: request.nonce });
    const text = runOpenssl(
      [
        ..."ocsp -no_nonce -respin response -issuer ca -CAfile root -verify_other ca".split(" "),
        ...asked,
        "-resp_text",
        "-attime",
        atNow,
      ],
      { ...files, response: der },
    );
    expect(text).toContain("Response verify OK");
    expect(compareWithOpenssl(requestDer, der)).not.toContain("WARNING: no nonce");
    // a warning about the times may stand between, since openssl compares them with the clock of this machine
    for (const name of names) expect(text).toMatch(new RegExp(`^(${name}: )?${name}$`, "m"));
    expect(text).toMatch(/Reason: keyCompromise/);
    expect(text).toMatch(/Revocation Time: Nov 20 12:34:56 2026 GMT/);
    expect(lintOcspResponse(der, { issuer })).toEqual([]);
    verify(der, request.nonce);
    expect(parseAnswer(der)).toMatchObject({ nonce: request.nonce, producedAt: times.producedAt });
    expect(parseAnswer(der).responses.map(({ status }) => status)).toEqual(statuses);
  });

  test("openssl refuses a response with another nonce", () => {
    const requestDer = ask("-cert", "good");
    const [id] = parseOcspRequest(requestDer).certIds;
    const responses = id ? [{ certId: id, status: { status: "good" as const } }] : [];
    const check = (response: Uint8Array) => compareWithOpenssl(requestDer, response);
    expect(() => check(build({ responses, nonce: Uint8Array.of(1) }))).toThrow(/Nonce Verify error/);
    expect(check(build({ responses }))).toContain("no nonce in response");
  });

  test.each([
    ["malformedRequest", "malformedrequest"],
    ["internalError", "internalerror"],
    ["tryLater", "trylater"],
    ["unauthorized", "unauthorized"],
  ] as const)("the error %s is what openssl reads, and has five octets", (error, text) => {
    const der = buildOcspError(error);
    expect(der.length).toBe(5);
    expect(parseOcspResponse(der)).toEqual({ status: error });
    const read = () => runOpenssl(["ocsp", "-respin", "response", "-noverify"], { response: der });
    expect(read).toThrow(`Responder Error: ${text}`);
    expect(lintOcspResponse(der).map(({ rule }) => rule)).toEqual(["readable"]);
  });

  const key = generateTestKey("ec-p256");
  const authorityKey = generateTestKey("ec-p256");
  const authority = createTestIssuing(root, createSigner(authorityKey));
  const delegate = createTestResponder(authority, createSigner(key), {
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter: new Date("2099-01-01T00:00:00Z"),
  });
  const device = issueTestCertificate(authority, holder);
  const pem = (given: KeyObject) => given.export({ type: "pkcs8", format: "pem" });

  test.each([
    ["a delegate, named by its key", pem(key), delegate.certificateDer, "-resp_key_id"],
    ["a delegate, named by its subject", pem(key), delegate.certificateDer, "-no_cert_verify"],
    ["the authority itself", pem(authorityKey), authority.certificateDer, "-resp_no_certs"],
  ])("what openssl answers as %s verifies", (_, rkey, rsigner, option) => {
    const ca = encodePem("CERTIFICATE", authority.certificateDer);
    const { serialNumber } = parseCertificate(device.der);
    const index = `R\t271121010000Z\t261120123456Z,keyCompromise\t${toHex(serialNumber).toUpperCase()}\tunknown\t/CN=a\n`;
    const given = { ca, rkey, rsigner: encodePem("CERTIFICATE", rsigner), index };
    const leaf = { leaf: encodePem("CERTIFICATE", device.der) };
    const request = makeFileWithOpenssl("ocsp -issuer ca -cert leaf -reqout out".split(" "), { ca, ...leaf }, "out");
    const args = "ocsp -index index -CA ca -rsigner rsigner -rkey rkey -ndays 1 -reqin request -respout out".split(" ");
    const answer = parseAnswer(makeFileWithOpenssl([...args, option], { ...given, request }, "out"));
    const { nonce } = parseOcspRequest(request);
    verifyOcspResponse(answer, { issuer: parseCertificate(authority.certificateDer), now: answer.producedAt, nonce });
    expect(answer.responses.map(({ status }) => status)).toEqual([
      { status: "revoked", revokedAt: new Date("2026-11-20T12:34:56Z"), reasonCode: 1 },
    ]);
    expect(answer.nonce).toEqual(nonce);
  });
});

describe("the delegate", () => {
  test("its certificate passes lint and the check after signing", async () => {
    expect(lintCertificate(certificateDer, { issuer })).toEqual([]);
    const { tbsDer } = parseCertificate(certificateDer);
    await expect(
      checkIssued({ der: certificateDer, tbsDer, issuerCertificateDer: issuing.certificateDer }),
    ).resolves.toBeUndefined();
    expect(parseCertificate(certificateDer)).toMatchObject({ subjectAltNames: [], crlUrls: [], ocspUrls: [] });
  });

  test("only the holder of an OCSPSigning certificate becomes one", () => {
    const device = issueTestCertificate(issuing, holder);
    expect(codeOf(() => createOcspResponder({ signer: holder, certificateDer }))).toBe("signer-mismatch");
    expect(codeOf(() => createOcspResponder({ signer: holder, certificateDer: device.der }))).toBe(
      "ocsp-responder-mismatch",
    );
  });
});

describe("what is written", () => {
  test("without a nonce there are no extensions, and unspecified has no reason", () => {
    const status = { status: "revoked" as const, revokedAt: testNow, reasonCode: 0 };
    const answer = parseAnswer(build({ responses: [{ certId, status }] }));
    expect(answer.nonce).toBe(null);
    expect(answer.responses[0]?.status).toEqual({ ...status, reasonCode: null });
    expect(answer.responses[0]?.archiveCutoff).toBe(null);
  });

  test("the archive cutoff is kept and openssl reads it", () => {
    const archiveCutoff = new Date("2020-01-01T00:00:00Z");
    const der = build({ archiveCutoff });
    expect(parseAnswer(der).responses[0]?.archiveCutoff).toEqual(archiveCutoff);
    expect(runOpenssl(["ocsp", "-respin", "r", "-resp_text", "-noverify"], { r: der })).toContain(
      "OCSP Archive Cutoff",
    );
    expect(lintOcspResponse(der)).toEqual([]);
  });

  test("times are GeneralizedTime with seconds and Z", () => {
    const text = Buffer.from(build()).toString("latin1");
    for (const time of ["20261121010000Z", "20261121010001Z", "20261121020000Z"]) expect(text).toContain(time);
  });

  test.each<[string, Partial<OcspContent>, string]>([
    ["no entries", { responses: [] }, "template-invalid"],
    ["nextUpdate that is not later", { nextUpdate: testNow }, "template-invalid"],
    ["producedAt before thisUpdate", { producedAt: new Date(0) }, "template-invalid"],
    ["producedAt after nextUpdate", { producedAt: times.nextUpdate }, "template-invalid"],
    ["a fraction of a second", { producedAt: new Date(testNow.getTime() + 1) }, "validity-invalid"],
    ["an empty nonce", { nonce: new Uint8Array() }, "template-invalid"],
    ["a nonce of 129 octets", { nonce: new Uint8Array(129) }, "template-invalid"],
    [
      "reason 7",
      { responses: [{ certId, status: { status: "revoked", revokedAt: testNow, reasonCode: 7 } }] },
      "template-invalid",
    ],
    [
      "reason 8",
      { responses: [{ certId, status: { status: "revoked", revokedAt: testNow, reasonCode: 8 } }] },
      "template-invalid",
    ],
  ])("%s is not written", (_, change, code) => {
    expect(codeOf(() => build(change))).toBe(code);
  });
});

describe("verifying", () => {
  const otherIssuing = createTestIssuing(root);
  const answerOf = (given: { responder: typeof responder }) => buildOcspResponse({ ...content, ...given });

  test("a delegate of another authority, even of the same name, is refused", () => {
    const foreign = answerOf(createTestResponder(otherIssuing));
    expect(codeOf(() => verify(foreign))).toBe("certificate-issuer-mismatch");
    expect(lintOcspResponse(foreign, { issuer }).map(({ rule }) => rule)).toEqual(["ocsp-delegate"]);
  });

  test("certificates of another authority are refused", () => {
    const otherId = createCertIdIssuer(parseCertificate(otherIssuing.certificateDer));
    const id = buildCertId({ issuer: otherId, serialNumber: Uint8Array.of(5), hash: "sha1" });
    const der = build({ responses: [{ certId: id, status: { status: "good" } }] });
    expect(codeOf(() => verify(der))).toBe("ocsp-responder-mismatch");
    expect(lintOcspResponse(der, { issuer }).map(({ rule }) => rule)).toEqual(["ocsp-entries"]);
  });

  test("a device cannot answer, although the same authority issued it", () => {
    const answer = parseAnswer(build());
    const device = issueTestCertificate(issuing, responder.signer);
    expect(
      codeOf(() => verifyOcspResponse({ ...answer, certificates: [device.der] }, { issuer, now, nonce: null })),
    ).toBe("ocsp-responder-mismatch");
    expect(codeOf(() => verifyOcspResponse({ ...answer, certificates: [] }, { issuer, now, nonce: null }))).toBe(
      "ocsp-responder-mismatch",
    );
  });

  test("another nonce, an old and a future answer, a late delegate and a changed byte are refused", () => {
    const nonce = Uint8Array.of(1, 2);
    expect(codeOf(() => verify(build({ nonce }), Uint8Array.of(1, 3)))).toBe("ocsp-nonce-mismatch");
    expect(codeOf(() => verify(build(), nonce))).toBe("accepted");
    expect(codeOf(() => verify(build(), null, { now: times.nextUpdate }))).toBe("ocsp-response-stale");
    const early = new Date(testNow.getTime() + 10 * 60_000);
    const future = build({ thisUpdate: early, producedAt: early, nextUpdate: new Date(early.getTime() + 1_000) });
    expect(codeOf(() => verify(future))).toBe("ocsp-response-stale");
    expect(codeOf(() => verify(build(), null, { now: new Date("2030-01-01T00:00:00Z") }))).toBe(
      "ocsp-responder-mismatch",
    );
    const answer = parseAnswer(build());
    const other = parseAnswer(build({ nonce }));
    expect(codeOf(() => verifyOcspResponse({ ...answer, tbsDer: other.tbsDer }, { issuer, now, nonce: null }))).toBe(
      "ocsp-signature-invalid",
    );
  });

  test("a malformed certificate inside is found while reading (the mutator's find)", () => {
    const der = build();
    const at = Buffer.from(der).lastIndexOf(Buffer.from("Test Works OCSP")) - 1;
    der[at] = 0x0e; // the length of the name says one less
    expect(codeOf(() => parseOcspResponse(der))).toBe("ocsp-response-malformed");
  });

  test("damaged responses throw nothing but PkiError and never verify", () => {
    const seed = build({ nonce: fromHex("0102030405060708") });
    fc.assert(
      fc.property(fc.nat(seed.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bytes = seed.slice();
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        expect(
          codeOf(() => verify(bytes)),
          toHex(bytes),
        ).not.toBe("accepted");
      }),
      { numRuns: 1_000 },
    );
  });
});
