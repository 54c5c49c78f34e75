import { encodeAuthorityKeyIdentifier } from "../certificate/extensions.ts";
import { signTbs } from "../certificate/sign.ts";
import type { IssuerFacts } from "../certificate/template.ts";
import { tags } from "../der/tag.ts";
import { constructed, integer, lengthOctets, putHeader, sequence, time } from "../der/write.ts";
import { PkiError } from "../error.ts";
import { encodeExtension } from "../extension.ts";
import { oids } from "../oids.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import type { Signer } from "../signer.ts";
import { findCrlReason } from "./reason.ts";

/** `reasonCode` null and 0 mean unspecified, which is written by leaving the reason out (RFC 5280 5.3.1). */
export type CrlEntry = { serialNumber: Uint8Array; revocationDate: Date; reasonCode: number | null };

export type CrlContent = {
  issuer: IssuerFacts;
  /** cRLNumber: rises with every list of this issuer, at most 20 octets. */
  number: bigint;
  thisUpdate: Date;
  nextUpdate: Date;
  entries: readonly CrlEntry[] | Iterable<CrlEntry>;
  /** Only a hint for the first size of the buffer. */
  entryCount?: number;
};

/**
 * A full v2 CRL of one issuer (RFC 5280 section 5), signed and checked. 100,000 entries take well below a second.
 * @throws PkiError as `buildTbsCrl` and `signTbs`; `signer-mismatch` when the signer is not of the issuer's algorithm
 */
export function buildCrl(input: CrlContent & { signer: Signer }): Uint8Array {
  if (input.signer.algorithm !== input.issuer.algorithm)
    throw new PkiError("signer-mismatch", "the signer is not of the issuer's key algorithm");
  return signTbs(buildTbsCrl(input), input.signer);
}

/**
 * TBSCertList: revokedCertificates is absent when there is none, entry extensions when there is no reason; neither is
 * ever empty. Extensions are authorityKeyIdentifier and cRLNumber.
 * @throws PkiError `template-invalid`, `validity-invalid`
 */
export function buildTbsCrl(content: CrlContent): Uint8Array {
  const { issuer, number, thisUpdate, nextUpdate, entries, entryCount = 0 } = content;
  if (number < 0n || number >= 1n << 159n) refuse("the CRL number must be from 0 and fit 20 octets");
  if (nextUpdate.getTime() <= thisUpdate.getTime()) refuse("nextUpdate must be after thisUpdate");
  const head = [
    integer(1),
    signatureAlgorithmDer(issuer.algorithm),
    issuer.subjectDer,
    time(thisUpdate),
    time(nextUpdate),
  ];
  const list = encodeEntries(entries, entryCount);
  const extensions = constructed(
    0,
    sequence(
      encodeExtension(oids.authorityKeyIdentifier, false, encodeAuthorityKeyIdentifier(issuer.subjectKeyIdentifier)),
      encodeExtension(oids.cRLNumber, false, integer(number)),
    ),
  );
  if (list.length === 0) return sequence(...head, extensions);
  const listHeader = new Uint8Array(1 + lengthOctets(list.length));
  putHeader(listHeader, 0, tags.sequence, list.length);
  return sequence(...head, listHeader, list, extensions);
}

function refuse(detail: string): never {
  throw new PkiError("template-invalid", detail);
}

/** Header, serial number of 20 octets with sign octet, GeneralizedTime, reason: no entry is longer. */
const maxEntryBytes = 2 + 23 + 17 + 14;
const reasonTemplate = sequence(encodeExtension(oids.cRLReason, false, Uint8Array.of(tags.enumerated, 1, 0)));
const reasonAt = reasonTemplate.length - 1;

/** The entries back to back, written into one growing buffer; nothing is allocated per entry but its time. */
function encodeEntries(entries: Iterable<CrlEntry>, entryCount: number): Uint8Array {
  let buffer = new Uint8Array(Math.max(1024, entryCount * 50 + maxEntryBytes));
  let offset = 0;
  const putTime = createTimeWriter();
  for (const entry of entries) {
    if (offset + maxEntryBytes > buffer.length) {
      const larger = new Uint8Array(buffer.length * 2);
      larger.set(buffer);
      buffer = larger;
    }
    offset = putEntry(buffer, offset, entry, putTime);
  }
  return buffer.subarray(0, offset);
}

type TimeWriter = (target: Uint8Array, offset: number, date: Date) => number;

function putEntry(target: Uint8Array, start: number, entry: CrlEntry, putTime: TimeWriter): number {
  const { serialNumber, revocationDate, reasonCode } = entry;
  const first = serialNumber[0] ?? 0;
  const hasSign = first >= 0x80;
  if (serialNumber.length + (hasSign ? 1 : 0) > 20 || first === 0)
    refuse("the serial number of an entry must be positive, without leading zeroes, and at most 20 octets");
  let at = start + 2; // an entry is shorter than 128 octets, so its header has two
  at = putHeader(target, at, tags.integer, serialNumber.length + (hasSign ? 1 : 0));
  if (hasSign) target[at++] = 0;
  target.set(serialNumber, at);
  at = putTime(target, at + serialNumber.length, revocationDate);
  if (reasonCode !== null && reasonCode !== 0) {
    if (findCrlReason(reasonCode) === null) refuse(`reason code ${reasonCode} does not belong on a full CRL`);
    target.set(reasonTemplate, at);
    target[at + reasonAt] = reasonCode;
    at += reasonTemplate.length;
  }
  putHeader(target, start, tags.sequence, at - start - 2);
  return at;
}

/** Writes the time of an entry; the encoding of a day is kept, since entries of one day come together. */
function createTimeWriter(): TimeWriter {
  const daySeconds = 86_400;
  let day = Number.NaN;
  let midnight = new Uint8Array(0);
  return (target, offset, date) => {
    const milliseconds = date.getTime();
    const seconds = milliseconds / 1000;
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
