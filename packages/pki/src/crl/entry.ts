import { tags } from "../der/tag.ts";
import { generalizedTime, lengthOctets, putHeader, sequence, time } from "../der/write.ts";
import { PkiError } from "../error.ts";
import { encodeExtension } from "../extension.ts";
import { oids } from "../oids.ts";
import { findCrlReason, removeFromCRL } from "./reason.ts";

/** `reasonCode` null and 0 mean unspecified, which is written by leaving the reason out (RFC 5280 5.3.1). */
export type CrlEntry = {
  serialNumber: Uint8Array;
  revocationDate: Date;
  reasonCode: number | null;
  /** When the key is believed to have become bad, if that is earlier (RFC 5280 5.3.2). */
  invalidityDate?: Date;
};

/** Writes one entry at an offset and returns the offset behind it. The caller has made room for `maxEntryBytes`. */
export type EntryWriter = (target: Uint8Array, offset: number, entry: CrlEntry) => number;

const reasonTemplate = encodeExtension(oids.cRLReason, false, Uint8Array.of(tags.enumerated, 1, 0));
const plainReasonTemplate = sequence(reasonTemplate);
const invalidityTemplate = encodeExtension(oids.invalidityDate, false, generalizedTime(new Date(0)));
/** Content octets of an INTEGER of at most 20 octets with its header. */
const maxSerialBytes = 2 + 20;
const maxTimeBytes = 2 + 15;

/** No entry is longer, and so none needs a long length field. */
export const maxEntryBytes = 2 + maxSerialBytes + maxTimeBytes + 2 + reasonTemplate.length + invalidityTemplate.length;

function refuse(detail: string): never {
  throw new PkiError("template-invalid", detail);
}

function hasReason({ reasonCode }: CrlEntry): boolean {
  return reasonCode !== null && reasonCode !== 0;
}

/** Octets that this entry takes, so that the length of a whole list can be known before it is written. */
export function entryLength(entry: CrlEntry): number {
  const { serialNumber, revocationDate, invalidityDate } = entry;
  const serial = 2 + serialNumber.length + ((serialNumber[0] ?? 0) >= 0x80 ? 1 : 0);
  const date = revocationDate.getUTCFullYear() < 2050 ? 15 : maxTimeBytes;
  const extensions =
    (hasReason(entry) ? reasonTemplate.length : 0) + (invalidityDate === undefined ? 0 : invalidityTemplate.length);
  return 2 + serial + date + (extensions === 0 ? 0 : 2 + extensions);
}

/** The sum of `entryLength`, for entries that can be walked twice. */
export function lengthOfEntries(entries: Iterable<CrlEntry>): number {
  let length = 0;
  for (const entry of entries) length += entryLength(entry);
  return length;
}

/**
 * A writer of entries in the order of RFC 5280 5.1: serial number, date, reason, invalidityDate. Nothing is allocated
 * per entry. `removeFromCRL` is a reason in delta CRLs only (5.3.1).
 * The writer throws PkiError `template-invalid` and `validity-invalid`.
 */
export function createEntryWriter({ isDelta }: { isDelta: boolean }): EntryWriter {
  const putTime = createTimeWriter();
  return (target, start, entry) => {
    const { serialNumber, revocationDate, reasonCode, invalidityDate } = entry;
    let at = putSerialNumber(target, start + 2, serialNumber);
    at = putTime(target, at, revocationDate);
    if (hasReason(entry)) assertReason(reasonCode ?? 0, isDelta);
    if (invalidityDate !== undefined) at = putExtensions(target, at, entry, invalidityDate);
    else if (hasReason(entry)) {
      target.set(plainReasonTemplate, at);
      at += plainReasonTemplate.length;
      target[at - 1] = reasonCode ?? 0;
    }
    putHeader(target, start, tags.sequence, at - start - 2);
    return at;
  };
}

function assertReason(reasonCode: number, isDelta: boolean): void {
  if (findCrlReason(reasonCode) !== null || (isDelta && reasonCode === removeFromCRL)) return;
  refuse(`reason code ${reasonCode} does not belong on a ${isDelta ? "delta" : "full"} CRL`);
}

function putSerialNumber(target: Uint8Array, start: number, serialNumber: Uint8Array): number {
  const first = serialNumber[0] ?? 0;
  const hasSign = first >= 0x80;
  const length = serialNumber.length + (hasSign ? 1 : 0);
  if (length > 20 || first === 0)
    refuse("the serial number of an entry must be positive, without leading zeroes, and at most 20 octets");
  let at = putHeader(target, start, tags.integer, length);
  if (hasSign) target[at++] = 0;
  target.set(serialNumber, at);
  return at + serialNumber.length;
}

function putExtensions(target: Uint8Array, start: number, entry: CrlEntry, invalidityDate: Date): number {
  const length = (hasReason(entry) ? reasonTemplate.length : 0) + invalidityTemplate.length;
  let at = putHeader(target, start, tags.sequence, length);
  if (hasReason(entry)) {
    target.set(reasonTemplate, at);
    at += reasonTemplate.length;
    target[at - 1] = entry.reasonCode ?? 0;
  }
  target.set(encodeExtension(oids.invalidityDate, false, generalizedTime(invalidityDate)), at);
  return at + invalidityTemplate.length;
}

/** Writes the date of an entry; the encoding of a day is kept, since entries of one day come together. */
function createTimeWriter(): (target: Uint8Array, offset: number, date: Date) => number {
  const daySeconds = 86_400;
  let day = Number.NaN;
  let midnight = new Uint8Array(0);
  return (target, offset, date) => {
    const seconds = date.getTime() / 1000;
    if (!Number.isInteger(seconds))
      throw new PkiError("validity-invalid", "the revocation date of an entry must be a whole second");
    const entryDay = Math.floor(seconds / daySeconds);
    if (entryDay !== day) {
      midnight = new Uint8Array(time(new Date(entryDay * daySeconds * 1000)));
      day = entryDay;
    }
    target.set(midnight, offset);
    const second = seconds - entryDay * daySeconds;
    const clock = offset + midnight.length - 7;
    putTwoDigits(target, clock, Math.floor(second / 3600));
    putTwoDigits(target, clock + 2, Math.floor(second / 60) % 60);
    putTwoDigits(target, clock + 4, second % 60);
    return offset + midnight.length;
  };
}

function putTwoDigits(target: Uint8Array, offset: number, value: number): void {
  target[offset] = 48 + Math.floor(value / 10);
  target[offset + 1] = 48 + (value % 10);
}

/** The header of revokedCertificates for entries of this length in all; nothing when there is none (5.1.2.6). */
export function encodeListHeader(entriesLength: number): Uint8Array {
  if (entriesLength === 0) return new Uint8Array();
  const header = new Uint8Array(1 + lengthOctets(entriesLength));
  putHeader(header, 0, tags.sequence, entriesLength);
  return header;
}
