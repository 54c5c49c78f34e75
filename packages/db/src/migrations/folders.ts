import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import type { MigrationList, SchemaContainer } from "@prisma/schema-engine-wasm";

/** Where the Prisma schema files and the migrations lie. */
export type Folders = { schema: string; migrations: string };

export function foldersOf(repository: string): Folders {
  return { schema: path.join(repository, "prisma/schema"), migrations: path.join(repository, "prisma/migrations") };
}

export function readSchema({ schema }: Folders): SchemaContainer[] {
  const names = readdirSync(schema).filter((name) => name.endsWith(".prisma"));
  return names.sort().map((name) => {
    const file = path.join(schema, name);
    return { path: file, content: readFileSync(file, "utf8") };
  });
}

export function readMigrations({ migrations }: Folders): MigrationList {
  const entries = existsSync(migrations) ? readdirSync(migrations, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir: migrations,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: names.sort().map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: readFileSync(path.join(migrations, name, "migration.sql"), "utf8") },
      },
    })),
  };
}
