import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";

import { PrismaClient } from "./generated/client.ts";

// Next bundles routes, proxy and the custom server separately; globalThis is what they share.
const shared = globalThis as { fieldsealPrisma?: Map<string, PrismaClient> };

type QueryConfig = { types?: { getTypeParser: (oid: number, format?: string) => unknown } };

/** Prisma reads int8 as text and refuses the bigint that pool.ts makes of it for the whole process. */
function withTextInt8(config: unknown): unknown {
  const given = (config as QueryConfig | null)?.types;
  if (typeof config !== "object" || !given) return config;
  const getTypeParser = (oid: number, format?: string) =>
    oid === pg.types.builtins.INT8 && format !== "binary" ? String : given.getTypeParser(oid, format);
  return { ...config, types: { ...given, getTypeParser } };
}

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
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...parameters: unknown[]) => unknown;
    Object.assign(client, { query: (config: unknown, ...rest: unknown[]) => query(withTextInt8(config), ...rest) });
  });
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
