import { encodeAuthorityKeyIdentifier } from "../certificate/extensions.ts";
import { signTbs } from "../certificate/sign.ts";
import type { IssuerFacts } from "../certificate/template.ts";
import { constructed, integer, sequence, time } from "../der/write.ts";
import { PkiError } from "../error.ts";
import { encodeExtension } from "../extension.ts";
import { oids } from "../oids.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import type { AnySigner } from "../signer.ts";
import { createEntryWriter, encodeListHeader, maxEntryBytes } from "./entry.ts";
import type { CrlEntry } from "./entry.ts";
import { encodeDeltaIndicator, encodeFreshestCrl, encodeIssuingDistributionPoint } from "./extensions.ts";
import type { IssuingDistributionPoint } from "./extensions.ts";

export type { CrlEntry } from "./entry.ts";
export type { IssuingDistributionPoint } from "./extensions.ts";

/** Everything of a CRL but its entries. */
export type CrlHead = {
  issuer: IssuerFacts;
  /** cRLNumber: rises with every list of this issuer and scope, at most 20 octets. */
  number: bigint;
  thisUpdate: Date;
  nextUpdate: Date;
  /** For a list of a part of the certificates (a shard); absent for a list of all. */
  issuingDistributionPoint?: IssuingDistributionPoint | null;
  /** Makes it a delta: only what changed since the full list of this number (RFC 5280 5.2.4). */
  baseNumber?: bigint | null;
  /** Where the deltas of this full list are (5.2.6). */
  freshestCrlUrl?: string | null;
};

export type CrlContent = CrlHead & {
  entries: readonly CrlEntry[] | Iterable<CrlEntry>;
  /** Only a hint for the first size of the buffer. */
  entryCount?: number;
};

/**
 * A v2 CRL of one issuer (RFC 5280 section 5), signed and checked. 100,000 entries take well below a second; a million
 * is better written by `writeCrl`, which does not hold them all.
 * @throws PkiError as `buildTbsCrl` and `signTbs`; `signer-mismatch` when the signer is not of the issuer's algorithm
 */
export function buildCrl(input: CrlContent & { signer: AnySigner }): Uint8Array {
  assertSignerFits(input.signer, input.issuer);
  return signTbs(buildTbsCrl(input), input.signer);
}

/**
 * TBSCertList: revokedCertificates is absent when there is none, entry extensions when there is no reason; neither is
 * ever empty. Extensions are authorityKeyIdentifier and cRLNumber, and those that shards and deltas need.
 * @throws PkiError `template-invalid`, `validity-invalid`
 */
export function buildTbsCrl(content: CrlContent): Uint8Array {
  const { entries, entryCount = 0, baseNumber } = content;
  const { head, tail } = encodeCrlFrame(content);
  const list = encodeEntries(entries, entryCount, (baseNumber ?? null) !== null);
  return sequence(head, encodeListHeader(list.length), list, tail);
}

/** The algorithm stands in the signed content too (5.1.2.2). @throws PkiError `signer-mismatch` */
export function assertSignerFits(signer: Pick<AnySigner, "algorithm" | "pssScheme">, issuer: IssuerFacts): void {
  if (signer.algorithm !== issuer.algorithm || signer.pssScheme !== issuer.pssScheme)
    throw new PkiError("signer-mismatch", "the signer is not of the issuer's key algorithm");
}

function refuse(detail: string): never {
  throw new PkiError("template-invalid", detail);
}

/** What stands before and behind the entries. @throws PkiError as `buildTbsCrl` */
export function encodeCrlFrame(content: CrlHead): { head: Uint8Array; tail: Uint8Array } {
  const { issuer, thisUpdate, nextUpdate } = content;
  if (nextUpdate.getTime() <= thisUpdate.getTime()) refuse("nextUpdate must be after thisUpdate");
  const fields = sequence(
    integer(1),
    signatureAlgorithmDer(issuer.algorithm, issuer.pssScheme),
    issuer.subjectDer,
    time(thisUpdate),
    time(nextUpdate),
  );
  const tail = constructed(0, sequence(...encodeExtensions(content)));
  return { head: withoutHeader(fields), tail };
}

/** The content of a SEQUENCE that was just written. */
function withoutHeader(der: Uint8Array): Uint8Array {
  return der.subarray((der[1] ?? 0) < 0x80 ? 2 : 2 + ((der[1] ?? 0) & 0x7f));
}

function encodeExtensions(content: CrlHead): Uint8Array[] {
  const { issuer, number } = content;
  const { issuingDistributionPoint = null, baseNumber = null, freshestCrlUrl = null } = content;
  assertNumber(number);
  if (baseNumber !== null) assertNumber(baseNumber);
  if (baseNumber !== null && baseNumber >= number) refuse("a delta must have a higher number than its base");
  if (baseNumber !== null && freshestCrlUrl !== null) refuse("a delta has no deltas of its own");
  return [
    encodeExtension(oids.authorityKeyIdentifier, false, encodeAuthorityKeyIdentifier(issuer.subjectKeyIdentifier)),
    encodeExtension(oids.cRLNumber, false, integer(number)),
    ...(baseNumber === null ? [] : [encodeDeltaIndicator(baseNumber)]),
    ...(issuingDistributionPoint === null ? [] : [encodeIssuingDistributionPoint(issuingDistributionPoint)]),
    ...(freshestCrlUrl === null ? [] : [encodeFreshestCrl(freshestCrlUrl)]),
  ];
}

function assertNumber(number: bigint): void {
  if (number < 0n || number >= 1n << 159n) refuse("the CRL number must be from 0 and fit 20 octets");
}

/** The entries back to back, written into one growing buffer. */
function encodeEntries(entries: Iterable<CrlEntry>, entryCount: number, isDelta: boolean): Uint8Array {
  let buffer = new Uint8Array(Math.max(1024, entryCount * 50 + maxEntryBytes));
  let offset = 0;
  const putEntry = createEntryWriter({ isDelta });
  for (const entry of entries) {
    if (offset + maxEntryBytes > buffer.length) {
      const larger = new Uint8Array(buffer.length * 2);
      larger.set(buffer);
      buffer = larger;
    }
    offset = putEntry(buffer, offset, entry);
  }
  return buffer.subarray(0, offset);
}
