import { type ChildProcess, fork } from "node:child_process";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { text as readText } from "node:stream/consumers";

import { type ScratchPostgres, startScratchPostgres } from "@fieldseal/db/embedded";
import { deploy, foldersOf } from "@fieldseal/db/migrations";
import { createPool, type Pool } from "@fieldseal/db/pool";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { seedDevice, seedSite } from "./testing/seed.ts";

let postgres: ScratchPostgres;
let pool: Pool;
let smtp: { url: string; raw: string[]; answer: { code: number | null }; stop(): Promise<void> };
const children: ChildProcess[] = [];

beforeAll(async () => {
  postgres = await startScratchPostgres();
  await deploy(postgres.url, foldersOf(path.join(import.meta.dirname, "../../..")));
  pool = createPool(postgres.url);
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

beforeEach(async () => {
  await pool.query("truncate notification, notice, certificate, device, site, authority, job, process_status cascade");
  await seedSite(pool, ["ops@example.com"]);
  smtp = await startSmtp();
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await smtp.stop();
});

async function startSmtp() {
  const raw: string[] = [];
  const answer: { code: number | null } = { code: null };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onMailFrom: (_address, _session, callback) =>
      callback(answer.code === null ? null : Object.assign(new Error("not now"), { responseCode: answer.code })),
    onData: (stream, _session, callback) => {
      const take = async () => {
        raw.push(await readText(stream));
        callback(null, "queued");
      };
      void take();
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return { url, raw, answer, stop: () => new Promise<void>((resolve) => server.close(resolve)) };
}

type Running = { child: ChildProcess; lines: Record<string, unknown>[]; exit: Promise<number | null> };

async function startWorker(env: Record<string, string> = {}): Promise<Running> {
  const child = fork(path.join(import.meta.dirname, "main.ts"), {
    execPath: process.execPath,
    execArgv: [],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: { PATH: "", DATABASE_URL: postgres.url, FIELDSEAL_SIGNER_SOCKET: "/nonexistent/signer.sock", ...env },
  });
  children.push(child);
  const lines: Record<string, unknown>[] = [];
  let rest = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    const parts = `${rest}${chunk.toString()}`.split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line) as Record<string, unknown>));
  });
  const exit = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  await expect(new Promise((resolve) => child.once("message", resolve))).resolves.toBe("ready");
  return { child, lines, exit };
}

const finished = (lines: Record<string, unknown>[], job: string) => lines.filter((line) => line.job === job);
const readMails = async () =>
  (await pool.query("select state, stage, last_response, tries from notification order by created_at")).rows;
const patience = { timeout: 15_000, interval: 50 };

test("two workers and a restart: one mail about a certificate, and it is in the delivery log", async () => {
  await seedDevice(pool, "gw-1", { endsInDays: 20 });
  await seedDevice(pool, "gw-far", { endsInDays: 200 });
  const env = { FIELDSEAL_SMTP_URL: smtp.url };
  const workers = await Promise.all([startWorker(env), startWorker(env)]);
  await expect.poll(() => smtp.raw.length, patience).toBe(1);
  await expect
    .poll(readMails, patience)
    .toEqual([{ state: "accepted", stage: "digest", last_response: "250 queued", tries: 1 }]);
  expect(smtp.raw[0]).toContain("Subject: [Plant Nord] gw-1 needs a hand by");

  const { rows } = await pool.query("select kind, detail from process_status");
  const detail = { smtp: true, smtpHost: new URL(smtp.url).host };
  expect(rows).toEqual([
    { kind: "worker", detail },
    { kind: "worker", detail },
  ]);
  for (const { child } of workers) child.kill("SIGTERM");
  expect(await Promise.all(workers.map(({ exit }) => exit))).toEqual([0, 0]);
  expect((await pool.query("select from process_status")).rowCount).toBe(0);
  const ran = workers.flatMap(({ lines }) => finished(lines, "notify-expiring"));
  expect(ran).toMatchObject([{ outcome: "done", detail: "1 mail about 1 certificate" }]);

  await pool.query("update job set next_run_at = now() - interval '1 hour'");
  const again = await startWorker(env);
  await expect
    .poll(() => finished(again.lines, "notify-expiring"), patience)
    .toMatchObject([{ detail: "nothing new" }]);
  again.child.disconnect();
  expect(await again.exit).toBe(0);
  expect(smtp.raw.length).toBe(1);
}, 60_000);

