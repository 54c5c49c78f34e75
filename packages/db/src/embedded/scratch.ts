import { randomBytes } from "node:crypto";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { findAccount } from "./account.ts";
import { findBinaries } from "./binaries.ts";
import { DATABASE, initialise } from "./cluster.ts";
import { findFreePort } from "./port.ts";
import { launchServer, urlOf } from "./server.ts";

export type ScratchPostgres = { url: string; stop(): Promise<void> };

/** What a test gives up for speed: nothing survives a power cut. */
const FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "autovacuum=off"];

/** A PostgreSQL of its own for a test; `stop` deletes it. Several may run at once. */
export async function startScratchPostgres({ directory = tmpdir() } = {}): Promise<ScratchPostgres> {
  const home = mkdtempSync(path.join(directory, "fieldseal-scratch-"));
  const data = path.join(home, "data");
  const account = findAccount(data);
  if (account) chownSync(home, account.uid, account.gid);
  const cluster = { data, bin: await findBinaries(), account };
  const password = randomBytes(24).toString("base64url");
  await initialise(cluster, password, ["--no-sync", "--no-instructions"]);
  const logFile = path.join(home, "postgresql.log");
  const port = await findFreePort();
  const server = await launchServer({ ...cluster, port, password, logFile, settings: FAST, isDetached: false });
  const onExit = () => process.kill(server.pid, "SIGKILL"); // a test run that ends without stopping it
  process.once("exit", onExit);
  const stop = async () => {
    process.off("exit", onExit);
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { url: urlOf({ port: server.port, password, database: DATABASE }), stop };
}
