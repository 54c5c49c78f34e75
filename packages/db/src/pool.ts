import pg from "pg";

export type Pool = pg.Pool;
export type Queryable = Pick<pg.ClientBase, "query">;

/** int8 (cRLNumber, seq) as bigint, in our own pools only: Prisma's pool in the same process wants text. Counts are cast to int4. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 && format !== "binary" ? BigInt : pg.types.getTypeParser(oid, format),
};

/**
 * Connections of one process. Every statement and every wait is bounded, so that a black hole in the network becomes
 * an error within seconds and never a pile of waiting requests.
 */
export function createPool(databaseUrl: string, options: { max?: number; application?: string } = {}): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    application_name: options.application ?? "fieldseal",
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    query_timeout: 20_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 60_000,
    options: "-c timezone=UTC",
    keepAlive: true,
    types,
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on("error", () => undefined);
  // The same for one that breaks while it is in use: its query fails, and that is enough.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
