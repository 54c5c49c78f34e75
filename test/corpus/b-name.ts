import {
  integer,
  objectIdentifier,
  octetString,
  primitive,
  sequence,
  setOf,
  tlv,
  utf8String,
} from "@fieldseal/pki/der/write";
import { encodeExtension } from "@fieldseal/pki/extension";
import { oids } from "@fieldseal/pki/oids";

import { extensionRequest, infoOf, latin1, signInfo } from "./build.ts";
import { numberCases } from "./case.ts";
import type { Case, Outcome } from "./case.ts";

type Named = [name: string, bytes: Uint8Array, expected: Outcome];

const of = (...octets: number[]) => Uint8Array.from(octets);
const utf8 = (text: string) => new Uint8Array(Buffer.from(text, "utf8"));
const attribute = (value: Uint8Array, oid: string = oids.commonName) => setOf(sequence(objectIdentifier(oid), value));
const request = (subject: Uint8Array) => signInfo(infoOf({ subject }));
const cn = (value: Uint8Array) => request(sequence(attribute(value)));
const text = (value: string) => cn(tlv(0x0c, utf8(value)));
const san = (...names: Uint8Array[]) =>
  signInfo(infoOf({ attributes: [extensionRequest(encodeExtension(oids.subjectAltName, false, sequence(...names)))] }));
const dns = (value: Uint8Array) => san(primitive(2, value));
const uri = (value: Uint8Array) => san(primitive(6, value));
const named = (expected: Outcome, entries: readonly (readonly [string, Uint8Array])[]): Named[] =>
  entries.map(([name, bytes]) => [name, bytes, expected]);

/** What nobody sees and what turns text round: refused wherever it stands. */
const hidden: Readonly<Record<string, string>> = {
  NUL: "\0",
  SOH: "\u0001",
  tab: "\t",
  "line feed": "\n",
  "carriage return": "\r",
  escape: "\u001b",
  "unit separator": "\u001f",
  DEL: "\u007f",
  NEL: "\u0085",
  "C1 CSI": "\u009b",
  "soft hyphen": "\u00ad",
  "Arabic letter mark": "\u061c",
  "Mongolian vowel separator": "\u180e",
  "zero-width space": "\u200b",
  "zero-width joiner": "\u200d",
  "left-to-right mark": "\u200e",
  "right-to-left mark": "\u200f",
  "line separator": "\u2028",
  "paragraph separator": "\u2029",
  RLE: "\u202b",
  "right-to-left override": "\u202e",
  "word joiner": "\u2060",
  "invisible plus": "\u2064",
  LRI: "\u2066",
  PDI: "\u2069",
  "byte-order mark": "\ufeff",
  "interlinear annotation": "\ufff9",
  "tag letter": "\u{e0041}",
};

/** Text that is visible: whatever it looks like, the subject of a request is not what we certify. */
const visible: Readonly<Record<string, string>> = {
  "another device": "pump-018",
  "another tenant's device": "other-works.pump-017",
  "our CA": "Test Works Issuing CA 1",
  "our EST server": "est.works.example",
  "a wildcard": "*.works.example",
  "a nested wildcard": "a.*.example",
  "two dots": "a..example",
  "a trailing dot": "pump-017.",
  "a leading dot": ".pump-017",
  "an IPv4 address": "10.0.0.1",
  "an IPv6 address": "2001:db8::1",
  "a URL": "http://169.254.169.254/latest",
  localhost: "localhost",
  "Cyrillic look-alike": "рump-017",
  "Greek look-alike": "pumρ-017",
  "full-width": "ｐｕｍｐ-017",
  "combining marks": "p\u0301\u0301ump",
  emoji: "🏭",
  punycode: "xn--pmp-017-abc",
  "Turkish dotless i": "pıump",
  "Kelvin sign": "\u212a",
  ligature: "ﬀ",
  "65 characters": "a".repeat(65),
  "10 kB": "a".repeat(10_000),
  "64 emoji": "🏭".repeat(64),
  SQL: "'; DROP TABLE device; --",
  "SQL comment": "pump-017'/*",
  LDAP: "*)(uid=*))(|(uid=*",
  HTML: "<script>alert(1)</script>",
  "attribute injection": '" onmouseover="x',
  formula: '=HYPERLINK("http://a")',
  "formula with plus": "+1+1",
  "formula with at": "@SUM(1)",
  shell: "$(reboot)",
  backticks: "`reboot`",
  template: "{{7*7}}",
  JNDI: "${jndi:ldap://a}",
  "format string": "%s%n%x",
  path: "../../etc/passwd",
  "Windows device": "CON",
  prototype: "__proto__",
  constructor: "constructor",
  comma: "a,O=Evil",
  "RFC 4514 escapes": "a\\00b",
  slash: "/CN=other",
  plus: "a+CN=b",
  hash: "#04024869",
  equals: "=",
  quotes: '""',
  semicolon: "a;b",
  "one space": " ",
  "spaces around": " pump-017 ",
  "MQTT wildcard": "plant/#",
  "MQTT plus": "plant/+/cmd",
  "null word": "null",
  "boolean word": "true",
  number: "017",
};

