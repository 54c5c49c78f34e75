import { crlReasons } from "@fieldseal/pki/crl/reason";
import { toHex } from "@fieldseal/pki/hex";
import { encodePem } from "@fieldseal/pki/pem";

import type { Pool } from "../pool.ts";
import { bytes } from "./row.ts";

const reasonOf = (code: number | null) => Object.entries(crlReasons).find(([, value]) => value === code)?.[0] ?? null;

type CertificateSummary = {
  serialNumberHex: string;
  commonName: string;
  state: string;
  profileSlug: string;
  notBefore: Date;
  notAfter: Date;
  graceEndsAt: Date | null;
};

type CertificateRow = {
  serial_number: Buffer;
  common_name: string;
  state: string;
  profile_slug: string;
  not_before: Date;
  not_after: Date;
  grace_ends_at: Date | null;
};

const summaryColumns =
  "c.serial_number, c.common_name, st.state, c.profile_slug, c.not_before, c.not_after, c.grace_ends_at";

const toSummary = (row: CertificateRow): CertificateSummary => ({
  serialNumberHex: toHex(bytes(row.serial_number)),
  commonName: row.common_name,
  state: row.state,
  profileSlug: row.profile_slug,
  notBefore: row.not_before,
  notAfter: row.not_after,
  graceEndsAt: row.grace_ends_at,
});

async function readStatus(pool: Pool) {
  const { rows: facts } = await pool.query<{
    setup_state: string;
    organization: string | null;
    devices: number;
    certificates: number;
  }>(
    `SELECT setup_state, organization, (SELECT count(*)::int FROM device WHERE state <> 'retired') AS devices,
       (SELECT count(*)::int FROM certificate WHERE state = 'issued' AND purpose = 'device' AND not_after > now()) AS certificates
     FROM installation`,
  );
  const { rows: processes } = await pool.query<{ kind: string; isAlive: boolean; beatAt: Date }>(
    `SELECT kind, bool_or(beat_at > now() - interval '30 s') AS "isAlive", max(beat_at) AS "beatAt"
     FROM process_status GROUP BY kind ORDER BY kind`,
  );
  const { rows: crls } = await pool.query<{
    authorityId: string;
    number: number;
    entryCount: number;
    thisUpdate: Date;
    nextUpdate: Date;
  }>(
    `SELECT DISTINCT ON (authority_id) authority_id AS "authorityId", number::int, entry_count AS "entryCount",
       this_update AS "thisUpdate", next_update AS "nextUpdate"
     FROM crl WHERE state = 'published' ORDER BY authority_id, crl.number DESC`,
  );
  const fact = facts[0];
  return {
    setupState: fact?.setup_state ?? "unclaimed",
    organization: fact?.organization ?? null,
    devices: fact?.devices ?? 0,
    certificates: fact?.certificates ?? 0,
    processes,
    crls,
  };
}

async function listDevices(pool: Pool, { site, limit }: { site: string | null; limit: number }) {
  const { rows } = await pool.query<{
    id: string;
    siteId: string;
    state: string;
    profileSlug: string;
    certificateState: string | null;
    expiresAt: Date | null;
    lastSeenAt: Date | null;
  }>(
    `SELECT d.id, d.site_id AS "siteId", d.state, d.profile_slug AS "profileSlug", s.certificate_state AS "certificateState",
       s.expires_at AS "expiresAt", d.last_seen_at AS "lastSeenAt"
     FROM device d JOIN device_status s ON s.device_id = d.id JOIN site ON site.id = d.site_id
     WHERE $1::text IS NULL OR site.id = $1 OR site.name = $1 ORDER BY s.attention, s.expires_at, d.id LIMIT $2`,
    [site, limit],
  );
  return rows;
}

