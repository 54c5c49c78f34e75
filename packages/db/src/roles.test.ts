import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { type ScratchPostgres, startScratchPostgres } from "./embedded.ts";
import { deploy, foldersOf } from "./migrations.ts";
import { grants, type ProcessName, provisionRoles, type Provisioned } from "./roles.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }); // a busy machine

let server: ScratchPostgres;
let folder = "";
let passwordsFile = "";
let provisioned: Provisioned;

beforeAll(async () => {
  server = await startScratchPostgres();
  folder = mkdtempSync(path.join(tmpdir(), "fieldseal-roles-"));
  passwordsFile = path.join(folder, "database-roles.json");
  await deploy(server.url, foldersOf(path.resolve(import.meta.dirname, "../../..")));
});

beforeEach(async () => {
  provisioned = await provisionRoles({ adminUrl: server.url, grants, passwordsFile });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const as = (name: ProcessName, sql: string) => run(provisioned.urls[name], sql);

const APPEND = `select audit_append('system', 'test', 'test', 'device', 'd', 'done', '{}'::jsonb, null)`;

const forbidden: [ProcessName, string, string][] = [
  ["console", "issue a certificate", "insert into certificate default values"],
  ["console", "change a certificate's validity", "update certificate set not_after = now()"],
  ["console", "read CA keys", "select from authority_key"],
  ["console", "publish a list", "insert into crl default values"],
  ["console", "write an audit row by hand", "insert into audit_event default values"],
  ["console", "make a table", "create table mine ()"],
  ["devices", "read CA keys", "select from authority_key"],
  ["devices", "read password hashes", "select from account"],
  ["devices", "make an authority", "insert into authority default values"],
  ["signer", "change a certificate", "update certificate set state = 'issued'"],
  ["signer", "read sessions", "select from session"],
  ["worker", "read CA keys", "select from authority_key"],
  ["worker", "read password hashes", "select password from account"],
  ["worker", "read session tokens", "select token from session"],
  ["worker", "rewrite the signing log", "update signing_log set kind = 'crl'"],
];
test.each(forbidden)("%s may not %s", async (name, _what, sql) => {
  await expect(as(name, sql)).rejects.toMatchObject({ code: "42501" });
});

const allowed: [ProcessName, string, string][] = [
  [
    "console",
    "revoke",
    "update certificate set state = 'revoked', revoked_at = now(), reason_code = 1, revoked_by = 'a'",
  ],
  ["console", "end sessions", "delete from session"],
  ["console", "read the states", "select from certificate_status, device_status"],
  ["devices", "lock a device", "select from device for update"],
  [
    "devices",
    "count an attempt",
    "insert into attempt (first_at, last_at, operation, outcome) values (now(), now(), 'enrol', 'refused')",
  ],
  ["signer", "read CA keys", "select envelope from authority_key"],
  ["worker", "throw away old sessions", "delete from session where expires_at < now()"],
  ["worker", "read the states", "select from certificate_status, device_status"],
  ["console", "write to the audit log", APPEND],
  ["devices", "write to the audit log", APPEND],
  ["signer", "write to the audit log", APPEND],
  ["worker", "write to the audit log", APPEND],
];
test.each(allowed)("%s may %s", async (name, _what, sql) => {
  await as(name, sql);
});

test("every table is granted to somebody, and every granted table exists", async () => {
  const rows = await run(
    server.url,
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace
     and relkind in ('r', 'v', 'p') and relname not like '\\_prisma%' and relname <> 'audit_head' order by 1`,
  );
  const granted = new Set(Object.values(grants).flatMap(({ relations }) => Object.keys(relations)));
  expect(rows).toEqual([...granted].sort().map((name) => ({ name })));
});

test("keeps the passwords, takes back what is no longer listed, heals a changed password", async () => {
  await run(server.url, "grant select on authority_key to fieldseal_console; alter role fieldseal_worker password 'x'");
  const again = await provisionRoles({ adminUrl: server.url, grants, passwordsFile });
  expect(again).toEqual(provisioned);
  expect(statSync(passwordsFile).mode & 0o777).toBe(0o600);
  await expect(as("console", "select from authority_key")).rejects.toMatchObject({ code: "42501" });
  await as("worker", "select from job");
});

test("makes new passwords when the file is damaged", async () => {
  writeFileSync(passwordsFile, "{");
  const again = await provisionRoles({ adminUrl: server.url, grants, passwordsFile });
  expect(again.urls.signer).not.toBe(provisioned.urls.signer);
  await run(again.urls.signer, "select 1");
});

test("without the right to make roles everybody shares the given role, and one line says so", async () => {
  await run(server.url, "create role plain login password 'p'");
  await run(server.url, "create database plain owner plain");
  const plain = new URL(server.url);
  Object.assign(plain, { username: "plain", password: "p", pathname: "plain" });
  await deploy(plain.href, foldersOf(path.resolve(import.meta.dirname, "../../..")));
  const shared = await provisionRoles({ adminUrl: plain.href, grants, passwordsFile: `${passwordsFile}.plain` });
  expect(new Set(Object.values(shared.urls))).toEqual(new Set([plain.href]));
  expect(shared.warning).toContain('ALTER ROLE "plain" CREATEROLE');
  expect(shared.warning?.split("\n")).toHaveLength(1);

  await run(server.url, "alter role plain createrole");
  const own = await provisionRoles({ adminUrl: plain.href, grants, passwordsFile: `${passwordsFile}.plain` });
  expect(own.warning).toBeNull();
  await expect(run(own.urls.console, "select from authority_key")).rejects.toMatchObject({ code: "42501" });
});
