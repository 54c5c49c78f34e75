import { generateKeyPairSync } from "node:crypto";

import { DomainError } from "@fieldseal/core/errors";
import { sequence } from "@fieldseal/pki/der/write";
import { encodeName } from "@fieldseal/pki/name";
import { buildCertId, createCertIdIssuer } from "@fieldseal/pki/ocsp/cert-id";
import { expect, test } from "vitest";

import type { ProtocolRequest } from "../message.ts";
import { createOcspHandler, decodeOcspRequest } from "./handler.ts";

const now = new Date("2026-11-21T12:00:00.500Z");
const malformed = Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x01);
const tryLater = Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x03);

const request = (patch: Partial<ProtocolRequest>): ProtocolRequest => ({
  method: "POST",
  path: "/ocsp",
  headers: { "content-type": "application/ocsp-request" },
  body: new Uint8Array(0),
  sourceAddress: null,
  clientCertificateDer: null,
  ...patch,
});

const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const issuer = createCertIdIssuer({
  subjectDer: encodeName([{ type: "CN", value: "Somebody" }]),
  spkiDer: new Uint8Array(publicKey.export({ format: "der", type: "spki" })),
});
/** OCSPRequest { TBSRequest { requestList { Request { CertID } } } }, RFC 6960 4.1.1 */
const { der: certId } = buildCertId({ issuer, serialNumber: Uint8Array.of(5), hash: "sha1" });
const wellFormed = sequence(sequence(sequence(sequence(certId))));

const handlerWith = (listIssuers: () => Promise<[]>) =>
  createOcspHandler({ listIssuers, findStatuses: () => Promise.resolve([]), now: () => now, reportFault: () => "x" });

test.each([
  ["nothing", new Uint8Array(0)],
  ["no DER", Uint8Array.of(1, 2, 3)],
  ["trailing octets", Buffer.concat([wellFormed, Buffer.of(0)])],
  ["a key instead", generateKeyPairSync("ed25519").publicKey.export({ format: "der", type: "spki" })],
])("%s is malformedRequest inside HTTP 200, and nobody may keep it", async (_, body) => {
  const answer = await handlerWith(() => Promise.resolve([]))(request({ body: new Uint8Array(body) }));
  expect(answer).toMatchObject({ status: 200, body: malformed });
  expect(answer.headers).toContainEqual(["Cache-Control", "no-store"]);
});

test("before there is a delegate, and while the records are away, it says tryLater", async () => {
  expect(await handlerWith(() => Promise.resolve([]))(request({ body: new Uint8Array(wellFormed) }))).toMatchObject({
    body: tryLater,
  });
  const away = handlerWith(() => Promise.reject(new DomainError("records-unavailable", "away")));
  expect(await away(request({ body: new Uint8Array(wellFormed) }))).toMatchObject({ status: 200, body: tryLater });
});

test("another type is 415, another method 405", async () => {
  const handle = handlerWith(() => Promise.resolve([]));
  expect(await handle(request({ headers: {} }))).toMatchObject({ status: 415 });
  expect(await handle(request({ method: "PUT" }))).toMatchObject({ status: 405 });
});

test("a GET is read percent-encoded or not, with slashes inside", () => {
  const base64 = "MA//MA+=";
  for (const path of [`/ocsp/${base64}`, `/ocsp/${encodeURIComponent(base64)}`])
    expect(decodeOcspRequest(request({ method: "GET", path }))).toEqual(new Uint8Array(Buffer.from(base64, "base64")));
  for (const path of ["/ocsp", "/ocsp/", "/ocsp/%", "/ocsp/a b", "/ocsp/%00"])
    expect(decodeOcspRequest(request({ method: "GET", path }))).toBeNull();
});
