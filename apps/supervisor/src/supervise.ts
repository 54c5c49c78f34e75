import { accessSync, constants, mkdirSync } from "node:fs";
import path from "node:path";

import { foldersOf } from "@fieldseal/db/migrations";

import { addressWarning, runningBlock } from "./block.ts";
import { type Config, readConfig } from "./config.ts";
import { openDatabase, prepareDatabase, provision } from "./database.ts";
import { explain } from "./errors.ts";
import { createFleet } from "./fleet.ts";
import { takeLock } from "./lock.ts";
import type { Parts, PartsContext } from "./parts.ts";
import { writePlatformFile } from "./platform-file.ts";
import { checkPorts, wantedPorts } from "./ports.ts";
import { openScreen, say, warn } from "./screen.ts";
import { createShutdown, type Shutdown } from "./shutdown.ts";
import { stopOnSignals } from "./signals.ts";
import { makeSocketFolder, socketPath } from "./sockets.ts";

/** How long the parts of a killed supervisor may take to give their ports back. */
const LEFTOVER_PATIENCE_MS = 10_000;

export type SuperviseOptions = { root: string; createParts: (context: PartsContext) => Parts };

/** Brings everything up, keeps it up, takes it down; resolves with the exit code. */
export async function supervise({ root, createParts }: SuperviseOptions): Promise<number> {
  openScreen();
  const shutdown = createShutdown();
  try {
    const config = readConfig(root);
    stopOnSignals(shutdown, config);
    await bringUp({ root, config, createParts, shutdown });
  } catch (error) {
    // once a stop was asked for, the start breaks off in whatever step it was
    if (!shutdown.signal.aborted) shutdown.request(explain(error), 1);
  }
  return shutdown.finished;
}

type BringUp = SuperviseOptions & { config: Config; shutdown: Shutdown };

async function bringUp({ root, config, createParts, shutdown }: BringUp): Promise<void> {
  const { signal } = shutdown;
  const logs = prepareDataDir(config.dataDir);
  const signerSocket = socketPath(config.dataDir, "signer.sock");
  makeSocketFolder(signerSocket);
  const lock = await takeLock(socketPath(config.dataDir, "supervisor.sock"));
  shutdown.add(() => lock.release());
  await checkPorts(wantedPorts(config), { patienceMs: lock.wasLeftBehind ? LEFTOVER_PATIENCE_MS : 0 });
  signal.throwIfAborted();

  const fleet = createFleet({ root, logs, signal, onGivenUp: (reason) => shutdown.request(reason, 1) });
  const onMoved = async (adminUrl: string) => {
    say("postgresql … has another port now, restarting everything that uses it");
    await fleet.stop();
    const { urls } = await provision(adminUrl, config);
    await fleet.start(createParts({ config, urls, signerSocket }));
  };
  const database = await openDatabase({ config, shutdown, onMoved });
  signal.throwIfAborted();

  const preparing = prepareDatabase(database.adminUrl, foldersOf(root), config);
  shutdown.add(async () => void (await preparing.catch(() => {}))); // a migration is not cut off; its failure is awaited below
  const { provisioned, installation } = await preparing;
  writePlatformFile(config, signerSocket);
  shutdown.add(() => fleet.stop());
  await fleet.start(createParts({ config, urls: provisioned.urls, signerSocket }));
  signal.throwIfAborted();

  for (const warning of [provisioned.warning, addressWarning({ config, installation })]) if (warning) warn(warning);
  say(runningBlock({ config, installation, records: database.records, tookMs: performance.now() }));
}

/** Returns the folder of the log files. */
function prepareDataDir(dataDir: string): string {
  const logs = path.join(dataDir, "logs");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  return logs;
}
