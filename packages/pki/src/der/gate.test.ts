import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { buildCsr } from "../csr/build.ts";
import { fromHex } from "../hex.ts";
import { createTestSigner } from "../testing/authority.ts";
import { codeOf, detailOf } from "../testing/refusal.ts";
import { checkStrictDer } from "./gate.ts";

const refused: [string, string, string][] = [
  ["nothing at all", "", "truncated header at offset 0"],
  ["trailing bytes", "020100 00", "trailing bytes at offset 3"],
  ["trailing bytes after a SEQUENCE", "3000 0500", "trailing bytes at offset 2"],
  ["indefinite length", "3080 0000", "indefinite length at offset 0"],
  ["length in two octets that fits one", "30810100", "length is not minimal at offset 0"],
  ["length with a leading zero", "3082 0081" + "00".repeat(129), "length is not minimal at offset 0"],
  ["length of five octets", "30850000000001 00", "length of more than four octets at offset 0"],
  ["length of 2^31", "308480000000", "element reaches past its end at offset 0"],
  ["child longer than its parent", "3003 020201 00", "element reaches past its end at offset 2"],
  ["truncated length", "3082 01", "truncated header at offset 0"],
  ["child header cut by its parent", "3001 02 0100", "truncated header at offset 2"],
  ["end-of-contents octets", "0000", "type that X.509 does not use at offset 0"],
  ["high tag number", "1f8101 00", "high tag number at offset 0"],
  ["application tag", "4100", "application or private tag at offset 0"],
  ["private tag", "c100", "application or private tag at offset 0"],
  ["primitive SEQUENCE", "1000", "primitive SEQUENCE or SET at offset 0"],
  ["constructed OCTET STRING", "2400", "constructed string or number at offset 0"],
  ["constructed UTF8String", "2c00", "constructed string or number at offset 0"],
  ["BOOLEAN 01", "010101", "BOOLEAN is not 00 or FF at offset 0"],
  ["empty BOOLEAN", "0100", "BOOLEAN is not 00 or FF at offset 0"],
  ["empty INTEGER", "0200", "empty INTEGER at offset 0"],
  ["INTEGER padded with 00", "02020001", "INTEGER is not minimal at offset 0"],
  ["INTEGER padded with FF", "0202ff80", "INTEGER is not minimal at offset 0"],
  ["ENUMERATED padded", "0a020001", "INTEGER is not minimal at offset 0"],
  ["BIT STRING without content", "0300", "BIT STRING is malformed at offset 0"],
  ["BIT STRING with 8 unused bits", "03020800", "BIT STRING is malformed at offset 0"],
  ["BIT STRING with unused bits of nothing", "030101", "BIT STRING is malformed at offset 0"],
  ["BIT STRING with unused bits set", "03020101", "unused bits are not zero at offset 0"],
  ["NULL with content", "050100", "NULL is not empty at offset 0"],
  ["empty OID", "0600", "OBJECT IDENTIFIER is truncated at offset 0"],
  ["OID that ends inside an arc", "06022a86", "OBJECT IDENTIFIER is truncated at offset 0"],
  ["OID with a padded arc", "06032a8001", "OBJECT IDENTIFIER has a padded arc at offset 0"],
  ["PrintableString with @", "130140", "PrintableString outside its alphabet at offset 0"],
  ["PrintableString with *", "13012a", "PrintableString outside its alphabet at offset 0"],
  ["IA5String with é", "1601e9", "string outside ASCII or with control characters at offset 0"],
  ["IA5String with NUL", "160100", "string outside ASCII or with control characters at offset 0"],
  ["NumericString with a letter", "120141", "NumericString outside its alphabet at offset 0"],
  ["TeletexString with a C1 control", "140185", "TeletexString with control characters at offset 0"],
  ["UTF8String with NUL", "0c03 610062", "string with a hidden character at offset 0"],
  ["UTF8String with a right-to-left override", "0c03 e280ae", "string with a hidden character at offset 0"],
  ["UTF8String with a zero-width space", "0c03 e2808b", "string with a hidden character at offset 0"],
  ["UTF8String that is overlong", "0c02 c080", "string is not valid Unicode at offset 0"],
  ["UTF8String with a surrogate", "0c03 eda080", "string is not valid Unicode at offset 0"],
  ["BMPString of odd length", "1e03 006100", "string is not valid Unicode at offset 0"],
  ["UniversalString", "1c04 00000061", "type that X.509 does not use at offset 0"],
  ["UTCTime without seconds", "170b 323631313231303130305a", "time is not in the DER form at offset 0"],
  [
    "UTCTime with an offset",
    "1711" + Buffer.from("261121010000+0100").toString("hex"),
    "time is not in the DER form at offset 0",
  ],
  [
    "UTCTime on 30 February",
    "170d" + Buffer.from("260230010000Z").toString("hex"),
    "time is not in the DER form at offset 0",
  ],
  [
    "GeneralizedTime with a fraction",
    "1811" + Buffer.from("20261121010000.1Z").toString("hex"),
    "time is not in the DER form at offset 0",
  ],
];

