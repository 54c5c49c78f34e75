// The supervisor as a process of its own, with stand-ins for the parts and a real PostgreSQL.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { findFreePort } from "@fieldseal/db/embedded/port";
import { readRecord } from "@fieldseal/db/embedded/record";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }); // a busy machine

type Run = { child: ChildProcess; output: () => string; ended: Promise<number | null> };

const root = path.resolve(import.meta.dirname, "../../..");
let dataDir = "";
let environment: Record<string, string> = {};
let runs: Run[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), "fieldseal-supervisor-"));
  environment = {
    PATH: process.env.PATH ?? "",
    SECRET_OF_THE_SHELL: "x",
    FIELDSEAL_DATA_DIR: dataDir,
    FIELDSEAL_WEB_PORT: String(await findFreePort()),
    FIELDSEAL_DEVICE_PORT: String(await findFreePort()),
    FIELDSEAL_PUBLIC_PORT: String(await findFreePort()),
  };
});

afterEach(async () => {
  for (const run of runs) run.child.kill("SIGTERM");
  await Promise.all(runs.map((run) => run.ended));
  runs = [];
});

afterAll(() => {
  const data = readRecord(dataDir)?.data;
  if (data && !data.startsWith(dataDir)) rmSync(path.dirname(data), { recursive: true });
  rmSync(dataDir, { recursive: true });
});

function start(extra: Record<string, string> = {}): Run {
  const script = "apps/supervisor/src/testing/supervise-dummies.ts";
  const child = spawn(process.execPath, [script], { cwd: root, env: { ...environment, ...extra } });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, "close").then(() => child.exitCode);
  const run = { child, output: () => text, ended };
  runs.push(run);
  return run;
}

async function waitFor(run: Run, pattern: RegExp): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!pattern.test(run.output())) {
    if (performance.now() > deadline) throw new Error(`no ${String(pattern)} in:\n${run.output()}`);
    await sleep(25);
  }
}

async function startReady(extra: Record<string, string> = {}): Promise<Run> {
  const run = start(extra);
  await waitFor(run, /npx fieldseal init --help/);
  return run;
}

const pidsOf = (run: Run) => [...run.output().matchAll(/\| pid (\d+)/g)].map((match) => Number(match[1]));
const pidOf = (run: Run, name: string) => Number(run.output().match(new RegExp(`${name} *\\| pid (\\d+)`))?.[1]);
const postgresPid = () => {
  const pidFile = path.join(readRecord(dataDir)?.data ?? "", "postmaster.pid");
  return Number(readFileSync(pidFile, "utf8").split("\n")[0]);
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("ends with one block, hands out only what is needed, and leaves nothing after SIGTERM", async () => {
  const run = await startReady();
  expect(run.output()).toMatch(/Set-up code {2}([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4} /);
  const answer = await fetch(`http://127.0.0.1:${environment.FIELDSEAL_WEB_PORT}`);
  const seen = Object.keys(JSON.parse(await answer.text()) as object);
  expect(seen).toContain("FIELDSEAL_SIGNER_SOCKET");
  expect(seen).not.toContain("SECRET_OF_THE_SHELL");
  expect(seen).not.toContain("FIELDSEAL_KEK_FILE");
  const pids = [...pidsOf(run), postgresPid()];
  expect(pids).toHaveLength(5);
  run.child.kill("SIGTERM");
  expect(await run.ended).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
});

test("starts a killed part, and a killed PostgreSQL, again", async () => {
  const run = await startReady();
  process.kill(pidOf(run, "worker"), "SIGKILL");
  await waitFor(run, /worker … restarted/);
  const before = postgresPid();
  process.kill(before, "SIGKILL");
  await waitFor(run, /postgresql … restarted/);
  expect(postgresPid()).not.toBe(before);
});

test("the parts end with a killed supervisor, and the next one adopts PostgreSQL and watches it", async () => {
  const first = await startReady();
  first.child.kill("SIGKILL");
  await first.ended;
  const second = await startReady();
  expect(pidsOf(first).filter(isAlive)).toEqual([]);
  expect(second.output()).toContain("was running");
  process.kill(postgresPid(), "SIGKILL");
  await waitFor(second, /postgresql … restarted/);
});

test("a second one on the same data folder is refused and does not disturb the first", async () => {
  const first = await startReady();
  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.output().trim().split("\n")).toEqual([expect.stringContaining("already running on this data folder")]);
  expect(first.child.exitCode).toBeNull();
});

test("names every taken port with its remedy before anything starts", async () => {
  const occupants = await Promise.all(["FIELDSEAL_DEVICE_PORT", "FIELDSEAL_WEB_PORT"].map(occupy));
  const run = start();
  expect(await run.ended).toBe(1);
  for (const occupant of occupants) occupant.close();
  expect(run.output().trim().split("\n")).toEqual([
    `Port ${environment.FIELDSEAL_WEB_PORT} (console) is taken. Stop the program that uses it or set FIELDSEAL_WEB_PORT.`,
    `Port ${environment.FIELDSEAL_DEVICE_PORT} (device API) is taken. Stop the program that uses it or set FIELDSEAL_DEVICE_PORT.`,
  ]);
});

async function occupy(variable: string): Promise<Server> {
  const server = createServer().listen(Number(environment[variable]), "127.0.0.1");
  await once(server, "listening");
  return server;
}

test("gives up on a part that keeps dying, with its last words, and stops everything", async () => {
  const run = start({ DUMMY_FAILS: "signer" });
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain("The signer died 6 times within a minute (exit 3). Its last lines:\n  cannot go on");
  expect(isAlive(pidOf(run, "signer"))).toBe(false);
});

test("one line for a database that cannot be reached", async () => {
  const url = `postgresql://a:b@127.0.0.1:${await findFreePort()}/c`;
  const run = start({ DATABASE_URL: url });
  expect(await run.ended).toBe(1);
  expect(run.output().trim().split("\n")).toEqual([expect.stringMatching(/cannot be reached .* correct DATABASE_URL/)]);
});
