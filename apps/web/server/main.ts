// The console's own server: knows the true peer of every request, tells the supervisor when it listens, stops in order.
import { createServer } from "node:http";
import path from "node:path";

import next from "next";

import { closeConsole, createHeartbeat } from "../src/compose.ts";
import { getConfig } from "../src/config.ts";

const beatMs = 10_000;
const stopMs = 10_000;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readConfig() {
  try {
    return getConfig();
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const config = readConfig();
const server = createServer();
const app = next({
  dev: config.isDevelopment,
  dir: path.join(import.meta.dirname, ".."),
  hostname: "localhost",
  port: config.webPort,
  httpServer: server,
});
await app.prepare();
const handle = app.getRequestHandler();

server.on("request", (request, response) => {
  // Overwritten or dropped: a client can send these too.
  request.headers["x-real-peer"] = request.socket.remoteAddress ?? "";
  for (const name of ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-fieldseal-path", "x-nonce"])
    delete request.headers[name];
  handle(request, response).catch((error: unknown) => {
    process.stderr.write(`request failed: ${String(error)}\n`);
    response.statusCode = 500;
    response.end();
  });
});

server.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EADDRINUSE")
    fail(`Port ${config.webPort} is in use by another program. Set FIELDSEAL_WEB_PORT to a free one.`);
  fail(`The console cannot listen: ${error.message}`);
});

const heartbeat = createHeartbeat();
let lastBeatFailure = "";
const beat = async () => {
  try {
    await heartbeat.beat();
    lastBeatFailure = "";
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Once per outage, not every ten seconds.
    if (message !== lastBeatFailure) process.stderr.write(`heartbeat failed: ${message}\n`);
    lastBeatFailure = message;
  }
};

let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  setTimeout(() => process.exit(1), stopMs).unref();
  clearInterval(timer);
  await new Promise<void>((closed) => {
    server.close(() => closed());
    server.closeIdleConnections();
  });
  await heartbeat.stop().catch(() => undefined);
  await app.close();
  await closeConsole();
  process.exit(0);
}

const timer = setInterval(() => void beat(), beatMs);
process.once("SIGTERM", () => void stop());
process.once("SIGINT", () => void stop());
// The supervisor's channel closes when it dies; nobody would stop this process otherwise.
process.once("disconnect", () => void stop());

server.listen(config.webPort, "127.0.0.1", () => {
  void beat();
  process.send?.("ready");
  if (!process.send) process.stdout.write(`console: ${config.consoleUrl}\n`);
});
