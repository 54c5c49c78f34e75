import { parseAuthorityKeyIdentifier, parseCrlDistributionPoints } from "../certificate/extensions.ts";
import { checkStrictDer } from "../der/gate.ts";
import { contentOf, derOf, readOnly, readSmallInteger, readTime, readUnsigned } from "../der/read.ts";
import { tags } from "../der/tag.ts";
import { asFault, PkiError } from "../error.ts";
import { assertNoDuplicates, findExtension } from "../extension.ts";
import type { Extension } from "../extension.ts";
import { equalBytes } from "../hex.ts";
import { parseName } from "../name.ts";
import type { DistinguishedName } from "../name.ts";
import { oids } from "../oids.ts";
import { indexEntries } from "./entry-index.ts";
import type { EntryIndex } from "./entry-index.ts";
import type { CrlEntry } from "./entry.ts";
import { parseCrlNumber, parseIssuingDistributionPoint } from "./extensions.ts";
import type { ParsedDistributionPoint } from "./extensions.ts";
import { listEntryFields, readCrlFields, readEntryExtensions } from "./fields.ts";
import type { CrlEntryFields } from "./fields.ts";

/** A CRL of RFC 5280 section 5. Byte fields are views into `der`. */
export type ParsedCrl = {
  der: Uint8Array;
  tbsDer: Uint8Array;
  issuer: DistinguishedName;
  issuerDer: Uint8Array;
  number: bigint | null;
  thisUpdate: Date;
  nextUpdate: Date;
  entryCount: number;
  authorityKeyIdentifier: Uint8Array | null;
  /** Present when the list is about a part of the certificates only. */
  issuingDistributionPoint: ParsedDistributionPoint | null;
  /** BaseCRLNumber of a delta; null for a full list. */
  baseNumber: bigint | null;
  freshestCrlUrls: string[];
  extensions: Extension[];
  /** The entry of this serial number (without sign octet), or null. */
  findEntry(serialNumber: Uint8Array): CrlEntry | null;
  entries(): Iterable<CrlEntry>;
  signatureAlgorithmDer: Uint8Array;
  signature: Uint8Array;
};

/**
 * Reads a v2 CRL, full or delta; every entry is read once, so a bad one is found now and not when it is looked up. A list
 * without nextUpdate is refused: readers that accept it have taken it for an empty one (house-style.md 4).
 * @throws PkiError `crl-malformed`
 */
export function parseCrl(der: Uint8Array): ParsedCrl {
  return asFault("crl-malformed", () => {
    const fields = readCrlFields(der);
    if (fields.version !== 1) throw new PkiError("crl-malformed", "the CRL is not version 2");
    if (fields.nextUpdate === null) throw new PkiError("crl-malformed", "the CRL has no nextUpdate");
    if (!equalBytes(fields.innerAlgorithmDer, fields.outerAlgorithmDer))
      throw new PkiError("crl-malformed", "the signature algorithms inside and outside differ");
    assertNoDuplicates(fields.extensions);
    const { revokedCertificates } = fields;
    if (revokedCertificates !== null && contentOf(revokedCertificates).length === 0)
      throw new PkiError("crl-malformed", "the list of revoked certificates is present but empty");
    const index = indexEntries(revokedCertificates, readEntry);
    return {
      der,
      tbsDer: fields.tbsDer,
      issuer: parseName(fields.issuerDer),
      issuerDer: fields.issuerDer,
      number: readNumber(fields.extensions),
      thisUpdate: readTime(fields.thisUpdate, "thisUpdate"),
      nextUpdate: readTime(fields.nextUpdate, "nextUpdate"),
      entryCount: index.count,
      authorityKeyIdentifier: readAuthorityKeyIdentifier(fields.extensions),
      extensions: fields.extensions,
      ...readScope(fields.extensions),
      findEntry: (serialNumber) => findIn(index, serialNumber),
      entries: () => readAll(listEntryFields(revokedCertificates)),
      signatureAlgorithmDer: fields.outerAlgorithmDer,
      signature: fields.signature,
    };
  });
}

