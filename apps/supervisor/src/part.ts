import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { openLogFile } from "./log-file.ts";
import { decideRestart, recentDeaths } from "./restart-policy.ts";
import { say, sayPartLine, seconds } from "./screen.ts";

const STOP_SECONDS = 12;
const LAST_LINES = 8;

/** One of our processes: it sends "ready" when it serves, and stops on SIGTERM or when the channel to us closes. */
export type PartSpec = {
  name: string;
  title: string;
  /** Script, seen from the root of the repository. */
  file: string;
  /** For Node itself, before the script. */
  flags?: readonly string[];
  environment: Record<string, string>;
};

export type Part = {
  name: string;
  /** Resolves when it serves for the first time. */
  ready: Promise<void>;
  stop(): Promise<void>;
};

export type PartDeps = {
  root: string;
  logs: string;
  /** It died too often; the text says what is known. */
  onGivenUp: (reason: string) => void;
};

type Running = { child: ChildProcess; ended: Promise<string> };

/** Starts a part and starts it again, after a growing pause, whenever it dies. */
export function startPart(spec: PartSpec, { root, logs, onGivenUp }: PartDeps): Part {
  const log = openLogFile(path.join(logs, `${spec.name}.log`));
  const { promise: ready, resolve: setReady } = Promise.withResolvers<void>();
  let running: Running | undefined;
  let deaths: number[] = [];
  let lastErrors: string[] = [];
  let isStopping = false;
  let pause: NodeJS.Timeout | undefined;

  const launch = () => {
    const started = performance.now();
    const isRestart = deaths.length > 0;
    const child = spawnPart(spec, root);
    running = { child, ended: waitForEnd(child) };
    child.on("message", (message) => {
      if (message !== "ready") return;
      if (isRestart) say(`${spec.title} … restarted, ${seconds(performance.now() - started)}`);
      setReady();
    });
    // What is only worth keeping goes to the log; what somebody should see also to the screen.
    pipeLines(child.stdout, (line) => log.write(line));
    pipeLines(child.stderr, (line) => {
      sayPartLine(spec.name, line);
      log.write(line);
      lastErrors = [...lastErrors, line].slice(-LAST_LINES);
    });
    void running.ended.then((how) => {
      if (!isStopping) onDeath(how);
    });
  };

  const onDeath = (how: string) => {
    const now = performance.now();
    deaths = [...recentDeaths(deaths, now), now];
    const decision = decideRestart(deaths, now);
    if (!decision.restart) return onGivenUp(lastWords(spec.title, decision.deaths, how, lastErrors));
    say(`${spec.title} … died (${how}), restart in ${seconds(decision.pauseMs)}`);
    pause = setTimeout(launch, decision.pauseMs);
  };

  const stop = async () => {
    isStopping = true;
    clearTimeout(pause);
    if (running) await endPart(running);
    log.close();
  };

  launch();
  return { name: spec.name, ready, stop };
}

function lastWords(title: string, deaths: number, how: string, errors: readonly string[]): string {
  const lines = errors.map((line) => `\n  ${line}`).join("");
  return `The ${title} died ${deaths} times within a minute (${how}). Its last lines:${lines || " none"}`;
}

function spawnPart({ file, flags = [], environment }: PartSpec, root: string): ChildProcess {
  return spawn(process.execPath, [...flags, file], {
    cwd: root,
    detached: true, // Ctrl-C reaches only the supervisor, which stops the parts in order
    stdio: ["ignore", "pipe", "pipe", "ipc"], // a closed channel tells the part that the supervisor is gone
    env: environment,
  });
}

function pipeLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Infinity }).on("line", onLine);
}

/** Says how the child ended, once its last line of output is read. */
function waitForEnd(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => {
      const how = signal ?? `exit ${code}`;
      killGroup(child); // helpers of a killed part would keep its port
      child.once("close", () => resolve(how));
      setTimeout(() => resolve(how), 500); // a helper outside the group may hold the pipes open
    });
  });
}

async function endPart({ child, ended }: Running): Promise<void> {
  child.kill("SIGTERM");
  const impatient = setTimeout(() => killGroup(child), STOP_SECONDS * 1000);
  await ended;
  clearTimeout(impatient);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error; // nobody left
  }
}
