import { expect, test } from "vitest";

import type { ProtocolRequest } from "../message.ts";
import { createRepositoryHandler } from "./handler.ts";

const now = new Date("2026-11-21T12:00:00Z");
const crl = {
  authorityId: "issuing-g1",
  der: Uint8Array.of(0x30, 0x00),
  thisUpdate: new Date("2026-11-21T11:00:00Z"),
  nextUpdate: new Date("2026-11-28T11:00:00Z"),
};
const handle = createRepositoryHandler({
  findCrl: (id) => Promise.resolve(id === crl.authorityId ? crl : null),
  listCrls: () => Promise.resolve([crl, { ...crl, authorityId: "root-g1" }]),
  findAuthorityCertificate: (id) =>
    Promise.resolve(id === "root-g1" ? { der: Uint8Array.of(0x30, 0x01, 0x00), notBefore: now } : null),
  handleOcsp: () => Promise.resolve({ status: 200, headers: [], body: Uint8Array.of(1) }),
  isReady: () => Promise.resolve(false),
  now: () => now,
});
const get = (path: string, headers: ProtocolRequest["headers"] = {}, method = "GET") =>
  handle({ method, path, headers, body: new Uint8Array(0), sourceAddress: null, clientCertificateDer: null });
const header = (answer: Awaited<ReturnType<typeof get>>, name: string) =>
  answer.headers.find(([key]) => key === name)?.[1];

test("a CRL is DER with its own type, strong validators and a max-age far below its end", async () => {
  const answer = await get("/crl/issuing-g1.crl");
  expect(answer).toMatchObject({ status: 200, body: crl.der });
  expect(header(answer, "Content-Type")).toBe("application/pkix-crl");
  expect(header(answer, "Last-Modified")).toBe("Sat, 21 Nov 2026 11:00:00 GMT");
  expect(header(answer, "Cache-Control")).toBe("public, max-age=300, no-transform");
  const etag = header(answer, "ETag") ?? "";
  expect(await get("/crl/issuing-g1.crl", { "if-none-match": `"x", ${etag}` })).toMatchObject({ status: 304 });
  expect(await get("/crl/issuing-g1.crl", { "if-modified-since": "Sat, 21 Nov 2026 11:00:00 GMT" })).toMatchObject({
    status: 304,
  });
  expect(
    await get("/crl/issuing-g1.crl", { "if-none-match": '"x"', "if-modified-since": "Sat, 21 Nov 2026 11:00:00 GMT" }),
  ).toMatchObject({ status: 200 });
});

test("brokers get every list in one PEM file", async () => {
  const answer = await get("/crl/all.crl.pem");
  expect(new TextDecoder().decode(answer.body).match(/BEGIN X509 CRL/g)).toHaveLength(2);
});

test("an authority's certificate is DER", async () => {
  expect(header(await get("/ca/root-g1.cer"), "Content-Type")).toBe("application/pkix-cert");
});

test.each([
  "/",
  "/crl/unknown.crl",
  "/crl/../secret",
  "/ca/root-g1.crl",
  "/crl/issuing-g1.cer",
  "/crl/ISSUING-G1.crl",
  "/.well-known/est/cacerts",
])("%s is 404", async (path) => {
  expect((await get(path)).status).toBe(404);
});

test("health tells the process from its database, and nothing can be written here", async () => {
  expect((await get("/healthz")).status).toBe(200);
  expect((await get("/readyz")).status).toBe(503);
  expect(await get("/crl/issuing-g1.crl", {}, "POST")).toMatchObject({ status: 405 });
});
