import { createHash } from "node:crypto";

import type { Records, Transaction } from "@fieldseal/core/ports";
import type pg from "pg";

import { createPool, type Pool, type Queryable } from "./pool.ts";
import { createAuditStore } from "./stores/audit-store.ts";
import { createAuthorityStore } from "./stores/authority-store.ts";
import { createCertificateStore } from "./stores/certificate-store.ts";
import { createDeviceStore } from "./stores/device-store.ts";
import { createInstallationStore, createProfileStore } from "./stores/installation-store.ts";
import { mapError } from "./stores/map-error.ts";
import { createTokenStore } from "./stores/token-store.ts";

export { createPool, type Pool };

function createTransaction(client: Queryable, now: Date): Transaction {
  return {
    ...createInstallationStore(client),
    ...createDeviceStore(client),
    ...createTokenStore(client),
    ...createProfileStore(client),
    ...createCertificateStore(client),
    ...createAuthorityStore(client),
    ...createAuditStore(client),
    now: () => Promise.resolve(now),
  };
}

/** Every statement of the stores is a constant text, so PostgreSQL plans it once per connection, named by its digest. */
function createPreparer() {
  const names = new Map<string, string>();
  return (client: Queryable): Queryable => ({
    query: ((text: string, values?: unknown[]) => {
      if (values === undefined) return client.query(text);
      const name = names.get(text) ?? createHash("sha256").update(text).digest("hex").slice(0, 32);
      names.set(text, name);
      return client.query({ name, text, values });
    }) as Queryable["query"],
  });
}

/** Begins a transaction and tells its time, in one exchange. */
async function begin(client: Queryable): Promise<Date> {
  const answers: unknown = await client.query("BEGIN; SELECT date_trunc('milliseconds', now()) AS now");
  const [, time] = answers as [pg.QueryResult, pg.QueryResult<{ now: Date }>];
  const row = time.rows[0];
  if (!row) throw new Error("PostgreSQL told no time");
  return row.now;
}

/** The core's records on PostgreSQL: READ COMMITTED transactions, row locks where the use case says so. */
export function createRecords(pool: Pool): Records {
  const prepared = createPreparer();
  return {
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw mapError(error);
      });
      let broken = false;
      try {
        const now = await begin(client);
        const result = await work(createTransaction(prepared(client), now));
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch(() => {
          broken = true;
        });
        throw mapError(error);
      } finally {
        client.release(broken);
      }
    },
  };
}
