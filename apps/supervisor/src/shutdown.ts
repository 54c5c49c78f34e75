import { explain } from "./errors.ts";
import { say, warn } from "./screen.ts";

export type Shutdown = {
  /** Aborted as soon as a stop is asked for; a start that is under way ends at its next step. */
  signal: AbortSignal;
  /** What is registered last is closed first. */
  add(close: () => Promise<void> | void): void;
  /** The first call decides reason and exit code. */
  request(reason: string, exitCode: number): void;
  /** Resolves with the exit code once a stop is asked for and everything is closed. */
  finished: Promise<number>;
};

export function createShutdown(): Shutdown {
  const closers: (() => Promise<void> | void)[] = [];
  const controller = new AbortController();
  const { promise: finished, resolve } = Promise.withResolvers<number>();

  const closeAll = async (exitCode: number) => {
    let code = exitCode;
    for (let close = closers.pop(); close; close = closers.pop()) {
      try {
        await close();
      } catch (error) {
        warn(explain(error));
        code = 1;
      }
    }
    if (code === 0) say("stopped");
    resolve(code);
  };

  const request = (reason: string, exitCode: number) => {
    if (controller.signal.aborted) return;
    controller.abort();
    (exitCode === 0 ? say : warn)(exitCode === 0 ? `stopping: ${reason}` : reason);
    void closeAll(exitCode);
  };
  return { signal: controller.signal, add: (close) => closers.push(close), request, finished };
}
