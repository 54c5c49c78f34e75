import { compose } from "./compose.ts";
import { ConfigError, readConfig } from "./config.ts";

async function main(): Promise<void> {
  const worker = compose(readConfig(), (line) => process.stdout.write(line));
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await worker.stop();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  // The supervisor is gone: nobody would stop us later.
  process.on("disconnect", () => void stop());
  await worker.start();
  process.send?.("ready");
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
