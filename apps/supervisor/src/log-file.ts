import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

const LIMIT_BYTES = 10 * 1024 * 1024;

export type LogFile = { write(line: string): void; close(): void };

/** Appends lines; at 10 MB the file becomes `….log.1` and a new one begins. */
export function openLogFile(file: string): LogFile {
  let descriptor = openSync(file, "a", 0o600);
  let size = fstatSync(descriptor).size;
  let isClosed = false;
  const rotate = () => {
    closeSync(descriptor);
    renameSync(file, `${file}.1`);
    descriptor = openSync(file, "a", 0o600);
    size = 0;
  };
  const write = (line: string) => {
    if (isClosed) return; // a helper of an ended part still talks
    try {
      if (size > LIMIT_BYTES) rotate();
      size += writeSync(descriptor, `${line}\n`);
    } catch (error) {
      // A full disk must not end the processes that would go on without a log; the line is on the screen anyway.
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    }
  };
  const close = () => {
    isClosed = true;
    closeSync(descriptor);
  };
  return { write, close };
}
