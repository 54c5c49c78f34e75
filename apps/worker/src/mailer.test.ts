import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { text as readText } from "node:stream/consumers";

import type { OutgoingMail } from "@fieldseal/core/alerts/create-deliver-notifications";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";

import { createMailer } from "./mailer.ts";

const mail: OutgoingMail = {
  to: "ops@example.com",
  subject: "[Plant Nord] gw-1 expires in 7 d (27 Nov)",
  text: "Grüße aus Süd\n",
  html: "<p>Grüße</p>",
  messageId: "<1@fieldseal.example>",
};

type Received = { raw: string; from: string; to: string[]; isSecure: boolean };

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function startSmtp(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData: (stream, session, callback) => {
      const take = async () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : "";
        const to = rcptTo.map(({ address }) => address);
        received.push({ raw: await readText(stream), from, to, isSecure: session.secure });
        callback(null, "queued as 4711");
      };
      void take();
    },
    ...options,
  });
  server.on("error", () => undefined);
  const port = await listenOn(server.server as Server);
  closers.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { received, url: `smtp://127.0.0.1:${port}` };
}

async function listenOn(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A server that says what the script says, for behaviour that no honest server shows. */
async function startScripted(script: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    script(socket);
  });
  const port = await listenOn(server);
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return `smtp://127.0.0.1:${port}`;
}

const limits = { connectMs: 300, silenceMs: 300, conversationMs: 900 };
const send = (smtpUrl: string, override: Partial<OutgoingMail> = {}) =>
  createMailer({ smtpUrl, mailFrom: "fieldseal@example.com" }, limits).send({ ...mail, ...override });

test("a mail that is accepted: both parts in UTF-8, our headers, the words of the server", async () => {
  const { received, url } = await startSmtp();
  expect(await send(url)).toEqual({ accepted: true, response: "250 queued as 4711" });
  const [one] = received;
  expect(one).toMatchObject({ from: "fieldseal@example.com", to: ["ops@example.com"] });
  const raw = one?.raw ?? "";
  expect(raw).toMatch(/^From: Fieldseal <fieldseal@example\.com>\r$/m);
  expect(raw).toMatch(/^To: ops@example\.com\r$/m);
  expect(raw).toMatch(/^Message-ID: <1@fieldseal\.example>\r$/m);
  expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(raw).toMatch(/^Content-Type: multipart\/alternative/m);
  expect(raw).toMatch(/^Content-Type: text\/plain; charset=utf-8\r$/m);
  expect(raw).toMatch(/^Content-Type: text\/html; charset=utf-8\r$/m);
  expect(raw).toContain("Gr=C3=BC=C3=9Fe aus S=C3=BCd");
});

test("STARTTLS is used when it is offered", async () => {
  const { received, url } = await startSmtp({ disabledCommands: [] });
  expect(await send(`${url}?tls.rejectUnauthorized=false`)).toMatchObject({ accepted: true });
  expect(received[0]?.isSecure).toBe(true);
});

test("a certificate that cannot be verified is not talked to, and nothing is lost", async () => {
  const { received, url } = await startSmtp({ disabledCommands: [] });
  expect(await send(url)).toMatchObject({ accepted: false, permanent: false });
  expect(received).toEqual([]);
});

describe("what an answer means", () => {
  const refuseWith = (responseCode: number): SMTPServerOptions => ({
    onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error("no"), { responseCode })),
  });
  test.each([
    [450, false],
    [421, false],
    [550, true],
    [552, true],
  ])("%d to RCPT", async (code, permanent) => {
    const { url } = await startSmtp(refuseWith(code));
    expect(await send(url)).toMatchObject({ accepted: false, permanent, response: expect.stringContaining(`${code}`) });
  });

  test("a refused password is a fault of the settings, not of the mail", async () => {
    const { url } = await startSmtp({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, callback) => callback(Object.assign(new Error("bad password"), { responseCode: 535 })),
    });
    const answer = await send(url.replace("smtp://", "smtp://user:wrong@"));
    expect(answer).toMatchObject({ accepted: false, permanent: false });
  });

  test("nobody listening", async () => {
    const { url } = await startSmtp();
    for (const close of closers.splice(0)) await close();
    expect(await send(url)).toMatchObject({ accepted: false, permanent: false, isServerDown: true });
  });

  test("a server that takes the connection and says nothing", async () => {
    const url = await startScripted(() => undefined);
    expect(await send(url)).toMatchObject({ accepted: false, permanent: false, isServerDown: true });
  });

  test("a server that drips one byte at a time is left after the time for a conversation", async () => {
    const url = await startScripted((socket) => {
      socket.write("220 slow\r\n");
      socket.once("data", () => {
        const timer = setInterval(() => socket.write("2"), 50);
        socket.on("close", () => clearInterval(timer));
      });
    });
    expect(await send(url)).toMatchObject({ accepted: false, permanent: false });
  });
});

test("hostile names change no header (T35)", async () => {
  const payloads = [
    "\r\nBcc: x@example.com",
    "\nX-Evil: 1",
    "\r\n\r\nbody",
    "\0",
    "\u2028Bcc: x",
    "\u0085Bcc: x",
  ].flatMap((payload) => [payload, `a${payload}`, `${payload}b`, `a${payload}${payload}`]);
  const { received, url } = await startSmtp();
  await send(url);
  await Promise.all(payloads.map((payload) => send(url, { subject: `[x] ${payload}` })));
  await Promise.all(payloads.map((payload) => send(url, { to: `ops@example.com${payload}` })));
  const names = received.map(({ raw }) =>
    (raw.split("\r\n\r\n")[0] ?? "")
      .split("\r\n")
      .filter((line) => /^\S/.test(line))
      .map((line) => line.split(":")[0] ?? "")
      .toSorted((one, other) => one.localeCompare(other))
      .join(),
  );
  expect(received.length).toBeGreaterThan(payloads.length);
  expect(new Set(names).size).toBe(1);
  expect(received.every(({ to }) => to.length === 1)).toBe(true);
});
