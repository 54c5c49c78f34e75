import {
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
import { fromHex } from "@fieldseal/pki/hex";
import { oids } from "@fieldseal/pki/oids";

import { goodSubject, latin1 } from "./build.ts";

const of = (...octets: number[]) => Uint8Array.from(octets);

/** Extensions that we do not grant: ignored, and refused when the request insists. */
export const foreign: Readonly<Record<string, [oid: string, value: Uint8Array]>> = {
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
/** Key purposes beyond the profile. */
export const purposes: Readonly<Record<string, string>> = {
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

/** Alternative names of every kind, none of them ours. */
export const names: Readonly<Record<string, Uint8Array>> = {
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
