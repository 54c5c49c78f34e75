import type { AuthorityPort, AuthorityRecord } from "@fieldseal/core/ports";
import type { KeyAlgorithm } from "@fieldseal/pki/algorithms";
import { sha256 } from "@fieldseal/pki/key-identifier";

import type { Queryable } from "../pool.ts";
import { bytes } from "./row.ts";

type AuthorityRow = {
  id: string;
  role: AuthorityRecord["role"];
  name: string;
  state: AuthorityRecord["state"];
  parent_id: string | null;
  key_custody: AuthorityRecord["keyCustody"];
  key_algorithm: KeyAlgorithm;
  certificate_der: Buffer;
  subject_key_identifier: Buffer;
  not_before: Date;
  not_after: Date;
  crl_validity_seconds: number;
  crl_interval_seconds: number;
};

const columns = `id, role, name, state, parent_id, key_custody, key_algorithm, certificate_der, subject_key_identifier,
  not_before, not_after, crl_validity_seconds, crl_interval_seconds`;

async function select(client: Queryable, tail: string, values: unknown[]): Promise<AuthorityRecord[]> {
  const { rows } = await client.query<AuthorityRow>(`SELECT ${columns} FROM authority ${tail}`, values);
  return rows.map((row) => ({
    id: row.id,
    role: row.role,
    name: row.name,
    state: row.state,
    parentId: row.parent_id,
    keyCustody: row.key_custody,
    keyAlgorithm: row.key_algorithm,
    certificateDer: bytes(row.certificate_der),
    subjectKeyIdentifier: bytes(row.subject_key_identifier),
    notBefore: row.not_before,
    notAfter: row.not_after,
    crlValiditySeconds: row.crl_validity_seconds,
    crlIntervalSeconds: row.crl_interval_seconds,
  }));
}

const first = async (found: Promise<AuthorityRecord[]>) => (await found)[0] ?? null;

export function createAuthorityStore(client: Queryable): AuthorityPort {
  return {
    findAuthority: (id) => first(select(client, "WHERE id = $1", [id])),
    listAuthorities: () => select(client, "ORDER BY role = 'root' DESC, not_before", []),
    findIssuingAuthority: () =>
      first(select(client, "WHERE role = 'issuing' AND state = 'active' ORDER BY not_before DESC LIMIT 1", [])),
    // NO KEY UPDATE: certificates that are being reserved may still refer to the row.
    lockAuthority: (id) => first(select(client, "WHERE id = $1 FOR NO KEY UPDATE", [id])),
    async findPublication(authorityId) {
      const { rows } = await client.query<{ this_update: Date | null; unlisted: number; requested: boolean }>(
        `SELECT last.this_update,
           (SELECT count(*)::int FROM certificate c WHERE c.authority_id = a.id AND c.revoked_at IS NOT NULL
              AND c.crl_number IS NULL) AS unlisted,
           coalesce(a.crl_requested_at > last.created_at, a.crl_requested_at IS NOT NULL) AS requested
         FROM authority a
         LEFT JOIN LATERAL (SELECT this_update, created_at FROM crl WHERE authority_id = a.id AND state = 'published'
           ORDER BY number DESC LIMIT 1) last ON true
         WHERE a.id = $1`,
        [authorityId],
      );
      const row = rows[0];
      return { thisUpdate: row?.this_update ?? null, unlisted: row?.unlisted ?? 0, requested: row?.requested ?? false };
    },
    async reserveCrl({ id, authorityId, cause, validitySeconds }) {
      // Back-dated for devices whose clocks run behind, yet never before the list that it follows.
      const { rows } = await client.query<{ number: bigint; this_update: Date; next_update: Date }>(
        `WITH last AS (SELECT coalesce(max(number), 0) AS number,
             max(this_update) FILTER (WHERE state = 'published') AS this_update FROM crl WHERE authority_id = $2),
           moment AS (SELECT greatest(date_trunc('second', now() - interval '2 minutes'), last.this_update) AS at, last.number FROM last)
         INSERT INTO crl (id, authority_id, number, cause, this_update, next_update)
         SELECT $1, $2, number + 1, $3, at, date_trunc('second', now()) + make_interval(secs => $4) FROM moment
         RETURNING number, this_update, next_update`,
        [id, authorityId, cause, validitySeconds],
      );
      const row = rows[0];
      if (!row) throw new Error("the CRL number was not reserved");
      return { id, authorityId, number: row.number, thisUpdate: row.this_update, nextUpdate: row.next_update };
    },
    async recordCrlPublished({ id, der, entryCount }) {
      const { rowCount } = await client.query(
        `UPDATE crl SET state = 'published', der = $2, der_sha256 = $3, entry_count = $4, published_at = clock_timestamp()
         WHERE id = $1 AND state = 'building'
           AND number > coalesce((SELECT max(p.number) FROM crl p WHERE p.authority_id = crl.authority_id AND p.state = 'published'), 0)`,
        [id, der, sha256(der), entryCount],
      );
      if (rowCount !== 1) throw new Error(`CRL ${id} was overtaken by a newer one`);
      await client.query("SELECT pg_notify('fieldseal_crl_published', authority_id) FROM crl WHERE id = $1", [id]);
    },
    async recordCrlFailed(id, failure) {
      await client.query("UPDATE crl SET state = 'failed', failure = $2 WHERE id = $1 AND state = 'building'", [
        id,
        failure,
      ]);
    },
    async listUnlistedSerials(authorityId) {
      const { rows } = await client.query<{ id: string; serial_number: Buffer }>(
        `SELECT id, serial_number FROM certificate WHERE authority_id = $1 AND revoked_at IS NOT NULL AND crl_number IS NULL
         ORDER BY id`,
        [authorityId],
      );
      return rows.map((row) => ({ id: row.id, serialNumber: bytes(row.serial_number) }));
    },
    async markListed(certificateIds, number) {
      if (certificateIds.length === 0) return;
      await client.query("UPDATE certificate SET crl_number = $2 WHERE id = ANY($1::uuid[]) AND crl_number IS NULL", [
        certificateIds,
        number,
      ]);
    },
    async requestCrl(authorityId) {
      await client.query("UPDATE authority SET crl_requested_at = now() WHERE id = $1", [authorityId]);
    },
    async notifyCrlNeeded(authorityId) {
      await client.query("SELECT pg_notify('fieldseal_crl', $1)", [authorityId]);
    },
  };
}
