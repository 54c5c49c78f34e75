import {
  bitString,
  boolean,
  constructed,
  integer,
  nullValue,
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

import { extensionRequest, goodSubject, infoOf, latin1, signInfo } from "./build.ts";
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

/** Extensions that we do not grant: ignored, and refused when the request insists. */
const foreign: Readonly<Record<string, [oid: string, value: Uint8Array]>> = {
  nameConstraints: ["2.5.29.30", sequence(constructed(0, sequence(primitive(2, latin1("example")))))],
  certificatePolicies: ["2.5.29.32", sequence(sequence(objectIdentifier("2.23.140.1.2.1")))],
  anyPolicy: ["2.5.29.32", sequence(sequence(objectIdentifier("2.5.29.32.0")))],
  policyMappings: ["2.5.29.33", sequence(sequence(objectIdentifier("1.2.3"), objectIdentifier("1.2.4")))],
  policyConstraints: ["2.5.29.36", sequence(primitive(0, of(0)))],
  inhibitAnyPolicy: ["2.5.29.54", integer(0)],
  issuerAltName: ["2.5.29.18", sequence(primitive(2, latin1("a.example")))],
  subjectDirectoryAttributes: ["2.5.29.9", sequence(sequence(objectIdentifier("2.5.4.6"), setOf(utf8String("DE"))))],
  privateKeyUsagePeriod: ["2.5.29.16", sequence(primitive(0, latin1("20260101000000Z")))],
  freshestCRL: [
    "2.5.29.46",
    sequence(sequence(constructed(0, constructed(0, primitive(6, latin1("http://a/d.crl")))))),
  ],
  "a CRL address inside": [
    oids.cRLDistributionPoints,
    sequence(sequence(constructed(0, constructed(0, primitive(6, latin1("http://10.0.0.1/admin")))))),
  ],
  "a file as CRL address": [
    oids.cRLDistributionPoints,
    sequence(sequence(constructed(0, constructed(0, primitive(6, latin1("file:///etc/passwd")))))),
  ],
  "an OCSP address inside": [
    oids.authorityInfoAccess,
    sequence(sequence(objectIdentifier(oids.ocsp), primitive(6, latin1("http://127.0.0.1:5432/")))),
  ],
  "a CA address of others": [
    oids.authorityInfoAccess,
    sequence(sequence(objectIdentifier(oids.caIssuers), primitive(6, latin1("http://evil.example/ca.cer")))),
  ],
  subjectInfoAccess: [
    "1.3.6.1.5.5.7.1.11",
    sequence(sequence(objectIdentifier("1.3.6.1.5.5.7.48.5"), primitive(6, latin1("http://a/")))),
  ],
  authorityKeyIdentifier: [oids.authorityKeyIdentifier, sequence(primitive(0, new Uint8Array(20)))],
  "OCSP no-check": [oids.ocspNoCheck, nullValue],
  "TLS feature": ["1.3.6.1.5.5.7.1.24", sequence(integer(5))],
  "SCT list": ["1.3.6.1.4.1.11129.2.4.2", octetString(new Uint8Array(120))],
  "CT poison": ["1.3.6.1.4.1.11129.2.4.3", nullValue],
  "MS template name": ["1.3.6.1.4.1.311.20.2", tlv(0x1e, fromHex("0053007500620043 0041"))],
  "MS template": ["1.3.6.1.4.1.311.21.7", sequence(objectIdentifier("1.3.6.1.4.1.311.21.8.1"), integer(100))],
  "MS application policies (ESC15)": [
    "1.3.6.1.4.1.311.21.10",
    sequence(sequence(objectIdentifier("1.3.6.1.5.5.7.3.2"))),
  ],
  "MS SID (strong mapping)": [
    "1.3.6.1.4.1.311.25.2",
    sequence(
      constructed(0, objectIdentifier("1.3.6.1.4.1.311.25.2.1"), constructed(0, octetString(latin1("S-1-5-21-1-500")))),
    ),
  ],
  "MS CA version": ["1.3.6.1.4.1.311.21.1", integer(0)],
  "Netscape certificate type": ["2.16.840.1.113730.1.1", fromHex("030200ff")],
  "Netscape comment": ["2.16.840.1.113730.1.13", tlv(0x16, latin1("OpenSSL Generated"))],
  "S/MIME capabilities": ["1.2.840.113549.1.9.15", sequence(sequence(objectIdentifier("2.16.840.1.101.3.4.1.42")))],
  proxyCertInfo: ["1.3.6.1.5.5.7.1.14", sequence(sequence(objectIdentifier("1.3.6.1.5.5.7.21.1")))],
  logotype: ["1.3.6.1.5.5.7.1.12", sequence()],
  "qualified statements": ["1.3.6.1.5.5.7.1.3", sequence(sequence(objectIdentifier("0.4.0.1862.1.1")))],
  "private number": ["1.3.6.1.4.1.99999.1", octetString(of(1, 2, 3))],
  "bytes that are no DER": ["1.3.6.1.4.1.99999.2", of(0xff, 0xff, 0xff)],
  "an empty value": ["1.3.6.1.4.1.99999.3", of()],
  "20 kB": ["1.3.6.1.4.1.99999.4", octetString(new Uint8Array(20_000))],
};
const foreignCases = Object.entries(foreign).flatMap(([name, [oid, value]]): Named[] => [
  ignore(name, ext(oid, value)),
  refuse(`${name}, critical`, ext(oid, value, true)),
  ignore(`${name}, beside ours`, goodSan, ext(oid, value)),
]);

const purposes: Readonly<Record<string, string>> = {
  any: "2.5.29.37.0",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  emailProtection: "1.3.6.1.5.5.7.3.4",
  ipsecEndSystem: "1.3.6.1.5.5.7.3.5",
  ipsecTunnel: "1.3.6.1.5.5.7.3.6",
  ipsecUser: "1.3.6.1.5.5.7.3.7",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  OCSPSigning: "1.3.6.1.5.5.7.3.9",
  cmcCA: "1.3.6.1.5.5.7.3.27",
  cmcRA: "1.3.6.1.5.5.7.3.28",
  cmcArchive: "1.3.6.1.5.5.7.3.29",
  ipsecIKE: "1.3.6.1.5.5.7.3.17",
  sshClient: "1.3.6.1.5.5.7.3.21",
  documentSigning: "1.3.6.1.5.5.7.3.36",
  "MS smart card": "1.3.6.1.4.1.311.20.2.2",
  "MS enrolment agent": "1.3.6.1.4.1.311.20.2.1",
  "MS code signing": "1.3.6.1.4.1.311.2.1.22",
  "MS file encryption": "1.3.6.1.4.1.311.10.3.4",
  "MS key recovery": "1.3.6.1.4.1.311.21.6",
  "Netscape SGC": "2.16.840.1.113730.4.1",
  "PKINIT client": "1.3.6.1.5.2.3.4",
  "PKINIT KDC": "1.3.6.1.5.2.3.5",
  unknown: "1.2.3.4.5",
};
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

const names: Readonly<Record<string, Uint8Array>> = {
  "otherName UPN": constructed(
    0,
    objectIdentifier("1.3.6.1.4.1.311.20.2.3"),
    constructed(0, utf8String("admin@works.example")),
  ),
  "otherName Kerberos": constructed(0, objectIdentifier("1.3.6.1.5.2.2"), constructed(0, sequence())),
  "otherName SRV": constructed(
    0,
    objectIdentifier("1.3.6.1.5.5.7.8.7"),
    constructed(0, tlv(0x16, latin1("_mqtt.example"))),
  ),
  "hardware module of others": constructed(
    0,
    objectIdentifier(oids.hardwareModuleName),
    constructed(0, sequence(objectIdentifier("1.2.3"), octetString(of(1)))),
  ),
  "hardware module without number": constructed(
    0,
    objectIdentifier(oids.hardwareModuleName),
    constructed(0, sequence(objectIdentifier("1.2.3"))),
  ),
  permanentIdentifier: constructed(0, objectIdentifier("1.3.6.1.5.5.7.8.3"), constructed(0, sequence(utf8String("x")))),
  rfc822Name: primitive(1, latin1("admin@works.example")),
  dNSName: primitive(2, latin1("other.example")),
  x400Address: constructed(3, sequence()),
  directoryName: constructed(4, goodSubject),
  ediPartyName: constructed(5, constructed(1, utf8String("x"))),
  uniformResourceIdentifier: primitive(6, latin1("urn:other")),
  iPAddress: primitive(7, of(127, 0, 0, 1)),
  registeredID: primitive(8, of(0x2a, 3)),
  "kind 9": primitive(9, of(1)),
  "a UTF8String": utf8String("pump-017"),
};
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
