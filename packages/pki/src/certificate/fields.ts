import { assertAlgorithmForm, assertPublicKeyForm } from "../der/common-forms.ts";
import { checkStrictDer } from "../der/gate.ts";
import {
  assertAtEnd,
  contentOf,
  derOf,
  openElement,
  readBitStringOctets,
  readElement,
  readOnly,
  readSmallInteger,
  take,
  takeAny,
  takeOptional,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { constructedTag, primitiveTag, tags } from "../der/tag.ts";
import { PkiError } from "../error.ts";
import { readExtensions } from "../extension.ts";
import type { Extension } from "../extension.ts";

/** A Certificate taken apart without judging it: what both `parseCertificate` and the lint rules look at. */
export type CertificateFields = {
  der: Uint8Array;
  tbsDer: Uint8Array;
  /** 0, 1, 2 for v1, v2, v3 */
  version: number;
  serialNumber: Element;
  innerAlgorithmDer: Uint8Array;
  issuerDer: Uint8Array;
  notBefore: Element;
  notAfter: Element;
  subjectDer: Uint8Array;
  spkiDer: Uint8Array;
  hasUniqueIdentifier: boolean;
  extensions: Extension[];
  outerAlgorithmDer: Uint8Array;
  signature: Uint8Array;
};

/**
 * Structure of RFC 5280 4.1 after the strict DER gate, and nothing more.
 * @throws PkiError `der-invalid`
 */
export function readCertificateFields(der: Uint8Array): CertificateFields {
  checkStrictDer(der);
  const outer = openElement(readOnly(der, tags.sequence, "the certificate"));
  const tbs = take(outer, tags.sequence, "the signed part");
  const outerAlgorithm = take(outer, tags.sequence, "the signature algorithm");
  const signature = readBitStringOctets(take(outer, tags.bitString, "the signature"), "the signature");
  assertAtEnd(outer, "the certificate");

  const fields = openElement(tbs);
  const version = readVersion(takeOptional(fields, constructedTag(0), "the version"));
  const serialNumber = take(fields, tags.integer, "the serial number");
  const innerAlgorithm = take(fields, tags.sequence, "the signature algorithm");
  const issuer = take(fields, tags.sequence, "the issuer");
  const validity = openElement(take(fields, tags.sequence, "the validity"));
  const notBefore = takeAny(validity, "notBefore");
  const notAfter = takeAny(validity, "notAfter");
  assertAtEnd(validity, "the validity");
  const subject = take(fields, tags.sequence, "the subject");
  const spki = take(fields, tags.sequence, "the public key");
  const issuerUniqueId = takeOptional(fields, primitiveTag(1), "issuerUniqueID");
  const subjectUniqueId = takeOptional(fields, primitiveTag(2), "subjectUniqueID");
  for (const id of [issuerUniqueId, subjectUniqueId]) if (id !== null) assertBitString(id);
  const extensions = readWrapped(takeOptional(fields, constructedTag(3), "the extensions"));
  assertAtEnd(fields, "the signed part");
  assertPublicKeyForm(spki);
  for (const algorithm of [innerAlgorithm, outerAlgorithm]) assertAlgorithmForm(algorithm, "the signature algorithm");

  return {
    der,
    tbsDer: derOf(tbs),
    version,
    serialNumber,
    innerAlgorithmDer: derOf(innerAlgorithm),
    issuerDer: derOf(issuer),
    notBefore,
    notAfter,
    subjectDer: derOf(subject),
    spkiDer: derOf(spki),
    hasUniqueIdentifier: issuerUniqueId !== null || subjectUniqueId !== null,
    extensions,
    outerAlgorithmDer: derOf(outerAlgorithm),
    signature,
  };
}

/** The gate sees no type behind an implicit tag. */
function assertBitString(element: Element): void {
  const unused = contentOf(element)[0];
  if (unused === undefined || unused > 7) throw new PkiError("der-invalid", "a unique identifier is not a BIT STRING");
}

/** v1 is the default and must then be absent (X.690 11.5). */
function readVersion(wrapper: Element | null): number {
  if (wrapper === null) return 0;
  const fields = openElement(wrapper);
  const version = readSmallInteger(take(fields, tags.integer, "the version"), "the version");
  assertAtEnd(fields, "the version");
  if (version < 1 || version > 2) throw new PkiError("der-invalid", "unknown certificate version");
  return version;
}

/** Extensions inside their explicit tag; none when the field is absent. */
export function readWrapped(wrapper: Element | null): Extension[] {
  if (wrapper === null) return [];
  const inner = readElement(wrapper.bytes, wrapper.contentStart, wrapper.end);
  if (inner.end !== wrapper.end) throw new PkiError("der-invalid", "bytes after the extensions");
  return readExtensions(inner);
}
