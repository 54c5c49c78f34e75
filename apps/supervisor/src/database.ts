import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type Embedded, startEmbedded } from "@fieldseal/db/embedded";
import { deploy, type Folders, withDeploymentLock } from "@fieldseal/db/migrations";
import { checkServer } from "@fieldseal/db/migrations/check-server";
import { prepareInstallation, type PreparedInstallation } from "@fieldseal/db/migrations/installation";
import { grants, provisionRoles, type Provisioned } from "@fieldseal/db/roles";

import type { Config } from "./config.ts";
import { explain, OperatorError } from "./errors.ts";
import { decideRestart, recentDeaths } from "./restart-policy.ts";
import { say, seconds, step } from "./screen.ts";
import type { Shutdown } from "./shutdown.ts";

export type Database = {
  /** The address with which tables and roles are made. */
  adminUrl: string;
  /** Where the records lie, for the operator. */
  records: string;
};

export type DatabaseDeps = {
  config: Config;
  shutdown: Shutdown;
  /** PostgreSQL had to come back on another port, so every part needs its new address. */
  onMoved: (adminUrl: string) => Promise<void>;
};

export async function openDatabase(deps: DatabaseDeps): Promise<Database> {
  const url = deps.config.databaseUrl;
  if (url === null) return keepEmbedded(deps);
  const { version, place } = await step(
    "database",
    () => checkServer(url),
    (server) => `PostgreSQL ${server.version}`,
  );
  return { adminUrl: url, records: `PostgreSQL ${version} at ${place}` };
}

/** Starts the embedded PostgreSQL and brings it back when it dies, an adopted one included. */
async function keepEmbedded({ config, shutdown, onMoved }: DatabaseDeps): Promise<Database> {
  const { dataDir } = config;
  let starting = step(
    "postgresql",
    () => startEmbedded({ dataDir }),
    (server) => (server.adopted ? "was running" : null),
  );
  shutdown.add(async () => {
    const server = await starting.catch(() => null); // its failure is reported where it is awaited
    await server?.stop();
  });

  const watch = async (first: Embedded): Promise<void> => {
    let deaths: number[] = [];
    for (let server = first; ;) {
      await server.ended;
      if (shutdown.signal.aborted) return;
      const now = performance.now();
      deaths = [...recentDeaths(deaths, now), now];
      const decision = decideRestart(deaths, now);
      if (!decision.restart)
        throw new OperatorError(`PostgreSQL died ${decision.deaths} times within a minute; see ${server.logFile}`);
      say("postgresql … died, starting it again");
      await sleep(decision.pauseMs);
      if (shutdown.signal.aborted) return;
      starting = startEmbedded({ dataDir });
      const again = await starting;
      say(`postgresql … restarted, ${seconds(performance.now() - now)}`);
      if (again.url !== server.url) await onMoved(again.url);
      server = again;
    }
  };

  const first = await starting;
  watch(first).catch((error: unknown) => {
    shutdown.request(explain(error), 1);
  });
  return { adminUrl: first.url, records: first.data };
}

export type PreparedDatabase = { provisioned: Provisioned; installation: PreparedInstallation };

/** Tables, roles and the row of the installation; one supervisor at a time, should two share a database. */
export function prepareDatabase(adminUrl: string, folders: Folders, config: Config): Promise<PreparedDatabase> {
  return withDeploymentLock(adminUrl, async () => {
    await step(
      "migrations",
      () => deploy(adminUrl, folders),
      (names) => (names.length > 0 ? `${names.length} applied` : null),
    );
    const provisioned = await step("database roles", () => provision(adminUrl, config));
    const { host, publicUrl } = config;
    const installation = await prepareInstallation(adminUrl, { hostName: host, publicUrl });
    return { provisioned, installation };
  });
}

/** The roles' addresses; asked again when the database has moved. */
export function provision(adminUrl: string, { dataDir }: Config): Promise<Provisioned> {
  return provisionRoles({ adminUrl, grants, passwordsFile: path.join(dataDir, "database-roles.json") });
}
