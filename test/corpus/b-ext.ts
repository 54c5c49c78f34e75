import {
  bitString,
  boolean,
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
import { fromHex } from "@fieldseal/pki/hex";
import { oids } from "@fieldseal/pki/oids";

import { foreign, names, purposes } from "./b-ext-tables.ts";
import { extensionRequest, infoOf, latin1, signInfo } from "./build.ts";
import { numberCases } from "./case.ts";
import type { Case, Outcome } from "./case.ts";

type Named = [name: string, bytes: Uint8Array, expected: Outcome];
type Ext = Uint8Array;

const of = (...octets: number[]) => Uint8Array.from(octets);
const attributes = (...given: Uint8Array[]) => signInfo(infoOf({ attributes: given }));
const asking = (...extensions: Ext[]) => attributes(extensionRequest(...extensions));
const ext = (oid: string, value: Uint8Array, critical = false) => encodeExtension(oid, critical, value);
const refuse = (name: string, ...extensions: Ext[]): Named => [name, asking(...extensions), "profile-refused"];
const ignore = (name: string, ...extensions: Ext[]): Named => [name, asking(...extensions), "accepted"];

const goodSan = ext(oids.subjectAltName, sequence(primitive(2, latin1("pump-017"))));
const known: Readonly<Record<string, Ext>> = {
  basicConstraints: ext(oids.basicConstraints, sequence(), true),
  keyUsage: ext(oids.keyUsage, fromHex("03020780"), true),
  extKeyUsage: ext(oids.extKeyUsage, sequence(objectIdentifier(oids.clientAuth))),
  subjectAltName: goodSan,
  subjectKeyIdentifier: ext(oids.subjectKeyIdentifier, octetString(new Uint8Array(20))),
};

const foreignCases = Object.entries(foreign).flatMap(([name, [oid, value]], at): Named[] => [
  ignore(name, ext(oid, value)),
  refuse(`${name}, critical`, ext(oid, value, true)),
  ...(at < 24 ? [ignore(`${name}, beside ours`, goodSan, ext(oid, value))] : []),
]);

const usage = (...ids: string[]) => ext(oids.extKeyUsage, sequence(...ids.map(objectIdentifier)));
const purposeCases = Object.entries(purposes).flatMap(([name, oid]): Named[] => [
  refuse(`EKU ${name}`, usage(oid)),
  refuse(`EKU ${name} behind clientAuth`, usage(oids.clientAuth, oid)),
]);

const bits: readonly string[] = [
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
];
const usageCases = bits.flatMap((name, at): Named[] => {
  const bit = at + 1;
  const alone = tlv(3, of(7 - bit, 0x80 >> bit));
  const with0 = tlv(3, of(7 - bit, 0x80 | (0x80 >> bit)));
  return [
    refuse(`key usage ${name}`, ext(oids.keyUsage, alone, true)),
    refuse(`key usage digitalSignature and ${name}`, ext(oids.keyUsage, with0, true)),
  ];
});

const badValues: Named[] = [
  refuse("CA:TRUE", ext(oids.basicConstraints, sequence(boolean(true)), true)),
  refuse("CA:TRUE, not critical", ext(oids.basicConstraints, sequence(boolean(true)))),
  refuse("CA:TRUE with path length", ext(oids.basicConstraints, sequence(boolean(true), integer(5)), true)),
  refuse("CA:TRUE as BER", ext(oids.basicConstraints, sequence(of(1, 1, 1)), true)),
  refuse("CA:FALSE written out", ext(oids.basicConstraints, sequence(boolean(false)))),
  refuse("a path length without CA", ext(oids.basicConstraints, sequence(integer(0)))),
  refuse("basicConstraints with more", ext(oids.basicConstraints, sequence(boolean(true), integer(0), integer(0)))),
  refuse("basicConstraints that are a BOOLEAN", ext(oids.basicConstraints, boolean(true))),
  refuse("decipherOnly", ext(oids.keyUsage, fromHex("0303070080"), true)),
  refuse("key usage of no bits", ext(oids.keyUsage, fromHex("030100"), true)),
  refuse("key usage with trailing zero bits", ext(oids.keyUsage, fromHex("03020080"), true)),
  refuse("key usage with an unknown bit", ext(oids.keyUsage, fromHex("0303060040"), true)),
  refuse("key usage that is an INTEGER", ext(oids.keyUsage, integer(128), true)),
  refuse("key usage with a byte behind", ext(oids.keyUsage, fromHex("0302078000"), true)),
  refuse("an empty EKU", usage()),
  refuse("an EKU that is one OID", ext(oids.extKeyUsage, objectIdentifier(oids.clientAuth))),
  refuse("an EKU of texts", ext(oids.extKeyUsage, sequence(utf8String("clientAuth")))),
  refuse("an EKU with a padded OID", ext(oids.extKeyUsage, sequence(of(6, 3, 0x80, 0x2a, 3)))),
  refuse("an EKU as BER", ext(oids.extKeyUsage, of(0x30, 0x80, 0, 0))),
  ignore("an SKI of others", ext(oids.subjectKeyIdentifier, octetString(new Uint8Array(20).fill(0xee)))),
  ignore("an SKI that is none", ext(oids.subjectKeyIdentifier, of(0xff))),
  ignore("an EKU twice the same", usage(oids.clientAuth, oids.clientAuth)),
];

const nameCases = Object.entries(names).flatMap(([name, value]): Named[] => [
  refuse(`SAN ${name}`, ext(oids.subjectAltName, sequence(value))),
  refuse(`SAN ${name} behind ours`, ext(oids.subjectAltName, sequence(primitive(2, latin1("pump-017")), value))),
]);

const repeats = Object.entries(known).flatMap(([name, extension]): Named[] => [
  ignore(`${name} as the profile gives it`, extension),
  refuse(`${name} twice`, extension, extension),
  [
    `${name} in two extensionRequests`,
    attributes(extensionRequest(extension), extensionRequest(extension)),
    "csr-malformed",
  ],
]);

const request = objectIdentifier(oids.extensionRequest);
const password = (...values: Uint8Array[]) => sequence(objectIdentifier(oids.challengePassword), setOf(...values));
const forms: Named[] = [
  ["all that the profile gives", asking(...Object.values(known)), "accepted"],
  ["no attribute", attributes(), "accepted"],
  ["a challengePassword", attributes(password(utf8String("secret"))), "accepted"],
  ["two challengePasswords", attributes(password(utf8String("a")), password(utf8String("b"))), "csr-malformed"],
  ["a challengePassword of two values", attributes(password(utf8String("a"), utf8String("b"))), "csr-malformed"],
  ["a challengePassword without value", attributes(password()), "csr-malformed"],
  ["a challengePassword that is a number", attributes(password(integer(1))), "csr-malformed"],
  ["a challengePassword with NUL", attributes(password(tlv(0x0c, of(0x61, 0)))), "csr-malformed"],
  ["no extension at all", attributes(extensionRequest()), "csr-malformed"],
  ["an extensionRequest without value", attributes(sequence(request, setOf())), "csr-malformed"],
  [
    "an extensionRequest of two values",
    attributes(sequence(request, setOf(sequence(goodSan), sequence(goodSan)))),
    "csr-malformed",
  ],
  ["an extensionRequest that is one extension", attributes(sequence(request, setOf(goodSan))), "csr-malformed"],
  ["an extensionRequest in a SEQUENCE", attributes(sequence(request, sequence(sequence(goodSan)))), "csr-malformed"],
  ["an extension without value", asking(sequence(objectIdentifier(oids.subjectAltName))), "csr-malformed"],
  [
    "an extension with critical FALSE",
    asking(sequence(objectIdentifier("1.2.3.4"), boolean(false), octetString())),
    "csr-malformed",
  ],
  [
    "an extension whose value is a BIT STRING",
    asking(sequence(objectIdentifier("1.2.3.4"), bitString(of(1)))),
    "csr-malformed",
  ],
  [
    "an extension with more",
    asking(sequence(objectIdentifier("1.2.3.4"), octetString(), octetString())),
    "csr-malformed",
  ],
  ["an extension that is a SET", asking(setOf(objectIdentifier("1.2.3.4"), octetString())), "csr-malformed"],
  ["an extension of 100 kB", asking(ext("1.2.3.4", new Uint8Array(100_000))), "csr-malformed"],
  ["400 unknown extensions", asking(...Array.from({ length: 400 }, (_, i) => ext(`1.2.3.${i}`, of()))), "accepted"],
  [
    "1,000 unknown extensions",
    asking(...Array.from({ length: 1_000 }, (_, i) => ext(`1.2.3.${i}`, of()))),
    "csr-malformed",
  ],
  ["an unknown attribute", attributes(sequence(objectIdentifier("1.2.3.4"), setOf(integer(1)))), "accepted"],
  [
    "MS OS version",
    attributes(sequence(objectIdentifier("1.3.6.1.4.1.311.13.2.3"), setOf(tlv(0x16, latin1("10.0"))))),
    "accepted",
  ],
  [
    "MS request client info",
    attributes(sequence(objectIdentifier("1.3.6.1.4.1.311.21.20"), setOf(sequence(integer(5))))),
    "accepted",
  ],
  [
    "MS extensionRequest",
    attributes(
      sequence(
        objectIdentifier("1.3.6.1.4.1.311.2.1.14"),
        setOf(sequence(ext(oids.basicConstraints, sequence(boolean(true)), true))),
      ),
    ),
    "accepted",
  ],
];

const all: Named[] = [
  ...foreignCases,
  ...purposeCases,
  ...usageCases,
  ...badValues,
  ...nameCases,
  ...repeats,
  ...forms,
];

/** B-EXT of security.md 5.4: wishes that are ignored or refused, and never granted. */
export const extensionCases: Case[] = numberCases(
  "B-EXT",
  all.map(([, bytes, expected]) => ({ bytes, expected })),
  all.map(([name]) => name),
);
