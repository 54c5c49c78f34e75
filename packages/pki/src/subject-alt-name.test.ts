import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isValidDnsName } from "./dns-name.ts";
import { fromHex } from "./hex.ts";
import { formatIpAddress, parseIpAddress } from "./ip-address.ts";
import {
  comparableGeneralName,
  encodeSubjectAltNames,
  formatGeneralName,
  isValidUri,
  parseSubjectAltNames,
  readGeneralNames,
} from "./subject-alt-name.ts";
import type { GeneralName } from "./subject-alt-name.ts";
import { codeOf } from "./testing/refusal.ts";

describe("alternative names", () => {
  test("all four kinds round trip", () => {
    const names: GeneralName[] = [
      { type: "dns", value: "pump-017.plant.example" },
      { type: "uri", value: "urn:fieldseal:device:a%3Ab" },
      { type: "ip", value: "10.0.0.1" },
      { type: "ip", value: "2001:db8::1" },
      { type: "email", value: "ops@plant.example" },
    ];
    expect(parseSubjectAltNames(encodeSubjectAltNames(names))).toEqual(names);
    expect(names.map(formatGeneralName)).toEqual([
      "DNS:pump-017.plant.example",
      "URI:urn:fieldseal:device:a%3Ab",
      "IP:10.0.0.1",
      "IP:2001:db8::1",
      "email:ops@plant.example",
    ]);
  });

  test.each<[string, GeneralName[]]>([
    ["no name at all", []],
    ["an empty name", [{ type: "dns", value: "" }]],
    ["NUL inside a name", [{ type: "dns", value: "a\0.example" }]],
    ["a name beyond ASCII", [{ type: "dns", value: "müller.example" }]],
    ["an address that is none", [{ type: "ip", value: "10.0.0.256" }]],
  ])("refuses to write %s", (_, names) => {
    expect(codeOf(() => encodeSubjectAltNames(names))).toBe("name-invalid");
  });

  test.each([
    ["an empty list", "3000", "der-invalid"],
    ["an address of five octets", "300787050a00000001", "der-invalid"],
    ["NUL inside a DNS name", "30058203610062", "name-invalid"],
    ["universal tags", "30030c0161", "der-invalid"],
    ["a registeredID", "300488022a03", "name-invalid"],
  ])("refuses to read %s", (_, hex, code) => {
    expect(codeOf(() => parseSubjectAltNames(fromHex(hex)))).toBe(code);
  });

  test("kinds that we do not use are counted when reading foreign certificates", () => {
    expect(readGeneralNames(fromHex("3007820161 88022a03"))).toEqual({
      names: [{ type: "dns", value: "a" }],
      unsupportedTags: [0x88],
    });
  });

  test("comparison ignores the case of DNS names and the spelling of addresses", () => {
    const same = (a: GeneralName, b: GeneralName) => comparableGeneralName(a) === comparableGeneralName(b);
    expect(same({ type: "dns", value: "A.example" }, { type: "dns", value: "a.EXAMPLE" })).toBe(true);
    expect(same({ type: "ip", value: "2001:DB8:0:0::1" }, { type: "ip", value: "2001:db8::1" })).toBe(true);
    expect(same({ type: "uri", value: "urn:A" }, { type: "uri", value: "urn:a" })).toBe(false);
    expect(same({ type: "dns", value: "urn" }, { type: "uri", value: "urn" })).toBe(false);
  });

  test("IP addresses round trip, IPv6 in the form of RFC 5952", () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        expect(formatIpAddress(parseIpAddress(text) ?? new Uint8Array())).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (octets) => {
        expect(parseIpAddress(formatIpAddress(octets) ?? "")).toEqual(octets);
      }),
    );
    const canonical = (text: string) => formatIpAddress(parseIpAddress(text) ?? new Uint8Array());
    expect(canonical("::")).toBe("::");
    expect(canonical("::1")).toBe("::1");
    expect(canonical("2001:db8:0:0:1:0:0:1")).toBe("2001:db8::1:0:0:1");
    expect(canonical("2001:0db8:0:1:1:1:1:1")).toBe("2001:db8:0:1:1:1:1:1");
    expect(canonical("::ffff:10.0.0.1")).toBe("::ffff:a00:1");
  });

  test.each([
    "",
    "1.2.3",
    "01.2.3.4",
    "1.2.3.4/8",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "g::",
    "fe80::1%eth0",
    ":1:2:3:4:5:6:7",
  ])("%j is not an address", (text) => {
    expect(parseIpAddress(text)).toBe(null);
  });

  test("host names", () => {
    for (const name of ["a", "localhost", "pump-017", "A.B.example", "3com.example", `${"a".repeat(63)}.example`])
      expect(isValidDnsName(name), name).toBe(true);
    for (const name of ["", ".", "a.", "-a", "a-", "a_b", "*.example", "10.0.0.1", "a..b", "a".repeat(64), "ä"])
      expect(isValidDnsName(name), name).toBe(false);
  });

  test("URIs are absolute, ASCII and at most 255 characters", () => {
    expect(isValidUri("urn:plant:17")).toBe(true);
    expect(isValidUri(`urn:${"a".repeat(251)}`)).toBe(true);
    for (const uri of [`urn:${"a".repeat(252)}`, "plant", "urn:a b", "urn:ä", "urn:", "1urn:a", "urn:<a>"])
      expect(isValidUri(uri), uri).toBe(false);
  });
});
