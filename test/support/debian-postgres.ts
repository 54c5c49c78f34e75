import { execFileSync, spawn } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import pg from "pg";

import { findPort, until } from "./platform.ts";

export type DebianPostgres = { url: (role?: { name: string; password: string }) => string; stop: () => Promise<void> };

const owner = { name: "plant", password: "plant-owner" };

/** The account that PostgreSQL may run as: itself, or `postgres` when we are root. */
function accountOf(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"]).toString());
  return { uid: id("-u"), gid: id("-g") };
}

/** Debian's own PostgreSQL (15 on Debian 12) as the external database of a test; `stop` deletes it. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const versions = readdirSync("/usr/lib/postgresql").sort((a, b) => Number(a) - Number(b));
  const bin = `/usr/lib/postgresql/${versions[0]}/bin`;
  const account = accountOf();
  const home = mkdtempSync(path.join(tmpdir(), "fieldseal-external-"));
  const secret = path.join(home, "secret");
  writeFileSync(secret, owner.password, { mode: 0o644 });
  if (account.uid !== undefined) chownSync(home, account.uid, account.gid ?? 0);
  const options = { ...account, cwd: home, env: { PATH: "/usr/bin:/bin", LC_ALL: "C" } };
  execFileSync(
    path.join(bin, "initdb"),
    ["-D", "data", "-U", owner.name, "--pwfile", secret, "-A", "scram-sha-256", "--no-sync"],
    { ...options, stdio: "ignore" },
  );
  const port = await findPort();
  const server = spawn(
    path.join(bin, "postgres"),
    [
      "-D",
      "data",
      "-p",
      String(port),
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      `unix_socket_directories=${home}`,
      "-c",
      "fsync=off",
    ],
    { ...options, stdio: "ignore" },
  );
  const exited = new Promise((resolve) => server.once("exit", resolve));
  const url = (role = owner) => `postgresql://${role.name}:${role.password}@127.0.0.1:${port}/postgres`;
  await until("Debian's PostgreSQL", async () => {
    const client = new pg.Client({ connectionString: url() });
    const isUp = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    return isUp;
  });
  return {
    url,
    stop: async () => {
      server.kill("SIGINT");
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
