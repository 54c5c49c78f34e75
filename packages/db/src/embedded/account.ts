import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";

/** The unprivileged account that PostgreSQL runs as when we are root; it refuses to be root itself. */
export type Account = { uid: number; gid: number };

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * As an ordinary user: no other account. As root: whoever owns the data, because a `postgres` account may have been
 * installed since; for new data `postgres` if it exists, else nobody (65534).
 */
export function findAccount(dataDirectory: string): Account | undefined {
  if (!isRoot()) return undefined;
  if (existsSync(dataDirectory)) {
    const { uid, gid } = statSync(dataDirectory);
    if (uid !== 0) return { uid, gid };
  }
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function idOf(flag: "-u" | "-g"): number {
  try {
    return Number(execFileSync("id", [flag, "postgres"], { stdio: ["ignore", "pipe", "ignore"] }));
  } catch {
    return 65534; // no such account
  }
}
