// One supervisor per data folder. A socket, not a file with a number in it: the kernel forgets the listener when the
// process dies, whatever killed it, so there is no stale number that another program may have by now.
import { renameSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { OperatorError } from "./errors.ts";

export type Lock = {
  /** The last supervisor of this folder did not end by itself. */
  wasLeftBehind: boolean;
  release(): void;
};

/** Longer than several starts at the same moment need to move the socket of a dead supervisor out of the way. */
const SETTLE_MS = 60;
const ANSWER_MS = 3000;

export async function takeLock(socket: string): Promise<Lock> {
  const first = await listen(socket);
  const release = first ?? (await replace(socket));
  await sleep(SETTLE_MS);
  // Of two that listen, one has lost its name. It must not close: that would remove the name of the other.
  if ((await askHolder(socket)) !== process.pid) throw alreadyRunning();
  return { wasLeftBehind: first === null, release };
}

async function replace(socket: string): Promise<Lock["release"]> {
  if ((await askHolder(socket)) !== null) throw alreadyRunning();
  // Another start may have replaced the dead socket meanwhile: look again once nobody else can.
  const aside = `${socket}.${process.pid}`;
  moveIfThere(socket, aside);
  if ((await askHolder(aside)) !== null) {
    moveIfThere(aside, socket);
    throw alreadyRunning();
  }
  rmSync(aside, { force: true });
  const release = await listen(socket);
  if (!release) throw alreadyRunning(); // another start was faster
  return release;
}

function alreadyRunning(): OperatorError {
  return new OperatorError(
    "Fieldseal is already running on this data folder. Stop it first, or set FIELDSEAL_DATA_DIR.",
  );
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/** Null when somebody else's socket stands there, alive or dead. */
function listen(socket: string): Promise<Lock["release"] | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((client) => {
      client.on("error", () => {}); // who asks may hang up at once; unhandled, that would end the supervisor
      client.end(`${process.pid}\n`);
    });
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen(socket, () => resolve(() => void server.close())); // close also removes the file
  });
}

/** The process that answers at this socket; null when none does. */
function askHolder(socket: string): Promise<number | null> {
  return new Promise((resolve) => {
    let answer = "";
    const client = connect(socket);
    client.setTimeout(ANSWER_MS, () => {
      client.destroy();
      resolve(Number.NaN); // it lives, though it is busy or suspended
    });
    client.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    client.once("error", () => resolve(null)).once("end", () => resolve(Number(answer)));
  });
}
