// PostgreSQL from npm, without its wrapper package: starts the platform package's own binaries, as root with an
// unprivileged account. Never import this file from the console: its dynamic paths make Next trace the whole project.
import { createHash, randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, realpathSync, renameSync, statSync } from "node:fs";
import path from "node:path";

import { findAccount } from "./embedded/account.ts";
import { findBinaries, ROOT_STORE } from "./embedded/binaries.ts";
import { DATABASE, initialise, isInitialised } from "./embedded/cluster.ts";
import { EmbeddedPostgresError } from "./embedded/error.ts";
import { findFreePort } from "./embedded/port.ts";
import { type ConnectionRecord, readConnection, readRecord, writeRecord } from "./embedded/record.ts";
import { adopt, type Launch, launchServer, type Server, urlOf } from "./embedded/server.ts";

export { startScratchPostgres, type ScratchPostgres } from "./embedded/scratch.ts";
export { EmbeddedPostgresError, readConnection };

export type Embedded = Server & {
  /** Address with the owner's password. */
  url: string;
  /** Where the records lie: below the data folder, or in /var/lib/fieldseal for root. */
  data: string;
  logFile: string;
};

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** Starts the PostgreSQL of a data folder, or adopts the one that a killed supervisor left running. */
export async function startEmbedded({ dataDir: given }: { dataDir: string }): Promise<Embedded> {
  mkdirSync(path.join(given, "logs"), { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(given);
  const known = readRecord(dataDir);
  const place = placeOf(dataDir);
  const isThere = isInitialised(place.data);
  const record = isThere ? knownRecord(dataDir, place.data, known) : await newRecord(dataDir, place.data, known);
  const cluster = { ...place, bin: await findBinaries() };
  if (!isThere) await initialise(cluster, record.password, []);

  const logFile = rotate(path.join(dataDir, "logs/postgresql.log"));
  const { port, password } = record;
  const launch: Launch = { ...cluster, port, password, logFile, settings: ["max_connections=200"], isDetached: true };
  const server = (await adopt(launch)) ?? (await launchServer(launch));
  writeRecord(dataDir, { ...record, port: server.port, isInitialised: true });
  return { ...server, url: urlOf({ port: server.port, password, database: DATABASE }), data: place.data, logFile };
}

function placeOf(dataDir: string) {
  const ofRoot = path.join(ROOT_STORE, createHash("sha256").update(dataDir).digest("hex").slice(0, 12));
  const account = findAccount(path.join(ofRoot, "data"));
  const home = account ? ofRoot : path.join(dataDir, "postgres");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (account) chownSync(home, account.uid, account.gid);
  return { data: path.join(home, "data"), account };
}

function knownRecord(dataDir: string, data: string, known: ConnectionRecord | null): ConnectionRecord {
  if (known) return { ...known, data }; // a user may have moved the folder
  throw new EmbeddedPostgresError(
    `${data} holds records but ${path.join(dataDir, "postgres.json")} is missing, and with it the password. ` +
      `Restore that file from a backup; or, to begin anew, move ${path.dirname(data)} away.`,
  );
}

/** For a first start only: an installation that had records must not silently become an empty one. */
async function newRecord(dataDir: string, data: string, known: ConnectionRecord | null): Promise<ConnectionRecord> {
  if (known?.isInitialised) throw lostRecords(dataDir, data, known);
  const password = randomBytes(24).toString("base64url");
  const record = { port: await findFreePort(), password, data, isInitialised: false };
  writeRecord(dataDir, record);
  return record;
}

function lostRecords(dataDir: string, data: string, known: ConnectionRecord): EmbeddedPostgresError {
  const fix = existsSync(known.data)
    ? `they lie in ${known.data}. Start as the user that made them, or move that folder to ${data}.`
    : `${known.data} is gone. Bring it back from a backup; or, to begin anew, remove ${path.join(dataDir, "postgres.json")}.`;
  return new EmbeddedPostgresError(`The records of this installation are not in ${data}: ${fix}`);
}

/** PostgreSQL writes to an inherited file, so the file can change only between two runs. */
function rotate(logFile: string): string {
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT_BYTES) renameSync(logFile, `${logFile}.1`);
  return logFile;
}
