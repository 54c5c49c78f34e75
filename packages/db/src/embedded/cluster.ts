// A cluster is PostgreSQL's word for one data folder.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import type { Account } from "./account.ts";
import { EmbeddedPostgresError } from "./error.ts";

const MAJOR_VERSION = "18";

export const OWNER = "fieldseal";
export const DATABASE = "fieldseal";

/** Nothing of our own environment (libpq's PG… variables above all) may reach the server. */
export const SERVER_ENVIRONMENT = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

export type Cluster = { data: string; bin: string; account: Account | undefined };

/** True for a cluster, false for nothing; anything else is an error, because nothing is ever deleted here. */
export function isInitialised(data: string): boolean {
  if (!existsSync(data) || readdirSync(data).length === 0) return false;
  const versionFile = path.join(data, "PG_VERSION");
  if (!existsSync(versionFile))
    throw new EmbeddedPostgresError(
      `${data} is not a PostgreSQL data folder. Move it away, or bring back what was in it.`,
    );
  const version = readFileSync(versionFile, "utf8").trim();
  if (version !== MAJOR_VERSION)
    throw new EmbeddedPostgresError(
      `${data} was written by PostgreSQL ${version}, this is ${MAJOR_VERSION}. Upgrade it with pg_upgrade, or restore a backup.`,
    );
  return true;
}

/** Makes the cluster beside its place and moves it there when it is whole. */
export async function initialise({ data, bin, account }: Cluster, password: string, extra: string[]): Promise<void> {
  const home = path.dirname(data);
  const unfinished = `${data}-unfinished-${randomBytes(4).toString("hex")}`;
  const passwordFile = `${unfinished}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  // the sort order must not depend on the machine, hence the builtin locale
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"];
  const access = ["-U", OWNER, "--pwfile", passwordFile, "--auth=scram-sha-256"];
  const args = ["-D", unfinished, ...access, ...locale, "--data-checksums", ...extra];
  try {
    await promisify(execFile)(path.join(bin, "initdb"), args, { ...account, cwd: home, env: SERVER_ENVIRONMENT });
    renameSync(unfinished, data);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true }); // made a moment ago, by this function
    throw new EmbeddedPostgresError(`PostgreSQL could not create ${data}: ${lastLine(cause)}`, { cause });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function lastLine(error: unknown): string {
  const text =
    error instanceof Error && "stderr" in error && typeof error.stderr === "string" ? error.stderr : String(error);
  return text.trim().split("\n").at(-1) ?? "";
}
