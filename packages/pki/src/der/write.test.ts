import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { toHex } from "../hex.ts";
import { codeOf } from "../testing/refusal.ts";
import { checkStrictDer } from "./gate.ts";
import { contentOf, readElement, readObjectIdentifier, readTime, readUnsigned } from "./read.ts";
import {
  integer,
  namedBits,
  objectIdentifier,
  octetString,
  printableString,
  setOf,
  time,
  tlv,
  unsignedInteger,
} from "./write.ts";

const only = (der: Uint8Array) => readElement(der, 0, der.length);

describe("what we write we read", () => {
  test("lengths of every size, minimally", () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 1 << 24]) {
      const der = octetString(new Uint8Array(length));
      expect(contentOf(only(der)).length).toBe(length);
      expect(() => checkStrictDer(der, { maxBytes: 1 << 25 })).not.toThrow();
    }
  });

  test("INTEGERs", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 160n }), (value) => {
        const der = integer(value);
        checkStrictDer(der);
        expect(BigInt(`0x${toHex(readUnsigned(only(der), "it"))}`)).toBe(value);
      }),
    );
  });

  test("magnitudes with leading zeroes or the top bit", () => {
    expect(toHex(unsignedInteger(Uint8Array.of(0, 0, 0x80)))).toBe("02020080");
    expect(toHex(unsignedInteger(Uint8Array.of(0, 0, 0x7f)))).toBe("02017f");
    expect(toHex(unsignedInteger(new Uint8Array(0)))).toBe("020100");
  });

  test("OBJECT IDENTIFIERs", () => {
    const arcs = fc.array(fc.nat(), { minLength: 0, maxLength: 8 });
    fc.assert(
      fc.property(fc.nat(2), fc.nat(39), arcs, (root, second, rest) => {
        const dotted = [root, second, ...rest].join(".");
        const der = objectIdentifier(dotted);
        checkStrictDer(der);
        expect(readObjectIdentifier(only(der), "it")).toBe(dotted);
      }),
    );
    expect(codeOf(() => objectIdentifier("1.40.1"))).toBe("der-invalid");
    expect(codeOf(() => objectIdentifier("3.1"))).toBe("der-invalid");
  });

  test("times: UTCTime to 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5)", () => {
    const min = new Date("1950-01-01T00:00:00Z").getTime() / 1000;
    const max = new Date("9999-12-31T23:59:59Z").getTime() / 1000;
    fc.assert(
      fc.property(fc.integer({ min, max }), (seconds) => {
        const date = new Date(seconds * 1000);
        const der = time(date);
        checkStrictDer(der);
        expect(readTime(only(der), "it")).toEqual(date);
        expect(der[0]).toBe(date.getUTCFullYear() < 2050 ? 0x17 : 0x18);
      }),
    );
  });

  test("a fraction of a second and a year before 1950 are refused", () => {
    expect(codeOf(() => time(new Date("2026-01-01T00:00:00.001Z")))).toBe("validity-invalid");
    expect(codeOf(() => time(new Date("1949-12-31T23:59:59Z")))).toBe("validity-invalid");
    expect(codeOf(() => time(new Date(Number.NaN)))).toBe("validity-invalid");
  });

  test("named bits lose their trailing zeroes (X.690 11.2.2)", () => {
    expect(toHex(namedBits([0]))).toBe("03020780");
    expect(toHex(namedBits([5, 6]))).toBe("03020106");
    expect(toHex(namedBits([8]))).toBe("0303070080");
    expect(toHex(namedBits([]))).toBe("030100");
  });

  test("SET OF is sorted (X.690 11.6)", () => {
    expect(toHex(setOf(tlv(2, Uint8Array.of(9)), tlv(2, Uint8Array.of(1))))).toBe("3106020101020109");
  });

  test("PrintableString refuses what it cannot hold", () => {
    expect(codeOf(() => printableString("a@b"))).toBe("name-invalid");
  });
});
