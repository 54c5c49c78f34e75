import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { OperatorError } from "./errors.ts";

/** The kernel allows 107 bytes for the path of a Unix socket (103 on macOS). */
const LONGEST_PATH = 100;

/**
 * The place of a Unix socket of this installation. A data folder that lies too deep gets a folder of its own in the
 * temporary folder instead. `setup.mjs` and the command line follow the same rule.
 */
export function socketPath(dataDir: string, name: string): string {
  const inside = path.join(dataDir, "run", name);
  if (Buffer.byteLength(inside) <= LONGEST_PATH) return inside;
  const tag = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  return path.join(tmpdir(), `fieldseal-${tag}`, name);
}

/** Only this user may reach a socket; in a temporary folder somebody else may have been there before. */
export function makeSocketFolder(socket: string): void {
  const folder = path.dirname(socket);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const status = lstatSync(folder);
  const isOurs =
    status.isDirectory() && status.uid === (process.getuid?.() ?? status.uid) && (status.mode & 0o077) === 0;
  if (!isOurs)
    throw new OperatorError(`${folder} must be a folder of this user with mode 0700. Remove it and start again.`);
}