function findIn(index: EntryIndex, serialNumber: Uint8Array): CrlEntry | null {
  const entry = index.find(serialNumber);
  return entry && readEntry(entry);
}

function* readAll(entries: Iterable<CrlEntryFields>): Generator<CrlEntry> {
  for (const entry of entries) yield readEntry(entry);
}

/** A critical extension that we do not know changes what the entry means (RFC 5280 5.3), so the list is refused. */
function readEntry(entry: CrlEntryFields): CrlEntry {
  const serialNumber = readUnsigned(entry.serialNumber, "the serial number of an entry");
  const revocationDate = readTime(entry.revocationDate, "the date of an entry");
  if (entry.extensions === null) return { serialNumber, revocationDate, reasonCode: null };
  return { serialNumber, revocationDate, ...readExtensionsOf(derOf(entry.extensions), entry) };
}

/** `30 0c 30 0a 06 03 55 1d 15 04 03 0a 01 RR`: what almost every entry of almost every CRL has. */
const plainReason = Uint8Array.of(0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01);

function readExtensionsOf(
  extensionsDer: Uint8Array,
  entry: CrlEntryFields,
): Pick<CrlEntry, "reasonCode" | "invalidityDate"> {
  if (extensionsDer.length === 14 && plainReason.every((byte, at) => extensionsDer[at] === byte))
    return { reasonCode: extensionsDer[13] ?? null };
  const extensions = readEntryExtensions(entry.extensions);
  if (extensions.length === 0) throw new PkiError("crl-malformed", "the extensions of an entry are present but empty");
  assertNoDuplicates(extensions);
  const critical = extensions.find(
    ({ oid, critical: isCritical }) => isCritical && oid !== oids.cRLReason && oid !== oids.invalidityDate,
  );
  if (critical) throw new PkiError("crl-malformed", `an entry has the unknown critical extension ${critical.oid}`);
  const reason = findExtension(extensions, oids.cRLReason);
  const invalidity = findExtension(extensions, oids.invalidityDate);
  return {
    reasonCode: reason && readSmallInteger(readOnly(reason.valueDer, tags.enumerated, "a reason"), "a reason"),
    ...(invalidity ? { invalidityDate: readInvalidityDate(invalidity.valueDer) } : {}),
  };
}

/** RFC 5280 5.3.2: always a GeneralizedTime. */
function readInvalidityDate(valueDer: Uint8Array): Date {
  return readTime(readOnly(valueDer, tags.generalizedTime, "an invalidity date"), "an invalidity date");
}

function readNumber(extensions: readonly Extension[]): bigint | null {
  const extension = findExtension(extensions, oids.cRLNumber);
  return extension && parseCrlNumber(extension.valueDer, "the CRL number");
}

function readScope(
  extensions: readonly Extension[],
): Pick<ParsedCrl, "issuingDistributionPoint" | "baseNumber" | "freshestCrlUrls"> {
  const read = <T>(oid: string, parse: (valueDer: Uint8Array) => T): T | null => {
    const extension = findExtension(extensions, oid);
    if (extension === null) return null;
    checkStrictDer(extension.valueDer);
    return parse(extension.valueDer);
  };
  return {
    issuingDistributionPoint: read(oids.issuingDistributionPoint, parseIssuingDistributionPoint),
    baseNumber: read(oids.deltaCRLIndicator, (valueDer) => parseCrlNumber(valueDer, "the base number")),
    freshestCrlUrls: read(oids.freshestCRL, parseCrlDistributionPoints) ?? [],
  };
}

function readAuthorityKeyIdentifier(extensions: readonly Extension[]): Uint8Array | null {
  const extension = findExtension(extensions, oids.authorityKeyIdentifier);
  if (extension === null) return null;
  checkStrictDer(extension.valueDer);
  return parseAuthorityKeyIdentifier(extension.valueDer);
}

export { verifyCrl } from "./verify.ts";
