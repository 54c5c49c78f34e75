import { PrismaPg } from "@prisma/adapter-pg";

import { PrismaClient } from "./generated/client.ts";

// Next bundles routes, proxy and the custom server separately; globalThis is what they share.
const shared = globalThis as { fieldsealPrisma?: Map<string, PrismaClient> };

/** One client, and so one pool, per database address and process. */
export function createClient(databaseUrl: string): PrismaClient {
  shared.fieldsealPrisma ??= new Map();
  const known = shared.fieldsealPrisma.get(databaseUrl);
  if (known) return known;
  const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, max: 4 }) });
  shared.fieldsealPrisma.set(databaseUrl, client);
  return client;
}
