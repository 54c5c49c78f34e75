import { isAtEnd, openElement, readElement, readUnsigned, takeAny } from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { readEntryFields } from "./fields.ts";
import type { CrlEntryFields } from "./fields.ts";

/** Where the entries of a list are: four octets per entry instead of an object. */
export type EntryIndex = {
  count: number;
  /** The entry of this serial number (without sign octet), or null. */
  find(serialNumber: Uint8Array): CrlEntryFields | null;
};

/**
 * Walks a list once, lets `check` look at each entry, and remembers where they are. A list that is sorted by serial
 * number, as ours are, is searched by halving; any other is walked.
 * @throws PkiError `der-invalid`, and what `check` throws
 */
export function indexEntries(revokedCertificates: Element | null, check: (entry: CrlEntryFields) => void): EntryIndex {
  if (revokedCertificates === null) return { count: 0, find: () => null };
  const { bytes, end } = revokedCertificates;
  let offsets = new Uint32Array(1024);
  let count = 0;
  let isSorted = true;
  let before = new Uint8Array(0);
  const cursor = openElement(revokedCertificates);
  while (!isAtEnd(cursor)) {
    if (count === offsets.length) offsets = enlarge(offsets);
    offsets[count++] = cursor.offset;
    const entry = readEntryFields(takeAny(cursor, "a CRL entry"));
    check(entry);
    const serialNumber = serialNumberOf(entry);
    isSorted &&= compareNumbers(before, serialNumber) < 0;
    before = serialNumber;
  }
  const at = (index: number) => readEntryFields(readElement(bytes, offsets[index] ?? 0, end));
  const find = isSorted ? findByHalving : findByWalking;
  return { count, find: (serialNumber) => find(at, count, serialNumber) };
}

type ReadAt = (index: number) => CrlEntryFields;

function enlarge(offsets: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(offsets.length * 2);
  larger.set(offsets);
  return larger;
}

function serialNumberOf(entry: CrlEntryFields): Uint8Array<ArrayBuffer> {
  return readUnsigned(entry.serialNumber, "the serial number of an entry") as Uint8Array<ArrayBuffer>;
}

/** Order of unsigned numbers without leading zeroes. */
function compareNumbers(a: Uint8Array, b: Uint8Array): number {
  return a.length - b.length || Buffer.compare(a, b);
}

function findByHalving(readAt: ReadAt, count: number, serialNumber: Uint8Array): CrlEntryFields | null {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = readAt(middle);
    const order = compareNumbers(serialNumberOf(entry), serialNumber);
    if (order === 0) return entry;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return null;
}

function findByWalking(readAt: ReadAt, count: number, serialNumber: Uint8Array): CrlEntryFields | null {
  for (let index = 0; index < count; index++) {
    const entry = readAt(index);
    if (compareNumbers(serialNumberOf(entry), serialNumber) === 0) return entry;
  }
  return null;
}
