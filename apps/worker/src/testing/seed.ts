import { systemRandom } from "@fieldseal/core/random";
import type { Pool } from "@fieldseal/db/pool";

/** Rows for tests: one authority, one site, and devices whose certificate ends in so many days by PostgreSQL's clock. */
export async function seedSite(pool: Pool, contacts: readonly string[]): Promise<void> {
  await pool.query(
    `insert into authority (id, role, name, key_custody, key_algorithm, certificate_der, certificate_sha256,
       serial_number, spki_sha256, subject_key_identifier, not_before, not_after, crl_validity_seconds,
       crl_interval_seconds)
     values ('issuing-g1', 'issuing', 'Issuing G1', 'sealed', 'ec-p256', '', '', '\\x01', '', '',
       now() - interval '1 year', now() + interval '9 years', 1, 1)`,
  );
  await pool.query("insert into site (id, name, contacts) values ('nord', 'Plant Nord', $1)", [contacts]);
}

export async function seedDevice(pool: Pool, id: string, { endsInDays }: { endsInDays: number }): Promise<void> {
  await pool.query(
    "insert into device (id, site_id, profile_slug, created_by) values ($1, 'nord', 'gateway', 'test')",
    [id],
  );
  const serialNumber = Buffer.from([1, ...systemRandom.bytes(15)]);
  await pool.query(
    `insert into certificate (id, authority_id, serial_number, purpose, device_id, profile_slug, profile_version, state,
       source, subject, common_name, key_algorithm, spki_sha256, tbs_der, tbs_sha256, not_before, not_after,
       precommit_at, issued_at, der, der_sha256)
     select $1, 'issuing-g1', $2::bytea, 'device', $3, 'gateway', 1, 'issued', 'est-enrol', '', $3, 'ec-p256', $2, '',
       '', ends - interval '1 year', ends, now(), now(), $2, sha256($2)
       from (select now() + make_interval(secs => $4::float8 * 86400) as ends) as life`,
    [systemRandom.uuid(), serialNumber, id, endsInDays],
  );
}
