import type { Installation, InstallationPort, ProfilePort } from "@fieldseal/core/ports";
import { createProfile } from "@fieldseal/pki/profile";

import type { Queryable } from "../pool.ts";
import { bytesOrNull } from "./row.ts";

async function select(client: Queryable, tail: string): Promise<Installation> {
  const { rows } = await client.query<{
    setup_state: Installation["setupState"];
    setup_code_hash: Buffer | null;
    setup_code_expires_at: Date | null;
    organization: string | null;
    host_name: string;
    public_url: string;
    serial_prefix: number;
  }>(
    `SELECT setup_state, setup_code_hash, setup_code_expires_at, organization, host_name, public_url, serial_prefix
     FROM installation WHERE id = 1 ${tail}`,
  );
  const row = rows[0];
  if (!row) throw new Error("the installation row is missing: start the platform once with npm start");
  return {
    setupState: row.setup_state,
    setupCodeHash: bytesOrNull(row.setup_code_hash),
    setupCodeExpiresAt: row.setup_code_expires_at,
    organization: row.organization,
    hostName: row.host_name,
    publicUrl: row.public_url,
    serialPrefix: row.serial_prefix,
  };
}

export function createInstallationStore(client: Queryable): InstallationPort {
  return {
    lockInstallation: () => select(client, "FOR UPDATE"),
    findInstallation: () => select(client, ""),
    async beginCeremony({ ceremonyId, organization, hostName, publicUrl }) {
      await client.query(
        `UPDATE installation SET setup_state = 'ceremony', ceremony_id = $1, organization = $2,
           host_name = coalesce($3, host_name), public_url = coalesce($4, public_url)
         WHERE id = 1 AND setup_state <> 'complete'`,
        [ceremonyId, organization, hostName, publicUrl],
      );
    },
    async replaceOwner({ id, accountId, name, email, passwordHash }) {
      // Only before set-up is complete: an interrupted set-up may be repeated with another owner.
      await client.query(`DELETE FROM "user"`);
      await client.query(
        `INSERT INTO "user" (id, name, email, email_verified, role, site_ids, updated_at)
         VALUES ($1, $2, $3, true, 'owner', '{}', now())`,
        [id, name, email],
      );
      await client.query(
        `INSERT INTO account (id, account_id, provider_id, user_id, password, updated_at)
         VALUES ($1, $2, 'credential', $2, $3, now())`,
        [accountId, id, passwordHash],
      );
    },
  };
}

export function createProfileStore(client: Queryable): ProfilePort {
  return {
    async findProfile(slug) {
      const { rows } = await client.query<{ version: number; config: unknown }>(
        "SELECT version, config FROM profile WHERE slug = $1 ORDER BY version DESC LIMIT 1",
        [slug],
      );
      const row = rows[0];
      return row ? { profile: createProfile(row.config), version: row.version } : null;
    },
    async insertProfileVersion(config, createdBy) {
      await client.query(
        `INSERT INTO profile (slug, version, config, created_by)
         SELECT $1, coalesce(max(version), 0) + 1, $2, $3 FROM profile WHERE slug = $1`,
        [config.slug, JSON.stringify(config), createdBy],
      );
    },
  };
}
