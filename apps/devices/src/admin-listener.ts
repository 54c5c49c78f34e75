import { createServer, type Server } from "node:http";

import { log } from "./log.ts";

const defaultPort = 8081;

/**
 * /metrics, /healthz and /readyz on loopback. Without a configured port a taken default is no reason to stop: another
 * installation on this machine may have it.
 */
export function startAdminListener(
  port: number | null,
  facts: { isReady: () => Promise<boolean>; metrics: () => string },
): Server {
  const server = createServer((request, response) => {
    const reply = (status: number, type: string, text: string) => {
      response.writeHead(status, { "Content-Type": type, "Content-Length": String(Buffer.byteLength(text)) });
      response.end(text);
    };
    const plain = "text/plain; charset=utf-8";
    switch (request.url ?? "") {
      case "/healthz":
        return reply(200, plain, "ok\n");
      case "/readyz":
        return void facts
          .isReady()
          .then((ready) => reply(ready ? 200 : 503, plain, ready ? "ready\n" : "the database does not answer\n"));
      case "/metrics":
        return reply(200, "text/plain; version=0.0.4; charset=utf-8", facts.metrics());
      default:
        return reply(404, plain, "There is nothing here.\n");
    }
  });
  server.on("error", (error) => {
    log({ adminPort: port ?? defaultPort, closed: error.message, fix: "set FIELDSEAL_ADMIN_PORT to a free port" });
  });
  server.listen(port ?? defaultPort, "127.0.0.1");
  return server;
}