describe("the strict DER gate", () => {
  test.each(refused)("refuses %s", (_, hex, detail) => {
    expect(detailOf(() => checkStrictDer(fromHex(hex)))).toBe(detail);
  });

  test.each([
    ["an empty SEQUENCE", "3000"],
    ["BOOLEAN TRUE", "0101ff"],
    ["a negative INTEGER", "0201ff"],
    ["an INTEGER with a needed sign octet", "02020080"],
    ["UTF8String with umlauts", "0c02c3a4"],
    ["a named bit list", "03020780"],
    ["the year 9999", "180f" + Buffer.from("99991231235959Z").toString("hex")],
    ["context tags", "a0038001ff"],
    ["nested empty collections", "3004 3000 3100"],
  ])("accepts %s", (_, hex) => {
    expect(codeOf(() => checkStrictDer(fromHex(hex)))).toBe("accepted");
  });

  test("refuses beyond its limits: 64 KiB, 2,000 elements, depth 32", () => {
    const nest = (depth: number): Uint8Array => {
      let der = new Uint8Array(0);
      for (let i = 0; i < depth; i++) {
        const header = der.length < 128 ? [0x30, der.length] : [0x30, 0x81, der.length];
        der = Uint8Array.from([...header, ...der]);
      }
      return der;
    };
    expect(codeOf(() => checkStrictDer(nest(32)))).toBe("accepted");
    expect(detailOf(() => checkStrictDer(nest(33)))).toMatch(/^nested deeper than 32/);
    const many = (count: number) => fromHex(`3082${(count * 2).toString(16).padStart(4, "0")}${"0500".repeat(count)}`);
    expect(codeOf(() => checkStrictDer(many(1_999)))).toBe("accepted");
    expect(detailOf(() => checkStrictDer(many(2_000)))).toMatch(/^more than 2000 elements/);
    expect(detailOf(() => checkStrictDer(new Uint8Array(65_537)))).toBe("larger than 65536 bytes");
  });

  test("a hundred thousand nested SEQUENCEs are refused without a deep stack", () => {
    expect(codeOf(() => checkStrictDer(new Uint8Array(60_000).fill(0x30)))).toBe("der-invalid");
  });

  test("throws nothing but PkiError, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void codeOf(() => checkStrictDer(bytes))));
  });

  test("throws nothing but PkiError for damaged requests", () => {
    const seed = buildCsr({ subject: [{ type: "CN", value: "pump-017" }], signer: createTestSigner("ec-p256") });
    const damage = fc.tuple(fc.nat(seed.length - 1), fc.nat(255), fc.nat(seed.length));
    fc.assert(
      fc.property(damage, ([at, value, length]) => {
        const bytes = seed.slice(0, length);
        if (at < length) bytes[at] = value;
        codeOf(() => checkStrictDer(bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});
