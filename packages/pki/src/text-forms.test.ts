import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { equalBytes, fromHex, toHex } from "./hex.ts";
import { decodePem, encodePem } from "./pem.ts";
import { createSerialNumber, formatSerialNumber, parseSerialNumber } from "./serial-number.ts";
import { codeOf } from "./testing/refusal.ts";

describe("hexadecimal", () => {
  test("round trips, with colons and in any case", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes).toUpperCase().replace(/../g, "$& :"))).toEqual(bytes);
      }),
    );
  });

  test("odd or foreign digits are refused", () => {
    expect(codeOf(() => fromHex("abc"))).toBe("hex-invalid");
    expect(codeOf(() => fromHex("0g"))).toBe("hex-invalid");
  });

  test("equality looks at every byte", () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 3))).toBe(false);
  });
});

describe("PEM", () => {
  test("round trips, several objects, CRLF and text between", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 4 }),
        (objects) => {
          const text = objects.map((der) => `note\n${encodePem("CERTIFICATE", der)}`).join("");
          expect(decodePem(text, "CERTIFICATE")).toEqual(objects);
          expect(decodePem(text.replaceAll("\n", "\r\n"), "CERTIFICATE")).toEqual(objects);
        },
      ),
    );
  });

  test.each([
    ["nothing", ""],
    ["another label", encodePem("X509 CRL", Uint8Array.of(1))],
    ["no end line", "-----BEGIN CERTIFICATE-----\nAAAA\n"],
    ["no content", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"],
    ["bad base64", "-----BEGIN CERTIFICATE-----\nA*AA\n-----END CERTIFICATE-----"],
    ["truncated base64", "-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----"],
  ])("%s is refused", (_, text) => {
    expect(codeOf(() => decodePem(text, "CERTIFICATE"))).toBe("pem-invalid");
  });
});

describe("serial numbers", () => {
  test("17 octets, positive, prefix first", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 127 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (prefix, random) => {
          const serialNumber = createSerialNumber(prefix, random);
          expect(serialNumber.length).toBe(17);
          expect(serialNumber[0]).toBe(prefix);
          expect(parseSerialNumber(formatSerialNumber(serialNumber))).toEqual(serialNumber);
        },
      ),
    );
  });

  test("bad prefixes and too little chance are refused", () => {
    for (const prefix of [0, 128, 1.5, -1])
      expect(codeOf(() => createSerialNumber(prefix, new Uint8Array(16)))).toBe("serial-number-invalid");
    expect(codeOf(() => createSerialNumber(1, new Uint8Array(15)))).toBe("serial-number-invalid");
  });

  test("what people paste is read", () => {
    expect(toHex(parseSerialNumber("00:AB:cd"))).toBe("abcd");
    expect(toHex(parseSerialNumber(" 0xABC "))).toBe("0abc");
    expect(toHex(parseSerialNumber("00"))).toBe("00");
    expect(codeOf(() => parseSerialNumber(""))).toBe("serial-number-invalid");
    expect(codeOf(() => parseSerialNumber("xyz"))).toBe("serial-number-invalid");
    expect(codeOf(() => parseSerialNumber("11".repeat(21)))).toBe("serial-number-invalid");
  });
});
