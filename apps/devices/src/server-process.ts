import type { Server } from "node:https";

import { compose } from "./compose.ts";
import type { Config } from "./config.ts";
import { createEstListener, reload, type TlsMaterial } from "./est-listener.ts";
import { createCounter } from "./metrics.ts";
import type { OcspMaterial } from "./ocsp-issuers.ts";
import { createPublicListener } from "./public-listener.ts";
import { createListener } from "./serve.ts";

export type ToServer = { ocsp: OcspMaterial; tls: Omit<TlsMaterial, "ticketKeys"> & { ticketKeysBase64: string } };
export type FromServer = { listening: "public" | "est" } | { counts: Record<string, number> } | { failed: string };

const drainMs = 8_000;

function tell(message: FromServer): void {
  if (process.connected) process.send?.(message);
}

function failedText(error: unknown, port: number, what: string, variable: string): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "EADDRINUSE")
    return `Port ${port} (${what}) is taken. Stop the program that uses it or set ${variable}.`;
  if (code === "EACCES")
    return `Port ${port} (${what}) may not be opened by this account. Choose one above 1023 with ${variable}.`;
  return `Port ${port} (${what}): ${String(error)}`;
}

/** One of the processes that share the ports. It serves the repository at once, and EST as soon as it is handed TLS. */
export function runServerProcess(config: Config): void {
  const composition = compose(config);
  const counter = createCounter();
  const publicServer = createPublicListener(
    createListener(composition.handleRepository, (path, status) => counter.count("public", path, status)),
  );
  const estRequests = createListener(composition.handleEst, (path, status) => counter.count("est", path, status));
  let estServer: Server | null = null;

  publicServer.on("error", (error) =>
    tell({ failed: failedText(error, config.publicPort, "repository", "FIELDSEAL_PUBLIC_PORT") }),
  );
  publicServer.listen(config.publicPort, () => tell({ listening: "public" }));

  process.on("message", ({ tls, ocsp }: ToServer) => {
    composition.ocspIssuers.use(ocsp);
    const material = { ...tls, ticketKeys: Buffer.from(tls.ticketKeysBase64, "base64") };
    if (estServer) return reload(estServer, material);
    estServer = createEstListener(material, estRequests);
    estServer.on("error", (error) =>
      tell({ failed: failedText(error, config.devicePort, "device API", "FIELDSEAL_DEVICE_PORT") }),
    );
    estServer.listen(config.devicePort, () => tell({ listening: "est" }));
  });
  const reporting = setInterval(() => tell({ counts: counter.take() }), 2_000);

  let stopping = false;
  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), drainMs).unref();
    clearInterval(reporting);
    const servers = [publicServer, ...(estServer ? [estServer] : [])];
    await Promise.all(
      servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeIdleConnections();
          }),
      ),
    );
    await composition.close();
    process.exit(0);
  }
  process.once("SIGTERM", () => void stop());
  process.once("disconnect", () => void stop());
  process.on("SIGINT", () => undefined); // the parent decides
}