const stringTypes: Named[] = [
  ...named("accepted", [
    ["a PrintableString", cn(tlv(0x13, latin1("pump-017")))],
    ["an IA5String with @", cn(tlv(0x16, latin1("a@b.example")))],
    ["a NumericString", cn(tlv(0x12, latin1("017 4")))],
    ["a BMPString", cn(tlv(0x1e, of(0, 0x70, 4, 0x40)))],
    ["a TeletexString of Latin-1", cn(tlv(0x14, latin1("Gerät")))],
    ["an empty UTF8String", text("")],
    ["an empty PrintableString", cn(tlv(0x13, of()))],
    ["no attribute at all", request(sequence())],
    ["two common names", request(sequence(attribute(utf8String("a")), attribute(utf8String("b"))))],
    ["an unknown attribute", request(sequence(attribute(utf8String("a"), "1.2.3.4.5")))],
    ["an e-mail attribute", request(sequence(attribute(tlv(0x16, latin1("a@b.example")), "1.2.840.113549.1.9.1")))],
    [
      "100 organizational units",
      request(sequence(...Array.from({ length: 100 }, () => attribute(utf8String("x"), oids.organizationalUnitName)))),
    ],
    ["a country of three letters", request(sequence(attribute(tlv(0x13, latin1("DEU")), oids.countryName)))],
  ]),
  ...named("csr-malformed", [
    ["a PrintableString with *", cn(tlv(0x13, latin1("*.example")))],
    ["a PrintableString with @", cn(tlv(0x13, latin1("a@b")))],
    ["a PrintableString with _", cn(tlv(0x13, latin1("a_b")))],
    ["a PrintableString with &", cn(tlv(0x13, latin1("a&b")))],
    ["a PrintableString with ä", cn(tlv(0x13, latin1("ä")))],
    ["a NumericString with letters", cn(tlv(0x12, latin1("17a")))],
    ["an IA5String with ä", cn(tlv(0x16, latin1("ä")))],
    ["an IA5String with NUL", cn(tlv(0x16, latin1("a\0b")))],
    ["a VisibleString", cn(tlv(0x1a, latin1("pump-017")))],
    ["an unknown attribute that is a number", request(sequence(attribute(integer(5), "1.2.3.4.5")))],
    ["a VisibleString with DEL", cn(tlv(0x1a, of(0x61, 0x7f)))],
    ["a TeletexString with escapes", cn(tlv(0x14, of(0x1b, 0x28, 0x42)))],
    ["a BMPString of three octets", cn(tlv(0x1e, of(0, 0x70, 0)))],
    ["a BMPString with a lone surrogate", cn(tlv(0x1e, of(0xd8, 0)))],
    ["a BMPString with NUL", cn(tlv(0x1e, of(0, 0)))],
    ["a BMPString with an override", cn(tlv(0x1e, of(0x20, 0x2e)))],
    ["a UniversalString", cn(tlv(0x1c, of(0, 0, 0, 0x70)))],
    ["a GeneralString", cn(tlv(0x1b, latin1("pump")))],
    ["a GraphicString", cn(tlv(0x19, latin1("pump")))],
    ["an OCTET STRING", cn(octetString(latin1("pump")))],
    ["an INTEGER", cn(integer(17))],
    ["a SEQUENCE", cn(sequence(utf8String("pump")))],
    ["overlong /", cn(tlv(0x0c, of(0xc0, 0xaf)))],
    ["overlong NUL", cn(tlv(0x0c, of(0xc0, 0x80)))],
    ["overlong in three octets", cn(tlv(0x0c, of(0xe0, 0x80, 0xaf)))],
    ["a lone surrogate", cn(tlv(0x0c, of(0xed, 0xa0, 0x80)))],
    ["a pair of surrogates (CESU-8)", cn(tlv(0x0c, of(0xed, 0xa0, 0xbc, 0xed, 0xbf, 0xad)))],
    ["a character above 10FFFF", cn(tlv(0x0c, of(0xf4, 0x90, 0x80, 0x80)))],
    ["five octets", cn(tlv(0x0c, of(0xf8, 0x88, 0x80, 0x80, 0x80)))],
    ["a continuation alone", cn(tlv(0x0c, of(0x80)))],
    ["a character cut off", cn(tlv(0x0c, of(0xe2, 0x82)))],
    ["Latin-1 in a UTF8String", cn(tlv(0x0c, latin1("Gerät")))],
    ["1,000 relative names", request(sequence(...Array.from({ length: 1_000 }, () => attribute(utf8String("x")))))],
    [
      "a relative name of two attributes",
      request(
        sequence(
          setOf(
            sequence(objectIdentifier(oids.commonName), utf8String("a")),
            sequence(objectIdentifier(oids.organizationName), utf8String("b")),
          ),
        ),
      ),
    ],
    ["an empty relative name", request(sequence(setOf()))],
    ["an attribute without value", request(sequence(setOf(sequence(objectIdentifier(oids.commonName)))))],
    [
      "an attribute of two values",
      request(sequence(setOf(sequence(objectIdentifier(oids.commonName), utf8String("a"), utf8String("b"))))),
    ],
    [
      "a relative name that is a SEQUENCE",
      request(sequence(sequence(sequence(objectIdentifier(oids.commonName), utf8String("a"))))),
    ],
    ["an attribute that is a SET", request(sequence(setOf(setOf(objectIdentifier(oids.commonName), utf8String("a")))))],
    ["a type that is no OID", request(sequence(setOf(sequence(integer(3), utf8String("a")))))],
  ]),
];

