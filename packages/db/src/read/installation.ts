import type { Pool } from "pg";

export type InstallationRow = {
  setupState: string;
  organization: string | null;
  hostName: string;
  publicUrl: string;
  setupCodeExpiresAt: Date | null;
  completedAt: Date | null;
};

export type PersonRow = {
  name: string;
  email: string;
  role: string;
  siteIds: readonly string[];
  disabledAt: Date | null;
};

export function createInstallationReads(pool: Pool) {
  return {
    findInstallation: async (): Promise<InstallationRow | null> => {
      const { rows } = await pool.query<InstallationRow>(
        `select setup_state as "setupState", organization, host_name as "hostName", public_url as "publicUrl",
           setup_code_expires_at as "setupCodeExpiresAt", completed_at as "completedAt" from installation where id = 1`,
      );
      return rows[0] ?? null;
    },

    /** Read at every request: a role that was taken away is gone at once. */
    findPerson: async (userId: string): Promise<PersonRow | null> => {
      const { rows } = await pool.query<PersonRow>(
        `select name, email, role, site_ids as "siteIds", disabled_at as "disabledAt" from "user" where id = $1`,
        [userId],
      );
      return rows[0] ?? null;
    },

    listOwners: async (): Promise<string[]> => {
      const { rows } = await pool.query<{ name: string }>(
        `select name from "user" where role = 'owner' and disabled_at is null order by name limit 5`,
      );
      return rows.map((row) => row.name);
    },

    isReachable: async (): Promise<boolean> => {
      await pool.query("select 1");
      return true;
    },

    /** PostgreSQL's clock decides validity; a screen compares it with the browser's. */
    readNow: async (): Promise<Date> => {
      const { rows } = await pool.query<{ now: Date }>("select now()");
      return rows[0]?.now ?? new Date(Number.NaN);
    },
  };
}
