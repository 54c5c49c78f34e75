import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";

import { PrismaClient } from "./generated/client.ts";

// Next bundles routes, proxy and the custom server separately; globalThis is what they share.
const shared = globalThis as { fieldsealPrisma?: Map<string, PrismaClient> };

function createPrismaPool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 4,
    application_name: "fieldseal-prisma",
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    options: "-c timezone=UTC",
  });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined)); // its query fails, and that is enough
  return pool;
}

/** One client, and so one pool, per database address and process. */
export function createClient(databaseUrl: string): PrismaClient {
  shared.fieldsealPrisma ??= new Map();
  const known = shared.fieldsealPrisma.get(databaseUrl);
  if (known) return known;
  const client = new PrismaClient({
    adapter: new PrismaPg(createPrismaPool(databaseUrl), { disposeExternalPool: true }),
  });
  shared.fieldsealPrisma.set(databaseUrl, client);
  return client;
}
