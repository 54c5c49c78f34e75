import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Config } from "./config.ts";

/**
 * `platform.json` of the data folder (0600): where this installation was started, so that its command line needs no
 * environment of its own.
 */
export function writePlatformFile(config: Config, signerSocket: string): void {
  const { databaseUrl, host, webPort, devicePort, publicPort, consoleUrl } = config;
  const file = path.join(config.dataDir, "platform.json");
  const facts = { databaseUrl, hostName: host, webPort, devicePort, publicPort, consoleUrl, signerSocket };
  writeFileSync(`${file}.new`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
