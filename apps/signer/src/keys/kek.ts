import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";

import { Refusal } from "../refusal.ts";

const kekBytes = 32;

/**
 * The key-encryption key of the installation: 32 octets in a file that only this account may read.
 * Made once, when there is no authority yet; never remade, because every issuing key depends on it.
 */
export function createKekFile(path: string): void {
  if (existsSync(path)) return;
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, randomBytes(kekBytes));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(path, 0o600);
}

/** @throws Refusal `kek-missing` if the file is absent, open to others or of the wrong size */
export function readKek(path: string): Buffer {
  if (!existsSync(path))
    throw new Refusal("kek-missing", `The key-encryption key ${path} is missing. Restore it from its backup.`);
  if ((statSync(path).mode & 0o077) !== 0)
    throw new Refusal("kek-missing", `The key-encryption key ${path} can be read by others. Run: chmod 600 ${path}`);
  const kek = readFileSync(path);
  if (kek.length !== kekBytes)
    throw new Refusal(
      "kek-missing",
      `The key-encryption key ${path} must have ${kekBytes} octets. Restore it from its backup.`,
    );
  return kek;
}
