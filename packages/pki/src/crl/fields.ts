import { readWrapped } from "../certificate/fields.ts";
import { assertAlgorithmForm } from "../der/common-forms.ts";
import { checkStrictDer } from "../der/gate.ts";
import {
  assertAtEnd,
  derOf,
  isAtEnd,
  openElement,
  readBitStringOctets,
  readOnly,
  readSmallInteger,
  take,
  takeAny,
  takeOptional,
} from "../der/read.ts";
import type { Cursor, Element } from "../der/read.ts";
import { constructedTag, tags } from "../der/tag.ts";
import { PkiError } from "../error.ts";
import { readExtensions } from "../extension.ts";
import type { Extension } from "../extension.ts";

/** Room for about five million entries. */
const maxCrlBytes = 256 * 1024 * 1024;

/** A CertificateList taken apart without judging it: what both `parseCrl` and the lint rules look at. */
export type CrlFields = {
  der: Uint8Array;
  tbsDer: Uint8Array;
  /** 0 for v1 (absent), 1 for v2 */
  version: number;
  innerAlgorithmDer: Uint8Array;
  issuerDer: Uint8Array;
  thisUpdate: Element;
  nextUpdate: Element | null;
  /** The revokedCertificates SEQUENCE, its entries not yet read. */
  revokedCertificates: Element | null;
  extensions: Extension[];
  outerAlgorithmDer: Uint8Array;
  signature: Uint8Array;
};

export type CrlEntryFields = { serialNumber: Element; revocationDate: Element; extensions: Element | null };

/**
 * Structure of RFC 5280 5.1. CRLs outgrow the limits of the strict DER gate, so everything but the list of entries goes
 * through the gate, and each entry is read strictly when its turn comes.
 * @throws PkiError `der-invalid`
 */
export function readCrlFields(der: Uint8Array): CrlFields {
  if (der.length > maxCrlBytes) throw new PkiError("der-invalid", "the CRL is too large");
  const outer = openElement(readOnly(der, tags.sequence, "the CRL"));
  const tbs = take(outer, tags.sequence, "the signed part");
  const outerAlgorithm = take(outer, tags.sequence, "the signature algorithm");
  const signature = readBitStringOctets(take(outer, tags.bitString, "the signature"), "the signature");
  assertAtEnd(outer, "the CRL");

  const fields = openElement(tbs);
  const version = takeOptional(fields, tags.integer, "the version");
  const innerAlgorithm = take(fields, tags.sequence, "the signature algorithm");
  const issuer = take(fields, tags.sequence, "the issuer");
  const thisUpdate = takeAny(fields, "thisUpdate");
  const nextUpdate = takeTime(fields);
  const revokedCertificates = takeOptional(fields, tags.sequence, "revokedCertificates");
  const extensions = takeOptional(fields, constructedTag(0), "the extensions");
  assertAtEnd(fields, "the signed part");
  for (const part of [version, innerAlgorithm, issuer, thisUpdate, nextUpdate, extensions, outerAlgorithm])
    if (part !== null) checkStrictDer(derOf(part));
  for (const algorithm of [innerAlgorithm, outerAlgorithm]) assertAlgorithmForm(algorithm, "the signature algorithm");

  return {
    der,
    tbsDer: derOf(tbs),
    version: version === null ? 0 : readSmallInteger(version, "the version"),
    innerAlgorithmDer: derOf(innerAlgorithm),
    issuerDer: derOf(issuer),
    thisUpdate,
    nextUpdate,
    revokedCertificates,
    extensions: readWrapped(extensions),
    outerAlgorithmDer: derOf(outerAlgorithm),
    signature,
  };
}

function takeTime(cursor: Cursor): Element | null {
  return takeOptional(cursor, tags.utcTime, "nextUpdate") ?? takeOptional(cursor, tags.generalizedTime, "nextUpdate");
}

/** The parts of one entry. @throws PkiError `der-invalid` */
export function readEntryFields(entry: Element): CrlEntryFields {
  if (entry.tag !== tags.sequence) throw new PkiError("der-invalid", "a CRL entry is not a SEQUENCE");
  const fields = openElement(entry);
  const serialNumber = take(fields, tags.integer, "the serial number of an entry");
  const revocationDate = takeAny(fields, "the date of an entry");
  const extensions = takeOptional(fields, tags.sequence, "the extensions of an entry");
  assertAtEnd(fields, "a CRL entry");
  return { serialNumber, revocationDate, extensions };
}

/** Entries one after the other, without holding more than one. */
export function* listEntryFields(revokedCertificates: Element | null): Generator<CrlEntryFields> {
  if (revokedCertificates === null) return;
  const cursor = openElement(revokedCertificates);
  while (!isAtEnd(cursor)) yield readEntryFields(takeAny(cursor, "a CRL entry"));
}

/** Extensions of an entry; empty when absent, and also when there is an (illegal) empty SEQUENCE. */
export function readEntryExtensions(extensions: Element | null): Extension[] {
  if (extensions === null) return [];
  checkStrictDer(derOf(extensions));
  return readExtensions(extensions);
}
