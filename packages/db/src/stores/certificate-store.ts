import type { CertificatePort, CertificateRecord } from "@fieldseal/core/ports";
import { crlReasons } from "@fieldseal/pki/crl/reason";
import { sha256 } from "@fieldseal/pki/key-identifier";

import type { Queryable } from "../pool.ts";
import { type CertificateRow, certificateColumns, toCertificate } from "./row.ts";

const live = "state = 'issued' AND not_after > now()";

/** Newest first; `tail` is a fixed fragment of this file, never input. */
async function select(client: Queryable, tail: string, values: unknown[]): Promise<CertificateRecord[]> {
  const { rows } = await client.query<CertificateRow>(`SELECT ${certificateColumns} FROM certificate ${tail}`, values);
  return rows.map(toCertificate);
}

const first = async (found: Promise<CertificateRecord[]>) => (await found)[0] ?? null;

export function createCertificateStore(client: Queryable): CertificatePort {
  return {
    findCertificate: (id) => first(select(client, "WHERE id = $1", [id])),
    findCertificateByDer: (digest) => first(select(client, "WHERE der_sha256 = $1", [digest])),
    listCertificatesBySerial: (serial) =>
      select(client, "WHERE serial_number = $1 AND der IS NOT NULL LIMIT 3", [serial]),
    lockCertificate: (id) => first(select(client, "WHERE id = $1 FOR UPDATE", [id])),
    findByCsr: (deviceId, csrSha256, sinceSeconds) =>
      first(
        select(
          client,
          `WHERE device_id = $1 AND csr_sha256 = $2 AND state <> 'orphaned'
             AND precommit_at > now() - make_interval(secs => $3) ORDER BY precommit_at DESC LIMIT 1`,
          [deviceId, csrSha256, sinceSeconds],
        ),
      ),
    async countLiveCertificates(deviceId) {
      const { rows } = await client.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM certificate WHERE device_id = $1 AND state IN ('issued', 'precommit') AND not_after > now()",
        [deviceId],
      );
      return rows[0]?.count ?? 0;
    },
    listLiveCertificates: (deviceId) =>
      select(client, `WHERE device_id = $1 AND ${live} ORDER BY id FOR UPDATE`, [deviceId]),
    async reserveCertificate(r) {
      await client.query(
        `INSERT INTO certificate (id, authority_id, serial_number, purpose, device_id, profile_slug, profile_version, source,
           subject, common_name, subject_alt_names, key_algorithm, spki_sha256, csr_der, csr_sha256, tbs_der, tbs_sha256,
           lint, not_before, not_after, token_id, authenticated_by_id, precommit_at)
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22, date_trunc('milliseconds', now()))`,
        [
          r.id,
          r.authorityId,
          r.serialNumber,
          r.purpose,
          r.deviceId,
          r.profileSlug,
          r.profileVersion,
          r.source,
          r.subject,
          r.commonName,
          r.subjectAltNames,
          r.keyAlgorithm,
          r.spkiSha256,
          r.csrDer,
          r.csrSha256,
          r.tbsDer,
          r.tbsSha256,
          JSON.stringify(r.lint),
          r.notBefore,
          r.notAfter,
          r.tokenId,
          r.authenticatedById,
        ],
      );
    },
    // Issue and revocation carry the time after all locks, not that of the transaction's start: what had to wait for the
    // other comes after it in the records too.
    async recordIssued(id, der) {
      const { rowCount } = await client.query(
        `UPDATE certificate SET state = 'issued', der = $2, der_sha256 = $3, issued_at = clock_timestamp()
         WHERE id = $1 AND state = 'precommit'`,
        [id, der, sha256(der)],
      );
      if (rowCount !== 1) throw new Error(`reservation ${id} was given up before its certificate came back`);
    },
    async orphanCertificate(id) {
      await client.query(
        "UPDATE certificate SET state = 'orphaned', revoked_at = clock_timestamp() WHERE id = $1 AND state = 'precommit'",
        [id],
      );
      await client.query(
        "UPDATE enrollment_token SET state = 'open', claimed_by = NULL WHERE claimed_by = $1 AND state = 'claimed'",
        [id],
      );
    },
    listStaleReservations: (olderThanSeconds, limit) =>
      select(
        client,
        "WHERE state = 'precommit' AND precommit_at < now() - make_interval(secs => $1) ORDER BY precommit_at LIMIT $2",
        [olderThanSeconds, limit],
      ),
    async supersedeCertificate({ id, successorId, gracePeriodSeconds }) {
      await client.query(
        `UPDATE certificate SET superseded_by_id = $2, superseded_at = now(), grace_ends_at = now() + make_interval(secs => $3)
         WHERE id = $1`,
        [id, successorId, gracePeriodSeconds],
      );
    },
    listGraceEnded: (now, limit) =>
      select(
        client,
        "WHERE state = 'issued' AND grace_ends_at <= $1 AND not_after > $1 ORDER BY grace_ends_at LIMIT $2",
        [now, limit],
      ),
    async revokeCertificate({ id, reason, by, note }) {
      const { rows } = await client.query<{ revoked_at: Date }>(
        `UPDATE certificate SET state = 'revoked', revoked_at = clock_timestamp(), reason_code = $2, revoked_by = $3, revocation_note = $4
         WHERE id = $1 AND state = 'issued' RETURNING revoked_at`,
        [id, crlReasons[reason], by, note],
      );
      const row = rows[0];
      if (!row) throw new Error(`certificate ${id} is not issued`);
      return row.revoked_at;
    },
    async recordSeen(id, deviceId, sourceAddress) {
      // The device before its certificates, as everywhere: the other way round two requests could wait for each other.
      await client.query("UPDATE device SET last_seen_at = now(), last_seen_address = $2 WHERE id = $1", [
        deviceId,
        sourceAddress,
      ]);
      await client.query(
        `UPDATE certificate SET first_seen_at = coalesce(first_seen_at, now()), last_seen_at = now(), last_seen_address = $2
         WHERE id = $1`,
        [id, sourceAddress],
      );
    },
  };
}
