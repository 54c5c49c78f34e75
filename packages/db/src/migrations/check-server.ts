import pg from "pg";

const OLDEST_MAJOR_VERSION = 15;

/** What is wrong with the PostgreSQL that DATABASE_URL names: one line that says how to put it right. */
export class DatabaseServerError extends Error {
  override name = "DatabaseServerError";
}

export type DatabaseServer = { version: string; place: string };

/** Asks everything that a later step would stumble over. */
export async function checkServer(url: string): Promise<DatabaseServer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {}); // a lost connection fails the query that needs it
  const place = `${client.host}:${client.port}/${client.database}`;
  try {
    await client.connect();
    const version = await checkVersion(client);
    await checkPermission(client);
    return { version, place };
  } catch (error) {
    throw explain(error, client, place);
  } finally {
    await client.end().catch(() => {});
  }
}

async function checkVersion(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ server_version: string }>("show server_version");
  const [version = ""] = rows[0]?.server_version.split(" ") ?? []; // "15.8 (Debian 15.8-1)"
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR_VERSION) return version;
  throw new DatabaseServerError(
    `The database is PostgreSQL ${version}; Fieldseal needs ${OLDEST_MAJOR_VERSION} or newer. ` +
      "Set DATABASE_URL to a newer server, or unset it to use the embedded one.",
  );
}

async function checkPermission(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ may: boolean; role: string }>(
    "select has_schema_privilege('public', 'create') as may, current_user as role",
  );
  const [row] = rows;
  if (row?.may) return;
  throw new DatabaseServerError(
    `The database user "${row?.role}" may not create tables in "${client.database}". ` +
      `Run there as its owner: GRANT ALL ON SCHEMA public TO ${pg.escapeIdentifier(row?.role ?? "")}`,
  );
}

function explain(error: unknown, client: pg.Client, place: string): Error {
  if (error instanceof DatabaseServerError) return error;
  if (!(error instanceof Error)) return new DatabaseServerError(String(error));
  const code = "code" in error ? String(error.code) : "";
  if (!(error instanceof pg.DatabaseError))
    return new DatabaseServerError(
      `The database at ${place} cannot be reached (${code || error.message}). Start it, or correct DATABASE_URL.`,
      { cause: error },
    );
  if (code.startsWith("28"))
    return new DatabaseServerError(
      `The database at ${place} refuses "${client.user}": ${error.message}. Correct user and password in DATABASE_URL.`,
      { cause: error },
    );
  if (code === "3D000")
    return new DatabaseServerError(
      `There is no database "${client.database}" at ${client.host}:${client.port}. ` +
        `Create it (CREATE DATABASE ${pg.escapeIdentifier(client.database ?? "")}), or correct DATABASE_URL.`,
      { cause: error },
    );
  return new DatabaseServerError(`The database at ${place} answers: ${error.message} (${code}).`, { cause: error });
}
