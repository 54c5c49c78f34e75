import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import pg from "pg";

import { type Cluster, DATABASE, OWNER, SERVER_ENVIRONMENT } from "./cluster.ts";
import { EmbeddedPostgresError } from "./error.ts";
import { findFreePort, isPortFree } from "./port.ts";
import { isPostmaster, readPostmaster, waitForEnd } from "./postmaster.ts";

const START_ATTEMPTS = 8;
const START_SECONDS = 60; // recovery after a crash replays the log first
const STOP_SECONDS = 15;

export type Server = {
  port: number;
  pid: number;
  /** Found running, left behind by a killed supervisor. */
  adopted: boolean;
  /** Resolves when the server is gone, whoever ended it. */
  ended: Promise<void>;
  /** Orderly: connections are cut, everything is on disk. */
  stop(): Promise<void>;
};

export type Launch = Cluster & {
  port: number;
  password: string;
  logFile: string;
  settings: string[];
  /** Its own process group, so that Ctrl-C does not reach it before the programs that use it are stopped. */
  isDetached: boolean;
};

export function urlOf({ port, password, database }: { port: number; password: string; database: string }): string {
  return `postgresql://${OWNER}:${password}@127.0.0.1:${port}/${database}`;
}

/** The server that already runs on this data folder, once it answers; null when there is none. */
export async function adopt(launch: Launch): Promise<Server | null> {
  const postmaster = readPostmaster(launch.data);
  if (!postmaster || !isPostmaster(postmaster.pid, launch.data)) return null;
  let alive = true;
  const ended = waitForEnd(postmaster, launch.data).then(() => {
    alive = false;
  });
  const server = toServer({ ...postmaster, adopted: true, ended });
  if (await answers({ ...launch, port: postmaster.port }, () => alive)) return server;
  if (!alive) return null;
  throw new EmbeddedPostgresError(
    `PostgreSQL (process ${postmaster.pid}) runs on ${launch.data} but does not accept the password of this installation. ` +
      `Stop it (kill -INT ${postmaster.pid}) and start again.`,
  );
}

/** Starts PostgreSQL; takes another port if the wanted one is taken by now. */
export async function launchServer(launch: Launch): Promise<Server> {
  let { port } = launch;
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
    if (!(await isPortFree(port, "127.0.0.1"))) port = await findFreePort();
    const server = await tryLaunch({ ...launch, port });
    if (server) return server;
    await sleep(100 * attempt); // back ends of a killed server hold its shared memory for a moment
  }
  throw new EmbeddedPostgresError(`PostgreSQL did not start; the reason is at the end of ${launch.logFile}`);
}

async function tryLaunch(launch: Launch): Promise<Server | null> {
  const log = openSync(launch.logFile, "a", 0o600);
  const child = spawn(path.join(launch.bin, "postgres"), serverArguments(launch), {
    ...launch.account,
    cwd: path.dirname(launch.data),
    detached: launch.isDetached,
    stdio: ["ignore", log, log],
    env: { ...SERVER_ENVIRONMENT, ...staleLock(launch.data) },
  });
  closeSync(log);
  let alive = true;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      alive = false;
      resolve();
    };
    child.once("exit", end).once("error", end);
  });
  if (child.pid !== undefined && (await answers(launch, () => alive)))
    return toServer({ port: launch.port, pid: child.pid, adopted: false, ended });
  child.kill("SIGQUIT");
  await ended;
  return null;
}

function serverArguments({ data, port, settings }: Launch): string[] {
  const all = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
    ...settings,
  ];
  return ["-D", data, "-p", String(port), ...all.flatMap((setting) => ["-c", setting])];
}

/**
 * After kill -9 or a power cut the number in postmaster.pid may belong to another program of this account, and
 * PostgreSQL would refuse to start. It ignores the number given here, and still checks that no back end of the old
 * server is left, which removing the file would prevent.
 */
function staleLock(data: string): { PG_GRANDPARENT_PID?: string } {
  const postmaster = readPostmaster(data);
  return postmaster && !isPostmaster(postmaster.pid, data) ? { PG_GRANDPARENT_PID: String(postmaster.pid) } : {};
}

function toServer(found: Omit<Server, "stop">): Server {
  const stop = async () => {
    signal(found.pid, "SIGINT");
    const impatient = setTimeout(() => signal(found.pid, "SIGQUIT"), STOP_SECONDS * 1000);
    await found.ended;
    clearTimeout(impatient);
  };
  return { ...found, stop };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error; // gone already
  }
}

/** Waits until the server takes connections; also makes our database, which a new cluster does not have. */
async function answers(launch: Pick<Launch, "port" | "password">, isAlive: () => boolean): Promise<boolean> {
  const deadline = performance.now() + START_SECONDS * 1000;
  while (isAlive() && performance.now() < deadline) {
    const client = new pg.Client({
      connectionString: urlOf({ ...launch, database: "postgres" }),
      connectionTimeoutMillis: 2000,
    });
    client.on("error", () => {}); // seen as a failed query below
    try {
      await client.connect();
      const found = await client.query("select from pg_database where datname = $1", [DATABASE]);
      if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
      return true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === "28P01") return false; // not our password
    } finally {
      await client.end().catch(() => {});
    }
    await sleep(30);
  }
  return false;
}
