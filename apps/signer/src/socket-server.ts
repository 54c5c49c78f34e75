import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import path from "node:path";

import { z } from "zod";

import { Refusal } from "./refusal.ts";

const requestSchema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("sign-certificate"), certificateId: z.uuid() }),
  z.strictObject({ op: z.literal("sign-crl"), crlId: z.uuid(), rootPassphrase: z.string().max(1024).optional() }),
  z.strictObject({
    op: z.literal("first-ceremony"),
    ceremonyId: z.uuid(),
    rootPassphrase: z.string().min(1).max(1024),
  }),
]);
export type SignerRequest = z.infer<typeof requestSchema>;

/** A request is a line of ids and at most a passphrase. */
const maxRequestBytes = 8_192;
const idleMs = 10_000;

export type Handler = (request: SignerRequest) => Promise<Record<string, string>>;

function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed before a request came")));
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
      if (text.length > maxRequestBytes) return socket.destroy();
      const end = text.indexOf("\n");
      if (end >= 0) resolve(text.slice(0, end));
    });
  });
}

function parse(line: string): SignerRequest {
  try {
    return requestSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new Refusal("request-malformed", "This is not a request that the signer knows.", { cause });
  }
}

async function answer(socket: Socket, handle: Handler, log: (line: object) => void): Promise<void> {
  const line = await readLine(socket).catch(() => null);
  if (line === null) return;
  socket.setTimeout(0);
  let op = "unknown";
  try {
    const request = parse(line);
    op = request.op;
    const result = await handle(request);
    socket.end(JSON.stringify({ ok: true, result }));
  } catch (error) {
    const refusal =
      error instanceof Refusal ? error : new Refusal("fault", "The signer failed; its log says why.", { cause: error });
    log({
      op,
      refused: refusal.code,
      detail: refusal.detail,
      cause: refusal.cause instanceof Error ? refusal.cause.message : undefined,
    });
    socket.end(JSON.stringify({ ok: false, code: refusal.code, detail: refusal.detail }));
  }
}

const isAnswered = (socketPath: string) =>
  new Promise<boolean>((resolve) => {
    const probe = connect(socketPath, () => {
      probe.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });

/** Listens on a Unix socket that only this account can open; there is no other door. */
export async function listen(socketPath: string, handle: Handler, log: (line: object) => void): Promise<Server> {
  mkdirSync(path.dirname(socketPath), { recursive: true, mode: 0o700 });
  if (await isAnswered(socketPath)) throw new Error(`another signer already listens on ${socketPath}`);
  rmSync(socketPath, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    void answer(socket, handle, log);
  });
  const mask = process.umask(0o177);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  process.umask(mask);
  chmodSync(socketPath, 0o600);
  return server;
}
