import { DomainError } from "@fieldseal/core/errors";
import { describe, expect, test } from "vitest";

import type { ProtocolRequest } from "../message.ts";
import { createFailureLimiter } from "./failure-limiter.ts";
import { createEstHandler, type EstDeps } from "./handler.ts";

const certificate = Uint8Array.from([0x30, 0x03, 0x02, 0x01, 0x05]);
const issued = { certificateId: "c1", certificateDer: certificate, repeated: false };
const basic = `Basic ${Buffer.from("pump:token").toString("base64")}`;

const request = (patch: Partial<ProtocolRequest> & { path: string }): ProtocolRequest => ({
  method: "POST",
  headers: { "content-type": "application/pkcs10", authorization: basic },
  body: new TextEncoder().encode("MAA="),
  sourceAddress: "10.0.0.1",
  clientCertificateDer: null,
  ...patch,
});

function handlerWith(patch: Partial<EstDeps> = {}) {
  const faults: unknown[] = [];
  const handle = createEstHandler({
    enrol: () => Promise.resolve(issued),
    renew: () => Promise.resolve(issued),
    listChain: () => Promise.resolve([certificate, certificate]),
    hasLabel: (label) => Promise.resolve(label === "device"),
    limiter: createFailureLimiter(() => 0),
    reportFault: (error) => {
      faults.push(error);
      return "abcd1234";
    },
    ...patch,
  });
  return { handle, faults };
}

const est = "/.well-known/est";
const text = (body: Uint8Array) => new TextDecoder().decode(body);
const header = (headers: readonly (readonly [string, string])[], name: string) =>
  headers.find(([key]) => key === name)?.[1];

describe("the answer of EST", () => {
  test("an issued certificate comes as certs-only in one line with a final LF and the headers that clients insist on", async () => {
    const answer = await handlerWith().handle(request({ path: `${est}/simpleenroll` }));
    expect(answer.status).toBe(200);
    expect(answer.headers).toEqual([
      ["Content-Type", "application/pkcs7-mime; smime-type=certs-only"],
      ["Content-Transfer-Encoding", "base64"],
    ]);
    expect(text(answer.body)).toMatch(/^[A-Za-z0-9+/=]+\n$/);
  });

  test("libest, curl and wget get lines of 64, because they lose a long one", async () => {
    for (const agent of ["libest 1.0", "curl/7.88.1", "Wget/1.21"]) {
      const answer = await handlerWith().handle(
        request({ path: `${est}/cacerts`, method: "GET", headers: { "user-agent": agent } }),
      );
      expect(
        text(answer.body)
          .split("\n")
          .every((line) => line.length <= 64),
      ).toBe(true);
    }
  });

  test("401 is empty with one Basic challenge, whatever the credential lacked", async () => {
    for (const code of ["credential-missing", "credential-invalid", "client-certificate-missing"] as const) {
      const { handle } = handlerWith({ enrol: () => Promise.reject(new DomainError(code, "secret detail")) });
      const answer = await handle(request({ path: `${est}/simpleenroll` }));
      expect(answer).toMatchObject({ status: 401, headers: [["WWW-Authenticate", 'Basic realm="est"']] });
      expect(answer.body).toHaveLength(0);
    }
  });

  test("an outage is 503 with Retry-After in whole seconds; a fault is 500 that names only the incident", async () => {
    const down = handlerWith({
      enrol: () => Promise.reject(new DomainError("signer-unavailable", "The signer does not answer.")),
    });
    const answer = await down.handle(request({ path: `${est}/simpleenroll` }));
    expect(answer.status).toBe(503);
    expect(header(answer.headers, "Retry-After")).toMatch(/^\d+$/);
    const broken = handlerWith({ enrol: () => Promise.reject(new Error("SELECT secret FROM x")) });
    const fault = await broken.handle(request({ path: `${est}/simpleenroll` }));
    expect(fault.status).toBe(500);
    expect(text(fault.body)).toBe("The server failed. Incident abcd1234.\n");
    expect(broken.faults).toHaveLength(1);
  });

  test("credentials are asked for before the type of the body is looked at, and the type counts without its parameters", async () => {
    const { handle } = handlerWith();
    expect(
      (
        await handle(
          request({
            path: `${est}/simpleenroll`,
            headers: { "content-type": "application/PKCS10; charset=x", authorization: basic },
          }),
        )
      ).status,
    ).toBe(200);
    expect((await handle(request({ path: `${est}/simpleenroll`, headers: { authorization: basic } }))).status).toBe(
      415,
    );
  });

  test("unknown labels and operations are 404 and empty; keys are not made here; a wrong method names the right one", async () => {
    const { handle } = handlerWith();
    for (const path of [`${est}/nope/cacerts`, `${est}/nope`, `${est}/serverkeygen`])
      expect(await handle(request({ path }))).toMatchObject({ status: 404 });
    expect(await handle(request({ path: `${est}/cacerts`, method: "POST" }))).toMatchObject({
      status: 405,
      headers: [["Allow", "GET, HEAD"]],
    });
    expect((await handle(request({ path: `${est}/csrattrs`, method: "GET" }))).status).toBe(204);
    expect((await handle(request({ path: `${est}/fullcmc` }))).status).toBe(501);
  });

  test("an address that keeps guessing waits, others do not", async () => {
    let now = 0;
    const { handle } = handlerWith({
      limiter: createFailureLimiter(() => now),
      enrol: () => Promise.reject(new DomainError("credential-invalid", "wrong")),
    });
    for (let i = 0; i < 60; i++) expect((await handle(request({ path: `${est}/simpleenroll` }))).status).toBe(401);
    expect((await handle(request({ path: `${est}/simpleenroll` }))).status).toBe(429);
    expect((await handle(request({ path: `${est}/simpleenroll`, sourceAddress: "10.0.0.2" }))).status).toBe(401);
    now = 60_000;
    expect((await handle(request({ path: `${est}/simpleenroll` }))).status).toBe(401);
  });
});
