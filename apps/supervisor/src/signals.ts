import type { Config } from "./config.ts";
import type { Shutdown } from "./shutdown.ts";

const PARENT_CHECK_MS = 500;

/** Everything that may end `npm start` ends in one orderly stop. Asking twice changes nothing: npm repeats Ctrl-C. */
export function stopOnSignals(shutdown: Shutdown, { isStartedByNpm }: Config): void {
  process.on("SIGTERM", () => shutdown.request("SIGTERM", 0));
  process.on("SIGINT", () => shutdown.request("Ctrl-C", 0));
  process.on("SIGHUP", () => shutdown.request("the terminal was closed", 0));
  if (isStartedByNpm) watchParent(shutdown);
}

/** A killed npm takes nobody with it; its child is then handed to another parent. */
function watchParent(shutdown: Shutdown): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    shutdown.request("npm is gone", 0);
  }, PARENT_CHECK_MS);
  timer.unref();
}
