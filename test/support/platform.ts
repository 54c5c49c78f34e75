import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { readConnection } from "@fieldseal/db/embedded";

export const repository = path.resolve(import.meta.dirname, "../..");

export type CliResult = { code: number; stdout: string; stderr: string; json: () => Record<string, unknown> };

export type Platform = {
  dataDir: string;
  webPort: number;
  devicePort: number;
  publicPort: number;
  estUrl: string;
  publicUrl: string;
  consoleUrl: string;
  setupCode: string | null;
  /** Everything that the supervisor printed so far. */
  output: () => string;
  /** Address of the records with the rights of their owner: the test looks behind the scenes with it. */
  databaseUrl: string;
  environment: NodeJS.ProcessEnv;
  pid: number;
  cli: (...words: string[]) => Promise<CliResult>;
  stop: () => Promise<number | null>;
};

/** A port that nobody has at this moment. */
export function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  seconds = 30,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function runCli(environment: NodeJS.ProcessEnv, words: string[]): Promise<CliResult> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(repository, "apps/cli/src/main.ts"), ...words],
      { env: environment, cwd: repository, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
        resolve({ code, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> });
      },
    );
  });
}

function waitForBlock(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (/^ {2}Next /m.test(output())) resolve();
    };
    child.stdout?.on("data", look);
    child.once("exit", (code) => reject(new Error(`the platform ended with ${code}:\n${output()}`)));
  });
}

/** The platform as `npm start` runs it, on its own ports and with records of its own that are thrown away afterwards. */
export async function startPlatform(extra: NodeJS.ProcessEnv = {}): Promise<Platform> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "fieldseal-e2e-"));
  const [webPort, devicePort, publicPort, adminPort] = await Promise.all([
    findPort(),
    findPort(),
    findPort(),
    findPort(),
  ]);
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    LANG: "C.UTF-8",
    FIELDSEAL_DATA_DIR: dataDir,
    FIELDSEAL_WEB_PORT: String(webPort),
    FIELDSEAL_DEVICE_PORT: String(devicePort),
    FIELDSEAL_PUBLIC_PORT: String(publicPort),
    FIELDSEAL_ADMIN_PORT: String(adminPort),
    ...extra,
  };
  const child = spawn(process.execPath, ["apps/supervisor/src/main.ts"], {
    cwd: repository,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await waitForBlock(child, () => text);
  const record = extra["DATABASE_URL"]
    ? null
    : (JSON.parse(readFileSync(path.join(dataDir, "postgres.json"), "utf8")) as { data: string });
  return {
    dataDir,
    webPort,
    devicePort,
    publicPort,
    estUrl: `https://localhost:${devicePort}/.well-known/est`,
    publicUrl: `http://localhost:${publicPort}`,
    consoleUrl: `http://localhost:${webPort}`,
    setupCode: /Set-up code +([0-9A-Z-]+)/.exec(text)?.[1] ?? null,
    output: () => text,
    databaseUrl: extra["DATABASE_URL"] ?? readConnection(dataDir)?.url ?? "",
    environment,
    pid: child.pid ?? 0,
    // The data folder tells the command everything else.
    cli: (...words) =>
      runCli({ PATH: environment["PATH"], HOME: environment["HOME"], FIELDSEAL_DATA_DIR: dataDir }, words),
    stop: async () => {
      child.kill("SIGTERM");
      const code = await exited;
      rmSync(dataDir, { recursive: true, force: true });
      // As root the records lie outside the data folder.
      if (record && !record.data.startsWith(dataDir))
        rmSync(path.dirname(record.data), { recursive: true, force: true });
      return code;
    },
  };
}
