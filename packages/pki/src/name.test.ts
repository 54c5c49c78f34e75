import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { checkStrictDer } from "./der/gate.ts";
import { objectIdentifier, sequence, setOf, tlv, utf8String } from "./der/write.ts";
import { toHex } from "./hex.ts";
import { assertSafeText, encodeName, formatName, parseName } from "./name.ts";
import type { DistinguishedName } from "./name.ts";
import { codeOf } from "./testing/refusal.ts";
import { hasUnsafeCharacter } from "./text.ts";

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((value) => !hasUnsafeCharacter(value));

describe("distinguished names", () => {
  test("round trip", () => {
    const attribute = fc.record({
      type: fc.constantFrom("CN" as const, "O" as const, "OU" as const, "L" as const),
      value: text,
    });
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 5 }), (name) => {
        const der = encodeName(name);
        checkStrictDer(der);
        expect(parseName(der)).toEqual(name);
      }),
    );
  });

  test("C and serialNumber are PrintableString, the rest UTF8String", () => {
    expect(toHex(encodeName([{ type: "C", value: "DE" }]))).toBe("300d310b3009060355040613024445");
    expect(toHex(encodeName([{ type: "CN", value: "a" }]))).toBe("300c310a300806035504030c0161");
  });

  test.each<[string, DistinguishedName]>([
    ["an empty value", [{ type: "CN", value: "" }]],
    ["65 characters of CN", [{ type: "CN", value: "a".repeat(65) }]],
    ["a country of three letters", [{ type: "C", value: "DEU" }]],
    ["NUL", [{ type: "CN", value: "a\0b" }]],
    ["a right-to-left override", [{ type: "O", value: "a\u202eb" }]],
    ["an underscore in serialNumber", [{ type: "serialNumber", value: "a_b" }]],
  ])("refuses %s", (_, name) => {
    expect(codeOf(() => encodeName(name))).toBe("name-invalid");
  });

  test("64 characters of CN are counted as characters, not octets", () => {
    expect(codeOf(() => encodeName([{ type: "CN", value: "ä".repeat(64) }]))).toBe("accepted");
  });

  test("unknown attributes keep their number and value", () => {
    const der = sequence(setOf(sequence(objectIdentifier("1.2.3.4"), utf8String("x"))));
    expect(parseName(der)).toEqual([{ type: "oid:1.2.3.4", value: "x" }]);
    expect(encodeName(parseName(der))).toEqual(der);
    const strange = sequence(setOf(sequence(objectIdentifier("1.2.3.4"), tlv(3, Uint8Array.of(0, 1)))));
    expect(formatName(parseName(strange))).toBe("1.2.3.4=#03020001");
    expect(encodeName(parseName(strange))).toEqual(strange);
  });

  test.each([1, 2, 4, 5, 6, 0x17, 0x1a, 0x80])(
    "a value of type %i, which OpenSSL takes in no name, is refused",
    (tag) => {
      const der = sequence(setOf(sequence(objectIdentifier("1.2.3.4"), tlv(tag, Uint8Array.of(0x31)))));
      expect(codeOf(() => parseName(der))).toBe("name-invalid");
    },
  );

  test("a relative name of several attributes is refused", () => {
    const attribute = (value: string) => sequence(objectIdentifier("2.5.4.3"), utf8String(value));
    expect(codeOf(() => parseName(sequence(setOf(attribute("a"), attribute("b")))))).toBe("name-invalid");
  });

  test("RFC 4514: last first, special characters escaped", () => {
    const name: DistinguishedName = [
      { type: "O", value: 'Müller, Söhne + "Co"' },
      { type: "CN", value: " #1 " },
    ];
    expect(formatName(name)).toBe(String.raw`CN=\ #1\ ,O=Müller\, Söhne \+ \"Co\"`);
    expect(formatName([{ type: "CN", value: "#1" }])).toBe(String.raw`CN=\#1`);
    expect(formatName([{ type: "CN", value: "a\u202eb" }])).toBe(String.raw`CN=a\e2\80\aeb`);
  });

  test.each([
    "\0",
    "\u001b",
    "\u007f",
    "\u0085",
    "\u200b",
    "\u200f",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u{e0041}",
    "\ud800",
  ])("hidden character %j is refused", (hidden) => {
    expect(codeOf(() => assertSafeText(`a${hidden}b`, "it"))).toBe("name-invalid");
  });
});
