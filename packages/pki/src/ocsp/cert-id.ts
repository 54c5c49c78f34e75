import { hash } from "node:crypto";

import { assertAlgorithmForm } from "../der/common-forms.ts";
import {
  assertAtEnd,
  contentOf,
  derOf,
  openElement,
  readObjectIdentifier,
  readUnsigned,
  take,
  takeOptional,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { tags } from "../der/tag.ts";
import { nullValue, objectIdentifier, octetString, sequence, unsignedInteger } from "../der/write.ts";
import { PkiError } from "../error.ts";
import { equalBytes } from "../hex.ts";
import { keyBitsOf } from "../key-identifier.ts";
import { oids } from "../oids.ts";

/** SHA-1 is what every client sends (protocols.md 2.2), SHA-256 what RFC 9919 wants. Both only name the issuer. */
export type CertIdHash = "sha1" | "sha256";

const hashByOid: ReadonlyMap<string, CertIdHash> = new Map([
  [oids.sha1, "sha1"],
  [oids.sha256, "sha256"],
]);

/** CertID of RFC 6960 4.1.1. */
export type CertId = {
  /** As it was sent: an answer repeats it byte for byte, whichever way its parameters were written. */
  der: Uint8Array;
  /** Null for a digest that we do not answer. */
  hash: CertIdHash | null;
  issuerNameHash: Uint8Array;
  issuerKeyHash: Uint8Array;
  /** Unsigned, without the sign octet. */
  serialNumber: Uint8Array;
};

/** What CertIDs say about one issuer, computed once per authority. */
export type CertIdIssuer = Readonly<Record<CertIdHash, { nameHash: Uint8Array; keyHash: Uint8Array }>>;

/** Hashes of the issuer's name and of its key bits, RFC 6960 4.1.1. @throws PkiError `der-invalid` for a bad key */
export function createCertIdIssuer(issuer: { subjectDer: Uint8Array; spkiDer: Uint8Array }): CertIdIssuer {
  const keyBits = keyBitsOf(issuer.spkiDer);
  const hashes = (name: CertIdHash) => ({
    nameHash: new Uint8Array(hash(name, issuer.subjectDer, "buffer")),
    keyHash: new Uint8Array(hash(name, keyBits, "buffer")),
  });
  return { sha1: hashes("sha1"), sha256: hashes("sha256") };
}

const algorithms: Readonly<Record<CertIdHash, Uint8Array>> = {
  sha1: sequence(objectIdentifier(oids.sha1), nullValue),
  sha256: sequence(objectIdentifier(oids.sha256), nullValue),
};

/** The CertID with which a client asks for one certificate of this issuer. */
export function buildCertId(input: { issuer: CertIdIssuer; serialNumber: Uint8Array; hash: CertIdHash }): CertId {
  const { issuer, serialNumber } = input;
  const { nameHash, keyHash } = issuer[input.hash];
  const der = sequence(
    algorithms[input.hash],
    octetString(nameHash),
    octetString(keyHash),
    unsignedInteger(serialNumber),
  );
  return { der, hash: input.hash, issuerNameHash: nameHash, issuerKeyHash: keyHash, serialNumber };
}

/**
 * Reads a CertID. Digests that we do not know are read too, because the answer to them is a status of its own
 * (protocols.md O3) and not a complaint about the form.
 * @throws PkiError `der-invalid`
 */
export function readCertId(element: Element): CertId {
  const fields = openElement(element);
  const hashName = readHash(take(fields, tags.sequence, "the digest algorithm"));
  const issuerNameHash = contentOf(take(fields, tags.octetString, "issuerNameHash"));
  const issuerKeyHash = contentOf(take(fields, tags.octetString, "issuerKeyHash"));
  const serialNumber = readUnsigned(take(fields, tags.integer, "the serial number"), "the serial number");
  assertAtEnd(fields, "a CertID");
  const size = hashName === null ? null : hashName === "sha1" ? 20 : 32;
  if (size !== null && (issuerNameHash.length !== size || issuerKeyHash.length !== size))
    throw new PkiError("der-invalid", "a hash of a CertID is not of its algorithm's length");
  if (serialNumber.length > 20) throw new PkiError("der-invalid", "the serial number of a CertID is too long");
  return { der: derOf(element), hash: hashName, issuerNameHash, issuerKeyHash, serialNumber };
}

/** NULL or no parameters: RFC 5754 2 wants both to be accepted. */
function readHash(algorithm: Element): CertIdHash | null {
  assertAlgorithmForm(algorithm, "the digest algorithm");
  const fields = openElement(algorithm);
  const oid = readObjectIdentifier(take(fields, tags.objectIdentifier, "the digest algorithm"), "the digest algorithm");
  const name = hashByOid.get(oid) ?? null;
  if (name === null) return null;
  takeOptional(fields, tags.null, "the digest parameters");
  assertAtEnd(fields, "the digest algorithm");
  return name;
}

/** True if the CertID names this issuer, by name and key. False for digests that we do not answer. */
export function isOfIssuer(certId: CertId, issuer: CertIdIssuer): boolean {
  if (certId.hash === null) return false;
  const { nameHash, keyHash } = issuer[certId.hash];
  return equalBytes(certId.issuerKeyHash, keyHash) && equalBytes(certId.issuerNameHash, nameHash);
}
