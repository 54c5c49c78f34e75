// One supervisor per data folder. A socket, not a file with a number in it: the kernel forgets the listener when the
// process dies, whatever killed it, so there is no stale number that another program may have by now.
import { renameSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";

import { OperatorError } from "./errors.ts";

export type Lock = {
  /** The last supervisor of this folder did not end by itself. */
  wasLeftBehind: boolean;
  release(): void;
};

export async function takeLock(socket: string): Promise<Lock> {
  const first = await listen(socket);
  if (first) return { ...first, wasLeftBehind: false };
  // Take the socket away before looking at it: then no other start can take away the one that we make next.
  const aside = `${socket}.${process.pid}`;
  renameSync(socket, aside);
  if (await isAnswered(aside)) {
    renameSync(aside, socket);
    throw alreadyRunning();
  }
  rmSync(aside);
  const second = await listen(socket);
  if (!second) throw alreadyRunning(); // another start was faster
  return { ...second, wasLeftBehind: true };
}

function alreadyRunning(): OperatorError {
  return new OperatorError(
    "Fieldseal is already running on this data folder. Stop it first, or set FIELDSEAL_DATA_DIR.",
  );
}

function listen(socket: string): Promise<Pick<Lock, "release"> | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((client) => {
      client.on("error", () => {}); // who asks may hang up at once; unhandled, that would end the supervisor
      client.end(`${process.pid}\n`);
    });
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen(socket, () => resolve({ release: () => server.close() })); // close also removes the file
  });
}

function isAnswered(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(socket);
    client.once("connect", () => resolve(true)).once("error", () => resolve(false));
    client.once("connect", () => client.destroy());
  });
}
