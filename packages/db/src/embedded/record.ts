import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

import { DATABASE } from "./cluster.ts";
import { EmbeddedPostgresError } from "./error.ts";
import { urlOf } from "./server.ts";

/** `postgres.json` of the data folder: how this installation's own commands find and open the database. */
export type ConnectionRecord = {
  port: number;
  password: string;
  /** PostgreSQL's data folder; root keeps it outside the installation's data folder. */
  data: string;
  /** False until the data folder is whole, so that an interrupted first start can be told from lost records. */
  isInitialised: boolean;
};

const fileOf = (dataDir: string) => path.join(dataDir, "postgres.json");

export function readRecord(dataDir: string): ConnectionRecord | null {
  const file = fileOf(dataDir);
  if (!existsSync(file)) return null;
  try {
    const record: ConnectionRecord = JSON.parse(readFileSync(file, "utf8"));
    if (typeof record.password === "string" && typeof record.port === "number") return record;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new EmbeddedPostgresError(
    `${file} is damaged. Restore it from a backup: it holds the password of the database.`,
  );
}

export function writeRecord(dataDir: string, record: ConnectionRecord): void {
  const part = `${fileOf(dataDir)}.new`;
  writeFileSync(part, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, fileOf(dataDir));
}

/** The address of the embedded database for commands such as the CLI; null when `npm start` never ran here. */
export function readConnection(dataDir: string): { url: string } | null {
  const record = readRecord(dataDir);
  return record && { url: urlOf({ ...record, database: DATABASE }) };
}
