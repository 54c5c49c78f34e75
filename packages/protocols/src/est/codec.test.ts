import { describe, expect, test } from "vitest";

import { decodeBasic, decodeBody } from "./codec.ts";

const der = Uint8Array.from({ length: 200 }, (_, i) => i);
const base64 = Buffer.from(der).toString("base64");
const wrap = (length: number, end: string) => base64.replaceAll(new RegExp(`.{1,${length}}`, "g"), `$&${end}`);
const body = (text: string) => new TextEncoder().encode(text);

describe("the body of an EST request (RFC 8951 3.1)", () => {
  test.each([
    ["one line", base64],
    ["LF every 64", wrap(64, "\n")],
    ["CRLF every 76", wrap(76, "\r\n")],
    ["tabs and spaces", wrap(10, "\t ")],
    ["leading and trailing newline", `\n\n${base64}\n\n`],
  ])("white space counts nowhere: %s", (_, text) => {
    expect(decodeBody(body(text))).toEqual(der);
  });

  test.each([
    ["nothing", ""],
    ["other characters", `${base64.slice(0, 40)}!${base64.slice(41)}`],
    ["base64url", base64.replaceAll("+", "-").replaceAll("/", "_").concat("--__")],
    ["broken padding", base64.slice(0, -1)],
    ["padding in the middle", `QQ==${base64}`],
    ["stray bits behind the last octet", "QR=="],
    ["PEM armour", `-----BEGIN CERTIFICATE REQUEST-----\n${base64}\n-----END CERTIFICATE REQUEST-----`],
    ["raw DER", String.fromCharCode(0x30, 0x82, 0x01, 0x02)],
    ["UTF-16", "Q\0Q\0=\0=\0"],
  ])("refused with a reason: %s", (_, text) => {
    expect(() => decodeBody(body(text))).toThrow("csr-malformed");
  });
});

describe("HTTP Basic (RFC 7617)", () => {
  const encode = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  test("user and password, with colons in the password", () => {
    expect(decodeBasic(encode("pump:a:b"))).toEqual({ userName: "pump", password: "a:b" });
  });
  test("an empty user name is allowed", () => {
    expect(decodeBasic(encode(":secret"))).toEqual({ userName: "", password: "secret" });
  });
  test("no header is no credential; a broken one is a wrong credential, never an exception", () => {
    expect(decodeBasic(undefined)).toBeNull();
    for (const header of ["", "Bearer x", "Basic", "Basic ***", encode("no-colon"), `Basic ${"A".repeat(100_000)}`])
      expect(decodeBasic(header)).toEqual({ userName: "", password: "" });
  });
});
