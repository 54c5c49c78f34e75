// Every process has a database role of its own, which may do what `grants` lists and nothing else.
import pg from "pg";

import { type Grants, type ProcessGrants, type ProcessName } from "./roles/grants.ts";
import { keepPasswords, type Passwords } from "./roles/passwords.ts";
import { scramVerifier } from "./roles/scram.ts";

export { grants, type Grants, type ProcessName } from "./roles/grants.ts";

export type Provision = { adminUrl: string; grants: Grants; passwordsFile: string };
export type Provisioned = {
  urls: Record<ProcessName, string>;
  /** One line for the operator when the processes had to share the role of `adminUrl`. */
  warning: string | null;
};

const INSUFFICIENT_PRIVILEGE = "42501";

const names: readonly ProcessName[] = ["console", "devices", "signer", "worker"];

/** Creates or corrects the roles; may be repeated at any time, also while the processes run. */
export async function provisionRoles({ adminUrl, grants, passwordsFile }: Provision): Promise<Provisioned> {
  const admin = new pg.Client({ connectionString: adminUrl });
  admin.on("error", () => {}); // a lost connection fails the query that needs it
  await admin.connect();
  try {
    const { database, role } = await whereAmI(admin);
    const warning = `All processes share the database role "${role}", so the database does not keep them apart: `;
    const passwords = keepPasswords(passwordsFile);
    try {
      await grantAll(admin, database, grants, passwords);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)) throw error;
      const fix = `ALTER ROLE ${pg.escapeIdentifier(role)} CREATEROLE`;
      return { urls: shared(adminUrl), warning: `${warning}${error.message}. Fix: ${fix}; then start again.` };
    }
    const urls = urlsOf(adminUrl, database, passwords);
    const refusal = await refusalOf(urls.console);
    if (refusal === null) return { urls, warning: null };
    const fix = `let the roles ${database}_* in (pg_hba.conf)`;
    return { urls: shared(adminUrl), warning: `${warning}${refusal}. Fix: ${fix}; then start again.` };
  } finally {
    await admin.end().catch(() => {});
  }
}

async function whereAmI(admin: pg.Client): Promise<{ database: string; role: string }> {
  const found = await admin.query<{ database: string; role: string }>(
    "select current_database() as database, current_user as role",
  );
  const [row] = found.rows;
  if (!row) throw new Error("PostgreSQL did not say which database this is");
  return row;
}

/** One transaction: a process that runs meanwhile never sees the moment between REVOKE and GRANT. */
async function grantAll(admin: pg.Client, database: string, grants: Grants, passwords: Passwords): Promise<void> {
  await admin.query("begin");
  try {
    await admin.query("revoke execute on function audit_append from public");
    for (const name of names) {
      const role = roleOf(database, name);
      const found = await admin.query("select from pg_roles where rolname = $1", [role]);
      const verb = found.rowCount === 0 ? "create" : "alter";
      const verifier = pg.escapeLiteral(scramVerifier(passwords[name]));
      await admin.query(`${verb} role ${pg.escapeIdentifier(role)} login password ${verifier}`);
      await admin.query(statements(role, grants[name]).join(";\n"));
    }
    await admin.query("commit");
  } catch (error) {
    await admin.query("rollback").catch(() => {});
    throw error;
  }
}

function statements(role: string, { relations, sequences, functions }: ProcessGrants): string[] {
  const quote = pg.escapeIdentifier;
  const who = quote(role);
  return [
    `revoke all on all tables in schema public from ${who}`,
    `revoke all on all sequences in schema public from ${who}`,
    `revoke all on all functions in schema public from ${who}`,
    `revoke all on schema public from ${who}`,
    `grant usage on schema public to ${who}`,
    ...Object.entries(relations).flatMap(([relation, rights]) =>
      rights.map((right) => `grant ${right} on ${quote(relation)} to ${who}`),
    ),
    ...sequences.map((sequence) => `grant usage on sequence ${quote(sequence)} to ${who}`),
    ...functions.map((name) => `grant execute on function ${quote(name)} to ${who}`),
  ];
}

/** A server may let only some roles in; asked once, because a process that cannot connect would only be restarted. */
async function refusalOf(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end().catch(() => {});
  }
}

function roleOf(database: string, name: ProcessName): string {
  return `${database}_${name}`;
}

function urlsOf(adminUrl: string, database: string, passwords: Passwords): Record<ProcessName, string> {
  const urlOf = (name: ProcessName) => {
    const url = new URL(adminUrl);
    if (url.hostname === "") {
      // "postgresql:///name?host=/run/postgresql": a URL without a host cannot carry a user before it
      url.searchParams.set("user", roleOf(database, name));
      url.searchParams.set("password", passwords[name]);
    } else {
      url.username = encodeURIComponent(roleOf(database, name));
      url.password = passwords[name];
    }
    return url.href;
  };
  return { console: urlOf("console"), devices: urlOf("devices"), signer: urlOf("signer"), worker: urlOf("worker") };
}

function shared(url: string): Record<ProcessName, string> {
  return { console: url, devices: url, signer: url, worker: url };
}
