import type { DevicePort, DeviceRecord, DeviceState } from "@fieldseal/core/ports";

import type { Queryable } from "../pool.ts";

type DeviceRow = {
  id: string;
  site_id: string;
  profile_slug: string;
  state: DeviceState;
  dns_names: string[];
  ip_addresses: string[];
  application_uri: string | null;
};

async function selectDevice(client: Queryable, tail: string, id: string): Promise<DeviceRecord | null> {
  const { rows } = await client.query<DeviceRow>(
    `SELECT id, site_id, profile_slug, state, dns_names, ip_addresses, application_uri FROM device WHERE id = $1 ${tail}`,
    [id],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    id: row.id,
    siteId: row.site_id,
    profileSlug: row.profile_slug,
    state: row.state,
    dnsNames: row.dns_names,
    ipAddresses: row.ip_addresses,
    applicationUri: row.application_uri,
  };
}

export function createDeviceStore(client: Queryable): DevicePort {
  return {
    async findSite(nameOrId) {
      const { rows } = await client.query<{ id: string; name: string }>(
        "SELECT id, name FROM site WHERE name = $1 OR id = $1 ORDER BY name = $1 DESC LIMIT 1",
        [nameOrId],
      );
      return rows[0] ?? null;
    },
    async insertSite({ id, name }) {
      await client.query("INSERT INTO site (id, name, contacts) VALUES ($1, $2, '{}')", [id, name]);
    },
    findDevice: (id) => selectDevice(client, "", id),
    lockDevice: (id) => selectDevice(client, "FOR UPDATE", id),
    async insertDevice(d) {
      await client.query(
        `INSERT INTO device (id, site_id, profile_slug, description, dns_names, ip_addresses, application_uri, owner, tags, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{}', $9)`,
        [
          d.id,
          d.siteId,
          d.profileSlug,
          d.description,
          d.dnsNames,
          d.ipAddresses,
          d.applicationUri,
          d.owner,
          d.createdBy,
        ],
      );
    },
    async setDeviceState(id, state, reason) {
      await client.query("UPDATE device SET state = $2, state_reason = $3, state_changed_at = now() WHERE id = $1", [
        id,
        state,
        reason,
      ]);
    },
    async claimDeviceKey(spkiSha256, deviceId) {
      // A row that another transaction is just inserting is waited for and then not seen: it is another device's key,
      // because this device is locked.
      const { rows } = await client.query<{ device_id: string }>(
        `WITH claimed AS (INSERT INTO device_key (spki_sha256, device_id) VALUES ($1, $2)
           ON CONFLICT (spki_sha256) DO NOTHING RETURNING device_id)
         SELECT device_id FROM claimed UNION ALL SELECT device_id FROM device_key WHERE spki_sha256 = $1 LIMIT 1`,
        [spkiSha256, deviceId],
      );
      return rows[0]?.device_id === deviceId;
    },
    async findKeyBlock(spkiSha256) {
      const { rows } = await client.query<{ reason: string }>(
        `SELECT reason FROM blocked_key WHERE spki_sha256 = $1
         UNION ALL SELECT 'it is the key of an authority' FROM authority WHERE spki_sha256 = $1
         UNION ALL SELECT 'it was reported as compromised' FROM certificate WHERE spki_sha256 = $1 AND reason_code = 1
         LIMIT 1`,
        [spkiSha256],
      );
      return rows[0]?.reason ?? null;
    },
    async recordAttempt(a) {
      if (a.deviceId !== null)
        await client.query(
          a.outcome === "refused"
            ? `UPDATE device SET failed_attempts = failed_attempts + 1, failing_since = coalesce(failing_since, now()),
                 last_attempt_at = now(), last_failure_code = $2 WHERE id = $1`
            : `UPDATE device SET failed_attempts = 0, failing_since = NULL, last_attempt_at = now(), last_failure_code = $2
               WHERE id = $1`,
          [a.deviceId, a.reasonCode],
        );
      // The same refusal from the same place within a day is one row that counts.
      const folded =
        a.outcome === "refused" &&
        (await client.query(
          `UPDATE attempt SET count = count + 1, last_at = now(), detail = $6, presented = $7 WHERE id = (
             SELECT id FROM attempt WHERE (device_id = $1 OR (device_id IS NULL AND $1::text IS NULL)) AND operation = $2 AND outcome = $3
               AND reason_code = $4 AND source_address IS NOT DISTINCT FROM $5 AND last_at > now() - interval '1 day'
             ORDER BY last_at DESC LIMIT 1 FOR UPDATE SKIP LOCKED)`,
          [a.deviceId, a.operation, a.outcome, a.reasonCode, a.sourceAddress, a.detail, a.presented],
        ));
      if (folded && folded.rowCount === 1) return;
      await client.query(
        `INSERT INTO attempt (first_at, last_at, device_id, operation, outcome, reason_code, detail, source_address, presented, certificate_id)
         VALUES (now(), now(), $1, $2, $3, $4, $5, $6, $7, $8)`,
        [a.deviceId, a.operation, a.outcome, a.reasonCode, a.detail, a.sourceAddress, a.presented, a.certificateId],
      );
    },
  };
}
