import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { type Embedded, readConnection, startEmbedded, startScratchPostgres } from "./embedded.ts";
import { isPostmaster } from "./embedded/postmaster.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }); // a busy machine

let dataDir = "";
let started: Embedded[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), "fieldseal-embedded-"));
  started = [];
});

afterEach(async () => {
  for (const server of started) {
    if (isPostmaster(server.pid, server.data)) await server.stop();
    if (!server.data.startsWith(dataDir)) rmSync(path.dirname(server.data), { recursive: true, force: true });
  }
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Embedded> {
  const server = await startEmbedded({ dataDir });
  started.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("keeps its records over a stop and a start", async () => {
  const first = await start();
  await query(first.url, "create table kept as select 1 as one");
  await first.stop();
  await first.ended;
  const second = await start();
  expect(second.adopted).toBe(false);
  expect(await query(second.url, "select one from kept")).toEqual([{ one: 1 }]);
  expect(readConnection(dataDir)).toEqual({ url: second.url });
  expect(statSync(path.join(dataDir, "postgres.json")).mode & 0o777).toBe(0o600);
});

test("adopts a running server, notices its death and stops it in good order", async () => {
  const first = await start();
  const adopted = await start();
  expect(adopted).toMatchObject({ adopted: true, pid: first.pid, url: first.url });
  process.kill(first.pid, "SIGKILL");
  await adopted.ended;
  const recovered = await start();
  expect(recovered).toMatchObject({ adopted: false, url: first.url });
  const again = await start();
  await again.stop();
  expect(isPostmaster(recovered.pid, recovered.data)).toBe(false);
});

test("starts over a stale postmaster.pid whose number belongs to another program of the same account", async () => {
  const server = await start();
  const { uid, gid } = statSync(server.data);
  const pidFile = path.join(server.data, "postmaster.pid");
  const stale = readFileSync(pidFile, "utf8");
  process.kill(server.pid, "SIGKILL");
  await server.ended;
  const sleeper = Number(
    execFileSync("sh", ["-c", "sleep 30 >/dev/null 2>&1 & echo $!"], { uid, gid, encoding: "utf8" }),
  );
  writeFileSync(pidFile, stale.replace(/^\d+/, String(sleeper)));
  const recovered = await start();
  process.kill(sleeper);
  expect(await query(recovered.url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("refuses an odd data folder by name and leaves it as it is", async () => {
  const server = await start();
  await server.stop();
  renameSync(path.join(server.data, "PG_VERSION"), path.join(server.data, "PG_VERSION.moved"));
  await expect(start()).rejects.toThrow(`${server.data} is not a PostgreSQL data folder`);
  expect(existsSync(path.join(server.data, "base"))).toBe(true);
});

test("does not begin anew when the records of an installation are gone", async () => {
  const server = await start();
  await server.stop();
  renameSync(server.data, `${server.data}.elsewhere`);
  await expect(start()).rejects.toThrow(`${server.data} is gone`);
});

test("refuses records whose password is lost", async () => {
  const server = await start();
  await server.stop();
  rmSync(path.join(dataDir, "postgres.json"));
  await expect(start()).rejects.toThrow("postgres.json is missing");
});

test("starts several scratch servers at once and leaves nothing of them", async () => {
  const directory = dataDir;
  execFileSync("chmod", ["755", directory]); // the account that PostgreSQL runs as must reach it
  const servers = await Promise.all([1, 2, 3].map(() => startScratchPostgres({ directory })));
  const answers = await Promise.all(servers.map(({ url }) => query(url, "select 1 as one")));
  expect(answers).toEqual([[{ one: 1 }], [{ one: 1 }], [{ one: 1 }]]);
  await Promise.all(servers.map((server) => server.stop()));
  expect(execFileSync("ls", [directory], { encoding: "utf8" })).toBe("");
});
