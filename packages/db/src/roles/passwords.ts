import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import type { ProcessName } from "./grants.ts";

export type Passwords = Record<ProcessName, string>;

/** The passwords of the roles live beside the other secrets of the installation; a damaged file is simply made anew. */
export function keepPasswords(file: string): Passwords {
  const known = readPasswords(file);
  const password = (name: ProcessName) => known[name] ?? randomBytes(24).toString("base64url");
  const passwords: Passwords = {
    console: password("console"),
    devices: password("devices"),
    signer: password("signer"),
    worker: password("worker"),
  };
  writeFileSync(`${file}.new`, `${JSON.stringify(passwords, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return passwords;
}

function readPasswords(file: string): Partial<Passwords> {
  if (!existsSync(file)) return {};
  try {
    const passwords: Partial<Passwords> = JSON.parse(readFileSync(file, "utf8"));
    return passwords;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
