// Migrations without the Prisma CLI, which would download a binary. The record is Prisma's own table
// `_prisma_migrations`, so `npx prisma migrate` works on the same database where there is internet.
import { randomBytes } from "node:crypto";

import type { DiagnoseMigrationHistoryOutput, DiffTarget, SchemaFilter } from "@prisma/schema-engine-wasm";
import pg from "pg";

import { type Folders, foldersOf, readMigrations, readSchema } from "./migrations/folders.ts";
import { withEngine } from "./migrations/schema-engine.ts";

export { type Folders, foldersOf };
export type History = DiagnoseMigrationHistoryOutput;

/** The migrations on disk and those in the database do not agree; the message says what to do. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

/** Every table is declared in prisma/schema; a table that only SQL knows would be listed here ("public.name"). */
const filters: SchemaFilter = { externalTables: [], externalEnums: [] };

/** An arbitrary fixed number; the engine's own lock (72707369) is taken and released within one call. */
const DEPLOYMENT_LOCK = 4_601_120;

/** Applies what is missing and returns the names. Refuses when applied migrations were edited, failed or are unknown. */
export async function deploy(url: string, folders: Folders): Promise<string[]> {
  refuse(await diagnose(url, folders));
  return withEngine(url, folders, async (engine) => {
    const migrationsList = readMigrations(folders);
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  }).catch((error: unknown) => {
    throw new MigrationError(`A migration failed and left nothing behind: ${firstLines(error)}`, { cause: error });
  });
}

/** The engine applies the next migration without a word about edited ones, so this is asked first. */
export function diagnose(url: string, folders: Folders): Promise<History> {
  return withEngine(url, folders, (engine) =>
    engine.diagnoseMigrationHistory({
      migrationsList: readMigrations(folders),
      optInToShadowDatabase: false,
      filters,
    }),
  );
}

/** A migration is one implicit transaction, so a failed one left nothing: forget it and the next deploy tries again. */
export async function forget(url: string, folders: Folders, migrationName: string): Promise<void> {
  await withEngine(url, folders, (engine) => engine.markMigrationRolledBack({ migrationName }));
}

/**
 * The SQL that takes the migrations folder to the schema folder; empty when they agree. It looks at a scratch database
 * built from the migrations, so what somebody tried in a development database does not leak in. Needs CREATEDB.
 */
export async function difference(url: string, folders: Folders): Promise<string> {
  const scratch = `fieldseal_scratch_${randomBytes(6).toString("hex")}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(`create database ${scratch}`);
    const at = new URL(url);
    at.pathname = scratch;
    await deploy(at.href, folders);
    return await differenceOf(at.href, folders);
  } finally {
    await admin.query(`drop database if exists ${scratch} with (force)`);
    await admin.end();
  }
}

async function differenceOf(url: string, folders: Folders): Promise<string> {
  const files = readSchema(folders);
  const from: DiffTarget = { tag: "schemaDatasource", files, configDir: folders.schema };
  const to: DiffTarget = { tag: "schemaDatamodel", files };
  const { stdout } = await withEngine(url, folders, (engine) =>
    engine.diff({ from, to, script: true, exitCode: null, filters }),
  );
  const sql = (stdout ?? "").trim();
  return sql === "-- This is an empty migration." ? "" : sql;
}

/** Two supervisors on one database prepare it one after the other; the lock falls with its connection. */
export async function withDeploymentLock<T>(url: string, work: () => Promise<T>): Promise<T> {
  const holder = new pg.Client({ connectionString: url });
  holder.on("error", () => {}); // a lost connection is reported by the work itself
  await holder.connect();
  try {
    await holder.query("select pg_advisory_lock($1)", [DEPLOYMENT_LOCK]);
    return await work();
  } finally {
    await holder.end().catch(() => {});
  }
}

function refuse(history: History): void {
  const [failed] = history.failedMigrationNames;
  if (failed)
    throw new MigrationError(
      `Migration ${failed} failed before. It left nothing behind: correct it, then run ` +
        `"node_modules/.bin/node apps/supervisor/src/migrate.ts forget ${failed}" and start again.`,
    );
  if (history.editedMigrationNames.length > 0)
    throw new MigrationError(
      `Applied migrations were edited: ${history.editedMigrationNames.join(", ")}. ` +
        "Restore their files (git checkout prisma/migrations) and put the change into a new migration.",
    );
  const unknown = unknownNames(history);
  if (unknown.length > 0)
    throw new MigrationError(
      `The database is newer than this checkout: it has the migrations ${unknown.join(", ")}. ` +
        "Use the version of Fieldseal that wrote it, or a newer one.",
    );
}

function unknownNames({ history }: History): string[] {
  return history && history.diagnostic !== "databaseIsBehind" ? history.unpersistedMigrationNames : [];
}

function firstLines(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
