import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { Config } from "./config.ts";
import { OperatorError } from "./errors.ts";

export type WantedPort = { port: number; title: string; variable: string; host?: string };

export function wantedPorts(config: Config): WantedPort[] {
  return [
    { port: config.webPort, title: "console", variable: "FIELDSEAL_WEB_PORT", host: "127.0.0.1" },
    { port: config.devicePort, title: "device API", variable: "FIELDSEAL_DEVICE_PORT" },
    { port: config.publicPort, title: "repository", variable: "FIELDSEAL_PUBLIC_PORT" },
    ...(config.adminPort === null
      ? []
      : [{ port: config.adminPort, title: "metrics", variable: "FIELDSEAL_ADMIN_PORT", host: "127.0.0.1" }]),
  ];
}

/**
 * Before anything starts: every port that cannot be had, one line each. The parts of a killed supervisor need a moment
 * to end, so then it is asked a few times.
 */
export async function checkPorts(wanted: readonly WantedPort[], { patienceMs }: { patienceMs: number }): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const problems = (await Promise.all(wanted.map(problemOf))).filter((problem) => problem !== null);
    if (problems.length === 0) return;
    if (performance.now() >= deadline) throw new OperatorError(problems.join("\n"));
    await sleep(100);
  }
}

function problemOf({ port, title, variable, host }: WantedPort): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(describe(error, `Port ${port} (${title})`, variable)),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

function describe(error: NodeJS.ErrnoException, port: string, variable: string): string {
  if (error.code === "EADDRINUSE") return `${port} is taken. Stop the program that uses it or set ${variable}.`;
  if (error.code === "EACCES") return `${port} is not open to this user. Set ${variable} to a port above 1023.`;
  return `${port} cannot be opened (${error.code ?? error.message}). Set ${variable} to another port.`;
}
