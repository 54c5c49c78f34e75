// The row that says what this installation is; the supervisor prepares it once the tables are there.
import { createHash, randomBytes, randomInt } from "node:crypto";

import pg from "pg";

/** Crockford's base32: no I, L, O and U, which are misread. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 20; // 100 bits
const CODE_LIFETIME = "1 hour";

export type SetupCode = { code: string; expiresAt: Date };
export type PreparedInstallation = {
  hostName: string;
  publicUrl: string;
  /** Null when the set-up is complete. */
  setupCode: SetupCode | null;
};

type Addresses = { hostName: string; publicUrl: string };
type Row = { setup_state: string; host_name: string; public_url: string };

/** Makes the row at the first start; as long as the set-up is not complete, each start replaces the set-up code. */
export async function prepareInstallation(url: string, addresses: Addresses): Promise<PreparedInstallation> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const row = await writeInstallation(client, addresses);
    const setupCode = row.setup_state === "complete" ? null : await replaceSetupCode(client);
    return { hostName: row.host_name, publicUrl: row.public_url, setupCode };
  } finally {
    await client.end();
  }
}

/** A new set-up code for whoever has access to the database; null when the set-up is complete. */
export async function renewSetupCode(url: string): Promise<SetupCode | null> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await replaceSetupCode(client);
  } finally {
    await client.end();
  }
}

/** The addresses follow the configuration until somebody has claimed the installation with them. */
async function writeInstallation(client: pg.Client, { hostName, publicUrl }: Addresses): Promise<Row> {
  const serialPrefix = randomInt(1, 128);
  await client.query(
    `insert into installation (id, serial_prefix, host_name, public_url) values (1, $1, $2, $3)
     on conflict (id) do update set host_name = excluded.host_name, public_url = excluded.public_url
     where installation.setup_state = 'unclaimed'`,
    [serialPrefix, hostName, publicUrl],
  );
  const { rows } = await client.query<Row>("select setup_state, host_name, public_url from installation where id = 1");
  const [row] = rows;
  if (!row) throw new Error("the row of the installation is missing");
  return row;
}

async function replaceSetupCode(client: pg.Client): Promise<SetupCode | null> {
  const code = createCode();
  const { rows } = await client.query<{ setup_code_expires_at: Date }>(
    `update installation set setup_code_hash = $1, setup_code_expires_at = now() + interval '${CODE_LIFETIME}'
     where id = 1 and setup_state <> 'complete' returning setup_code_expires_at`,
    [hashCode(code)],
  );
  const [row] = rows;
  return row ? { code, expiresAt: row.setup_code_expires_at } : null;
}

function createCode(): string {
  const characters = Array.from(randomBytes(CODE_LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length));
  return characters.join("").replaceAll(/.{4}(?=.)/g, "$&-");
}

/** The same as `hashSetupCode` of core/setup: separators do not count. */
function hashCode(code: string): Uint8Array {
  return createHash("sha256").update(code.replaceAll("-", "")).digest();
}
