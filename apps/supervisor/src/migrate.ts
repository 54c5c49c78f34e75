// For developers and for recovery, with the Node of node_modules/.bin:
//   migrate.ts diff           the SQL of the next migration, from an embedded scratch server
//   migrate.ts deploy         applies what is missing to this installation's database
//   migrate.ts forget NAME    lets a failed and corrected migration run again
import path from "node:path";

import { readConnection, startScratchPostgres } from "@fieldseal/db/embedded";
import { deploy, difference, foldersOf, forget } from "@fieldseal/db/migrations";

import { readConfig } from "./config.ts";
import { explain, OperatorError } from "./errors.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const folders = foldersOf(root);

async function diff(): Promise<string> {
  const scratch = await startScratchPostgres();
  try {
    return (await difference(scratch.url, folders)) || "-- prisma/migrations and prisma/schema agree";
  } finally {
    await scratch.stop();
  }
}

function databaseUrl(): string {
  const { databaseUrl: external, dataDir } = readConfig(root);
  const url = external ?? readConnection(dataDir)?.url;
  if (url) return url;
  throw new OperatorError(`There is no database in ${dataDir} yet: run npm start, or set DATABASE_URL.`);
}

async function deployHere(): Promise<string> {
  const names = await deploy(databaseUrl(), folders);
  return names.length > 0 ? `applied: ${names.join(", ")}` : "nothing to apply";
}

async function forgetHere(name: string): Promise<string> {
  await forget(databaseUrl(), folders, name);
  return `${name} will run again at the next start`;
}

function run([command, name]: string[]): Promise<string> | null {
  if (command === "diff") return diff();
  if (command === "deploy") return deployHere();
  if (command === "forget" && name) return forgetHere(name);
  return null;
}

try {
  const work = run(process.argv.slice(2));
  console.log(work ? await work : "usage: migrate.ts diff | deploy | forget NAME");
  process.exit(work ? 0 : 2); // explicitly: a timer inside the schema engine would keep the process for ten seconds
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