test("every job runs at the first start, without a signer too, and a revocation wakes publish-crls at once", async () => {
  const { lines, child, exit } = await startWorker();
  await expect.poll(() => new Set(lines.flatMap(({ job }) => job ?? [])).size, patience).toBe(7);
  const failed = lines.filter(({ outcome }) => outcome === "failed");
  expect(failed).toEqual([]);
  await pool.query("notify fieldseal_crl");
  await expect.poll(() => finished(lines, "publish-crls").length, patience).toBeGreaterThanOrEqual(2);
  child.kill("SIGTERM");
  expect(await exit).toBe(0);
}, 60_000);

test("without a mail server the mail lies in the mailbox at once", async () => {
  await seedDevice(pool, "gw-1", { endsInDays: -1 });
  const { child, exit } = await startWorker();
  await expect.poll(readMails, patience).toMatchObject([{ state: "mailbox", stage: "expired" }]);
  const { rows } = await pool.query("select detail from process_status");
  expect(rows).toEqual([{ detail: { smtp: false, smtpHost: null } }]);
  child.kill("SIGTERM");
  expect(await exit).toBe(0);
}, 60_000);

test("a server that says 4xx gets the same mail again, after a crash of the worker too", async () => {
  await seedDevice(pool, "gw-1", { endsInDays: 5 });
  smtp.answer.code = 451;
  const first = await startWorker({ FIELDSEAL_SMTP_URL: smtp.url });
  await expect.poll(readMails, patience).toMatchObject([{ state: "deferred", tries: 1 }]);
  first.child.kill("SIGKILL");
  await first.exit;
  smtp.answer.code = null;
  await pool.query("update notification set next_try_at = now()");
  await pool.query("update job set leased_until = null, next_run_at = now() - interval '1 second'");
  const second = await startWorker({ FIELDSEAL_SMTP_URL: smtp.url });
  await expect.poll(readMails, patience).toMatchObject([{ state: "accepted", tries: 2 }]);
  expect(smtp.raw.length).toBe(1);
  second.child.kill("SIGTERM");
  expect(await second.exit).toBe(0);
}, 60_000);

/** Stands between the worker and PostgreSQL and can be cut. */
async function startProxy() {
  const { port: realPort, hostname } = new URL(postgres.url);
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = connect(Number(realPort), hostname);
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(postgres.url);
  url.host = `127.0.0.1:${port}`;
  const close = () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    cut();
    return closed;
  };
  return { url: url.href, cut, close, reopen: () => listen(port) };
}

test("PostgreSQL being away is said once, kills nobody, and what was missed is made up for", async () => {
  const proxy = await startProxy();
  await proxy.close();
  const { lines, child, exit } = await startWorker({ DATABASE_URL: proxy.url });
  const events = () => lines.flatMap(({ event }) => event ?? []);
  expect(events()).toEqual(["records-away", "started"]);
  await proxy.reopen();
  const ran = () => new Set(lines.flatMap(({ job, outcome }) => (outcome === "done" ? [job] : []))).size;
  await expect.poll(ran, { timeout: 25_000, interval: 50 }).toBe(7);
  expect(events()).toEqual(["records-away", "started", "records-back"]);

  // Connections break in the middle of whatever they do.
  for (let round = 0; round < 100; round += 1) {
    proxy.cut();
    await pool.query("notify fieldseal_crl");
    await pool.query("update job set leased_until = null, next_run_at = now() - interval '1 hour'");
  }
  expect(child.exitCode).toBeNull();
  const before = lines.length;
  await expect
    .poll(() => lines.slice(before).some(({ outcome }) => outcome === "done"), { timeout: 25_000 })
    .toBe(true);
  child.kill("SIGTERM");
  expect(await exit).toBe(0);
  await proxy.close();
}, 90_000);

test("a configuration that is wrong stops the start with every problem", async () => {
  const child = fork(path.join(import.meta.dirname, "main.ts"), {
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { PATH: "", FIELDSEAL_SMTP_URL: "nonsense" },
  });
  children.push(child);
  const exit = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const words = child.stderr ? await readText(child.stderr) : "";
  expect(words).toMatch(
    /DATABASE_URL is missing.*FIELDSEAL_SIGNER_SOCKET is missing.*FIELDSEAL_SMTP_URL must look like/,
  );
  expect(await exit).toBe(1);
}, 20_000);
