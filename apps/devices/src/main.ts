import cluster from "node:cluster";

import { type Config, readConfig } from "./config.ts";
import { runParentProcess } from "./parent-process.ts";
import { runServerProcess } from "./server-process.ts";

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

const config = readConfigOrExit();
if (cluster.isPrimary) runParentProcess(config);
else runServerProcess(config);
