import { type AddressInfo, createServer, type Socket } from "node:net";
import path from "node:path";

import type { Actor } from "@fieldseal/core/actor";
import { createDeliverNotifications } from "@fieldseal/core/alerts/create-deliver-notifications";
import { systemRandom } from "@fieldseal/core/random";
import { type ScratchPostgres, startScratchPostgres } from "@fieldseal/db/embedded";
import { deploy, foldersOf } from "@fieldseal/db/migrations";
import { createPool, type Pool } from "@fieldseal/db/pool";
import { createAlertStore } from "@fieldseal/db/stores/alert-store";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { createMailer } from "./mailer.ts";

let postgres: ScratchPostgres;
let pool: Pool;

beforeAll(async () => {
  postgres = await startScratchPostgres();
  await deploy(postgres.url, foldersOf(path.join(import.meta.dirname, "../../..")));
  pool = createPool(postgres.url);
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

const actor: Actor = { kind: "system", id: "worker" };
const start = new Date("2026-11-20T09:00:00Z");
const after = (seconds: number) => new Date(start.getTime() + seconds * 1_000);

type Sink = { port: number; messageIds: string[]; close(): Promise<void> };
type Behaviour = "accept" | "450" | "550" | "drop-after-data";
let sink: Sink;
let behaviour: Behaviour;

/** A mail server of forty lines: the only kind that can be told to drop the line after it took the mail. */
async function startSink(port = 0): Promise<Sink> {
  const messageIds: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.write("220 sink\r\n");
    let buffer = "";
    let isData = false;
    socket.on("data", (chunk) => {
      buffer += chunk.toString("latin1");
      if (isData && buffer.endsWith("\r\n.\r\n")) {
        messageIds.push(/^Message-ID: (.*)\r$/m.exec(buffer)?.[1] ?? "none");
        isData = false;
        buffer = "";
        if (behaviour === "drop-after-data") socket.destroy();
        else socket.write("250 2.0.0 taken\r\n");
      }
      while (!isData && buffer.includes("\r\n")) {
        const line = buffer.slice(0, buffer.indexOf("\r\n"));
        buffer = buffer.slice(line.length + 2);
        isData = line === "DATA" && behaviour !== "450" && behaviour !== "550";
        socket.write(answerTo(line));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    return closed;
  };
  return { port: (server.address() as AddressInfo).port, messageIds, close };
}

function answerTo(line: string): string {
  if (line === "DATA") return "354 go on\r\n";
  if (line.startsWith("RCPT") && behaviour === "450") return "450 4.2.0 mailbox busy\r\n";
  if (line.startsWith("RCPT") && behaviour === "550") return "550 5.1.1 no such user\r\n";
  if (line === "QUIT") return "221 bye\r\n";
  return "250 ok\r\n";
}

beforeEach(async () => {
  await pool.query("truncate notification");
  behaviour = "accept";
  sink = await startSink();
});
afterEach(() => sink.close());

async function queueMail(count = 1): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await pool.query(
      `insert into notification (id, group_id, kind, recipient, subject, text_body, html_body, message_id, created_at)
       values ($1, $1, 'expiry', 'ops@example.com', 'subject', 'text', '<p>text</p>', $2, $3)`,
      [systemRandom.uuid(), `<${systemRandom.uuid()}@h.example>`, start],
    );
}

function createRun() {
  let ticks = 0;
  const mailer = createMailer({ smtpUrl: `smtp://127.0.0.1:${sink.port}`, mailFrom: "fieldseal@example.com" });
  const random = { bytes: () => new Uint8Array([(ticks += 1) % 256]), uuid: () => systemRandom.uuid() };
  const clock = { now: () => start };
  const deliver = createDeliverNotifications({ records: createAlertStore(pool), mailer, clock, random });
  return (now: Date) => deliver({ actor, now });
}

const readStates = async () =>
  (await pool.query("select state, tries, last_response as response from notification order by id")).rows;

test("4xx, then accepted: the same mail, once", async () => {
  await queueMail();
  const run = createRun();
  behaviour = "450";
  await run(start);
  expect(await readStates()).toEqual([{ state: "deferred", tries: 1, response: expect.stringContaining("450 4.2.0") }]);
  behaviour = "accept";
  await run(after(1));
  expect(sink.messageIds).toEqual([]);
  await run(after(31));
  expect(await readStates()).toEqual([{ state: "accepted", tries: 2, response: "250 2.0.0 taken" }]);
  await run(after(3_600));
  expect(sink.messageIds.length).toBe(1);
});

test("5xx is final", async () => {
  await queueMail();
  const run = createRun();
  behaviour = "550";
  await run(start);
  behaviour = "accept";
  await run(after(86_400));
  expect(await readStates()).toEqual([{ state: "failed", tries: 1, response: "550 5.1.1 no such user" }]);
});

test("nobody listening, then up again: the whole backlog arrives, each mail once", async () => {
  await queueMail(25);
  const run = createRun();
  const { port } = sink;
  await sink.close();
  const result = await run(start);
  expect(result).toMatchObject({ accepted: 0, deferred: 10, failed: 0 });
  sink = await startSink(port);
  await run(after(60));
  expect(new Set(sink.messageIds).size).toBe(25);
  expect(sink.messageIds.length).toBe(25);
  expect((await readStates()).every(({ state }) => state === "accepted")).toBe(true);
});

test("dropped after DATA: sent again with the same Message-ID, so that a reader sees one mail", async () => {
  await queueMail();
  const run = createRun();
  behaviour = "drop-after-data";
  await run(start);
  expect(await readStates()).toMatchObject([{ state: "deferred" }]);
  behaviour = "accept";
  await run(after(60));
  expect(sink.messageIds.length).toBe(2);
  expect(new Set(sink.messageIds).size).toBe(1);
  expect(await readStates()).toMatchObject([{ state: "accepted", tries: 2 }]);
});

test("two workers drain one backlog without sending a mail twice", async () => {
  await queueMail(60);
  await Promise.all([createRun()(start), createRun()(start), createRun()(start)]);
  expect(sink.messageIds.length).toBe(60);
  expect(new Set(sink.messageIds).size).toBe(60);
});
