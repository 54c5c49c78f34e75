// The running server of a data folder, known by the file that PostgreSQL itself keeps there.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export type Postmaster = { pid: number; port: number };

/** What postmaster.pid says, true or stale. */
export function readPostmaster(data: string): Postmaster | null {
  const file = path.join(data, "postmaster.pid");
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, "utf8").split("\n");
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

/** The process may have died and its number may belong to another program by now, so its command line is compared. */
export function isPostmaster(pid: number, data: string): boolean {
  return commandLine(pid).includes(` -D ${data} `);
}

function commandLine(pid: number): string {
  try {
    // arguments end in NUL; empty for a zombie
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
  } catch {
    return "";
  }
}

/** For a server that is not our child, and so does not tell us of its end. */
export async function waitForEnd({ pid }: Postmaster, data: string): Promise<void> {
  while (isPostmaster(pid, data)) await sleep(250, undefined, { ref: false });
}
