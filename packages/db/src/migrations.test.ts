import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { type ScratchPostgres, startScratchPostgres } from "./embedded.ts";
import { deploy, diagnose, difference, type Folders, forget } from "./migrations.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }); // a busy machine

const SCHEMA = `datasource db {
  provider = "postgresql"
}

model Thing {
  id   Int    @id
  name String

  @@map("thing")
}
`;
const THING =
  'CREATE TABLE "thing" ("id" INTEGER NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "thing_pkey" PRIMARY KEY ("id"));';
const FUNCTION = `CREATE FUNCTION "add_thing"("n" INTEGER) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "thing" VALUES (n, 'a');
  INSERT INTO "thing" VALUES (n + 1, 'b; c');
END $$;`;

let server: ScratchPostgres;
let admin: pg.Client;
let root = "";
let folders: Folders;
let url = "";
let count = 0;

beforeAll(async () => {
  server = await startScratchPostgres();
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  root = mkdtempSync(path.join(tmpdir(), "fieldseal-migrations-"));
});

afterAll(async () => {
  await admin.end();
  await server.stop();
  rmSync(root, { recursive: true });
});

beforeEach(async () => {
  count += 1;
  const base = path.join(root, String(count));
  folders = { schema: path.join(base, "schema"), migrations: path.join(base, "migrations") };
  mkdirSync(folders.schema, { recursive: true });
  writeFileSync(path.join(folders.schema, "main.prisma"), SCHEMA);
  await admin.query(`create database test_${count}`);
  const at = new URL(server.url);
  at.pathname = `test_${count}`;
  url = at.href;
});

function write(name: string, sql: string): void {
  mkdirSync(path.join(folders.migrations, name), { recursive: true });
  writeFileSync(path.join(folders.migrations, name, "migration.sql"), sql);
}

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("applies each migration once, function bodies with semicolons included", async () => {
  write("20260101000000_first", THING);
  write("20260102000000_second", FUNCTION);
  expect(await deploy(url, folders)).toEqual(["20260101000000_first", "20260102000000_second"]);
  await query('select "add_thing"(1)');
  expect(await query('select name from "thing" order by id')).toEqual([{ name: "a" }, { name: "b; c" }]);
  expect(await deploy(url, folders)).toEqual([]);
});

test("a failed migration leaves nothing and is refused until it is forgotten", async () => {
  write("20260101000000_first", `${THING} SELECT nope;`);
  await expect(deploy(url, folders)).rejects.toThrow("nope");
  expect(await query("select to_regclass('thing') as found")).toEqual([{ found: null }]);
  await expect(deploy(url, folders)).rejects.toThrow("forget 20260101000000_first");
  write("20260101000000_first", THING);
  await forget(url, folders, "20260101000000_first");
  expect(await deploy(url, folders)).toEqual(["20260101000000_first"]);
});

test("refuses when an applied migration was edited", async () => {
  write("20260101000000_first", THING);
  await deploy(url, folders);
  write("20260101000000_first", `${THING} -- edited`);
  write("20260102000000_second", FUNCTION);
  await expect(deploy(url, folders)).rejects.toThrow("Applied migrations were edited: 20260101000000_first");
  expect((await diagnose(url, folders)).editedMigrationNames).toEqual(["20260101000000_first"]);
});

test("refuses a database that is newer than the checkout", async () => {
  write("20260101000000_first", THING);
  write("20260102000000_second", FUNCTION);
  await deploy(url, folders);
  rmSync(path.join(folders.migrations, "20260102000000_second"), { recursive: true });
  await expect(deploy(url, folders)).rejects.toThrow("20260102000000_second");
});

test("two deployments at once apply each migration once", async () => {
  write("20260101000000_first", THING);
  const [one, two] = await Promise.all([deploy(url, folders), deploy(url, folders)]);
  expect([...one, ...two]).toEqual(["20260101000000_first"]);
});

test("writes the SQL of the next migration, and nothing when the folders agree", async () => {
  const sql = await difference(server.url, folders);
  expect(sql).toContain('CREATE TABLE "thing"');
  write("20260101000000_first", sql);
  write("20260102000000_second", FUNCTION);
  expect(await difference(server.url, folders)).toBe("");
});
