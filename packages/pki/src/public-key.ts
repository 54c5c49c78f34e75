import { createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { readPublicKey } from "./algorithms.ts";
import { PkiError } from "./error.ts";
import { equalBytes } from "./hex.ts";
import type { KeyFamily } from "./signature-algorithms.ts";

/**
 * A public key that OpenSSL has taken in. Importing costs a third of a P-256 verification (performance.md 1), so whoever
 * verifies often with one key imports it once and keeps it beside the bytes.
 */
export type PublicKey = {
  readonly spkiDer: Uint8Array;
  readonly family: KeyFamily;
  readonly keyObject: KeyObject;
};

/** The key, or null if it is of a kind that we do not know or OpenSSL cannot use it. Its strength is not judged. */
export function importPublicKey(spkiDer: Uint8Array): PublicKey | null {
  const family = findFamily(spkiDer);
  if (family === null) return null;
  return withoutStackTraces(() => {
    try {
      return { spkiDer, family, keyObject: createPublicKey({ key: asBuffer(spkiDer), format: "der", type: "spki" }) };
    } catch {
      return null; // OpenSSL could not use the key, so nothing is signed by it
    }
  });
}

/** The imported key if it is the one of these bytes, else a fresh import: a stale key never speaks for another. */
export function reusePublicKey(spkiDer: Uint8Array, imported: PublicKey | undefined): PublicKey | null {
  if (imported !== undefined && (imported.spkiDer === spkiDer || equalBytes(imported.spkiDer, spkiDer)))
    return imported;
  return importPublicKey(spkiDer);
}

function findFamily(spkiDer: Uint8Array): KeyFamily | null {
  try {
    const key = readPublicKey(spkiDer);
    return key.kind === "ml-dsa" ? key.algorithm : key.kind;
  } catch (cause) {
    if (cause instanceof PkiError) return null;
    throw cause;
  }
}

/**
 * Node 24 builds a TypeError with a stack trace for every fresh KeyObject, a quarter of the cost of an issuance
 * (performance.md 1). Only around synchronous crypto, and restored whatever happens.
 */
export function withoutStackTraces<T>(work: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = before;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