const alternative: Named[] = [
  ...named("accepted", [
    ["SAN: our own name", dns(latin1("pump-017"))],
    ["SAN: our own name in capitals", dns(latin1("PUMP-017"))],
    ["SAN: our own name twice", san(primitive(2, latin1("pump-017")), primitive(2, latin1("pump-017")))],
  ]),
  ...named("profile-refused", [
    ...[
      "pump-018",
      "*.example",
      "pump-017.",
      ".pump-017",
      "pump-017.evil.example",
      "localhost",
      "a b",
      "pump-017\0.evil",
      "10.0.0.1",
      "xn--80ak6aa92e",
    ].map((name) => [`SAN: DNS ${JSON.stringify(name)}`, dns(latin1(name))] as const),
    ...Object.entries(hidden).map(
      ([name, character]) => [`SAN: DNS with ${name}`, dns(utf8(`pump${character}-017`))] as const,
    ),
    ...Object.entries(hidden)
      .slice(0, 7)
      .map(([name, character]) => [`SAN: URI with ${name}`, uri(utf8(`urn:pump${character}-017`))] as const),
    ...[
      "http://169.254.169.254/",
      "urn:fieldseal:device:pump-017",
      "javascript:alert(1)",
      "ldap://a/b",
      "urn:fieldseal:device:pump-018",
    ].map((name) => [`SAN: URI ${name}`, uri(latin1(name))] as const),
    ["SAN: an address", san(primitive(7, of(10, 0, 0, 1)))],
    ["SAN: an address of five octets", san(primitive(7, of(10, 0, 0, 1, 1)))],
    ["SAN: an address and mask", san(primitive(7, of(10, 0, 0, 0, 255, 0, 0, 0)))],
    ["SAN: an e-mail address", san(primitive(1, latin1("root@works.example")))],
    ["SAN: an empty name", dns(of())],
    ["SAN: Latin-1", dns(latin1("gerät"))],
    ["SAN: ours and another", san(primitive(2, latin1("pump-017")), primitive(2, latin1("pump-018")))],
    ["SAN: no name", san()],
    ["SAN: 500 names", san(...Array.from({ length: 500 }, (_, i) => primitive(2, latin1(`pump-${i}`))))],
  ]),
];

const all: Named[] = [
  ...Object.entries(hidden).map(([name, character]): Named => [
    `CN with ${name}`,
    text(`pump${character}-017`),
    "csr-malformed",
  ]),
  ...Object.entries(visible).map(([name, value]): Named => [`CN: ${name}`, text(value), "accepted"]),
  ...stringTypes,
  ...alternative,
];

/** B-NAME of security.md 5.4: names that are refused, or that the certificate does not have. */
export const nameCases: Case[] = numberCases(
  "B-NAME",
  all.map(([, bytes, expected]) => ({ bytes, expected })),
  all.map(([name]) => name),
);