async function findDevice(pool: Pool, id: string) {
  const { rows } = await pool.query<{
    id: string;
    siteId: string;
    state: string;
    profileSlug: string;
    description: string | null;
    createdAt: Date;
    lastSeenAt: Date | null;
  }>(
    `SELECT id, site_id AS "siteId", state, profile_slug AS "profileSlug", description, created_at AS "createdAt",
       last_seen_at AS "lastSeenAt" FROM device WHERE id = $1`,
    [id],
  );
  const device = rows[0];
  if (!device) return null;
  const { rows: attempts } = await pool.query<{
    lastAt: Date;
    count: number;
    operation: string;
    outcome: string;
    detail: string | null;
    sourceAddress: string | null;
  }>(
    `SELECT last_at AS "lastAt", count, operation, outcome, detail, source_address AS "sourceAddress"
     FROM attempt WHERE device_id = $1 ORDER BY last_at DESC LIMIT 10`,
    [id],
  );
  return { ...device, certificates: await listCertificates(pool, { deviceId: id, limit: 20 }), attempts };
}

async function listCertificates(
  pool: Pool,
  { deviceId, limit }: { deviceId: string | null; limit: number },
): Promise<CertificateSummary[]> {
  const { rows } = await pool.query<CertificateRow>(
    `SELECT ${summaryColumns} FROM certificate c JOIN certificate_status st ON st.id = c.id
     WHERE $1::text IS NULL OR c.device_id = $1 ORDER BY c.issued_at DESC LIMIT $2`,
    [deviceId, limit],
  );
  return rows.map(toSummary);
}

async function findCertificate(pool: Pool, serialNumber: Uint8Array) {
  const { rows } = await pool.query<
    CertificateRow & {
      der: Buffer;
      der_sha256: Buffer;
      authority_id: string;
      device_id: string | null;
      revoked_at: Date | null;
      reason_code: number | null;
      crl_number: bigint | null;
    }
  >(
    `SELECT ${summaryColumns}, c.der, c.der_sha256, c.authority_id, c.device_id, c.revoked_at, c.reason_code, c.crl_number
     FROM certificate c JOIN certificate_status st ON st.id = c.id WHERE c.serial_number = $1 LIMIT 1`,
    [serialNumber],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    ...toSummary(row),
    sha256Hex: toHex(bytes(row.der_sha256)),
    authorityId: row.authority_id,
    deviceId: row.device_id,
    revokedAt: row.revoked_at,
    reason: row.revoked_at ? (reasonOf(row.reason_code) ?? "unspecified") : null,
    crlNumber: row.crl_number === null ? null : Number(row.crl_number),
    pem: encodePem("CERTIFICATE", bytes(row.der)),
  };
}

async function listJobs(pool: Pool) {
  const { rows } = await pool.query<{
    name: string;
    schedule: string;
    isRunning: boolean;
    lastStartedAt: Date | null;
    lastFinishedAt: Date | null;
    lastOutcome: string | null;
    lastDetail: string | null;
    nextRunAt: Date | null;
  }>(
    `SELECT name, schedule, coalesce(leased_until > now(), false) AS "isRunning", last_started_at AS "lastStartedAt",
       last_finished_at AS "lastFinishedAt", last_outcome AS "lastOutcome", last_detail AS "lastDetail", next_run_at AS "nextRunAt"
     FROM job ORDER BY name`,
  );
  return rows;
}

/** Asks a worker to run a job now, on the channel that it listens on. */
async function requestJob(pool: Pool, name: string): Promise<void> {
  await pool.query("SELECT pg_notify('fieldseal_job', $1)", [name]);
}

/** What the command line reads: flat lists of plain facts. */
export function createListing(pool: Pool) {
  return {
    readStatus: () => readStatus(pool),
    listDevices: (filter: { site: string | null; limit: number }) => listDevices(pool, filter),
    findDevice: (id: string) => findDevice(pool, id),
    listCertificates: (filter: { deviceId: string | null; limit: number }) => listCertificates(pool, filter),
    findCertificate: (serialNumber: Uint8Array) => findCertificate(pool, serialNumber),
    listJobs: () => listJobs(pool),
    requestJob: (name: string) => requestJob(pool, name),
  };
}
