// For developers:
//   migrate.ts diff           the SQL of the next migration, from an embedded scratch server
//   migrate.ts deploy         applies what is missing to this installation's database
//   migrate.ts forget NAME    lets a failed and corrected migration run again
import path from "node:path";

import { startScratchPostgres } from "@fieldseal/db/embedded";
import { deploy, difference, foldersOf, forget } from "@fieldseal/db/migrations";

const USAGE = "usage: migrate.ts diff | deploy | forget NAME";
const folders = foldersOf(path.resolve(import.meta.dirname, "../../.."));

async function diff(): Promise<void> {
  const scratch = await startScratchPostgres();
  try {
    const sql = await difference(scratch.url, folders);
    console.log(sql || "-- prisma/migrations and prisma/schema agree");
  } finally {
    await scratch.stop();
  }
}
await diff();
process.exit();
