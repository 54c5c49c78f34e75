import { tags } from "../der/tag.ts";
import { lengthOctets, putHeader, sequence } from "../der/write.ts";
import { PkiError } from "../error.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import type { StreamingSigner } from "../streaming-signer.ts";
import { assertSignerFits, encodeCrlFrame } from "./build.ts";
import type { CrlHead } from "./build.ts";
import { createEntryWriter, encodeListHeader, maxEntryBytes } from "./entry.ts";
import type { CrlEntry } from "./entry.ts";

export type CrlWriterInput = CrlHead & {
  /** Octets of all entries (`lengthOfEntries`): lengths stand before contents in DER, so they must be known first. */
  entriesLength: number;
  signer: StreamingSigner;
  /** Takes the list piece by piece; a piece is the sink's to keep. */
  sink: (chunk: Uint8Array) => void;
};

export type CrlWriter = {
  add(entry: CrlEntry): void;
  /**
   * Signs. The length of an ECDSA signature is known only now, so `header` must be written over the first octets of
   * what the sink got; it is as long as what stands there.
   */
  finish(): { header: Uint8Array; length: number };
};

const chunkBytes = 256 * 1024;
/** Lists up to this size are kept together until they are signed. */
const heldBytes = 1024 * 1024;

/**
 * Writes a CRL of any size with flat memory: what is signed goes through the hash and to the sink chunk by chunk
 * (performance.md 3). For sources that push, like a COPY stream; `writeCrl` walks an iterable.
 * @throws PkiError as `buildTbsCrl`; `signer-mismatch`; `template-invalid` from `finish` when the entries were not as
 *   long as was said, and what the sink got must be thrown away
 */
export function createCrlWriter(input: CrlWriterInput): CrlWriter {
  const { entriesLength, signer } = input;
  assertSignerFits(signer, input.issuer);
  const { head, tail } = encodeCrlFrame(input);
  const listHeader = encodeListHeader(entriesLength);
  const tbsLength = head.length + listHeader.length + entriesLength + tail.length;
  const algorithmDer = signatureAlgorithmDer(signer.algorithm, signer.pssScheme);
  const signature = signer.start();
  const output = createOutput(input.sink, tbsLength + algorithmDer.length, signer.signatureLengths);
  const emit = (chunk: Uint8Array) => {
    signature.update(chunk);
    output.write(chunk);
  };
  const isDelta = (input.baseNumber ?? null) !== null;
  const entries = createEntryBuffer(createEntryWriter({ isDelta }), emit);
  emit(encodeSequenceHeader(tbsLength));
  emit(head);
  emit(listHeader);
  return {
    add: (entry) => entries.add(entry),
    finish() {
      if (entries.finish() !== entriesLength)
        throw new PkiError("template-invalid", "the entries are not as long as was said");
      emit(tail);
      output.write(algorithmDer);
      return output.finish(encodeBitString(signature.sign()));
    },
  };
}

/** `createCrlWriter` for entries that can be walked. */
export function writeCrl(input: CrlWriterInput & { entries: Iterable<CrlEntry> }): {
  header: Uint8Array;
  length: number;
} {
  const writer = createCrlWriter(input);
  for (const entry of input.entries) writer.add(entry);
  return writer.finish();
}

/** Gathers entries into chunks; `finish` tells how long they were in all. */
function createEntryBuffer(putEntry: ReturnType<typeof createEntryWriter>, emit: (chunk: Uint8Array) => void) {
  let buffer = new Uint8Array(chunkBytes);
  let offset = 0;
  let length = 0;
  const flush = () => {
    if (offset > 0) emit(buffer.subarray(0, offset));
    length += offset;
    buffer = new Uint8Array(chunkBytes);
    offset = 0;
  };
  return {
    add(entry: CrlEntry) {
      if (offset + maxEntryBytes > chunkBytes) flush();
      offset = putEntry(buffer, offset, entry);
    },
    finish() {
      flush();
      return length;
    },
  };
}

/**
 * Everything inside the outer SEQUENCE. A long list goes straight to the sink behind a provisional header; a short one
 * is held, and so is one whose header could get longer or shorter with the signature.
 */
function createOutput(
  sink: (chunk: Uint8Array) => void,
  fixedLength: number,
  signatureLengths: { minimum: number; maximum: number },
) {
  const outerLength = (octets: number) => fixedLength + 1 + lengthOctets(octets + 1) + octets + 1;
  const shortest = encodeSequenceHeader(outerLength(signatureLengths.minimum));
  const longest = encodeSequenceHeader(outerLength(signatureLengths.maximum));
  const isHeld = fixedLength <= heldBytes || shortest.length !== longest.length;
  const held: Uint8Array[] = [];
  let length = 0;
  if (!isHeld) sink(longest);
  const write = (chunk: Uint8Array) => {
    if (chunk.length === 0) return;
    length += chunk.length;
    if (isHeld) held.push(chunk);
    else sink(chunk);
  };
  return {
    write,
    finish(signatureDer: Uint8Array) {
      write(signatureDer);
      const header = encodeSequenceHeader(length);
      if (isHeld) for (const chunk of [header, ...held]) sink(chunk);
      return { header, length: header.length + length };
    },
  };
}

function encodeSequenceHeader(length: number): Uint8Array {
  if (length === 0) return sequence();
  const header = new Uint8Array(1 + lengthOctets(length));
  putHeader(header, 0, tags.sequence, length);
  return header;
}

function encodeBitString(octets: Uint8Array): Uint8Array {
  const header = new Uint8Array(1 + lengthOctets(octets.length + 1) + 1);
  putHeader(header, 0, tags.bitString, octets.length + 1);
  return Uint8Array.from([...header, ...octets]);
}
