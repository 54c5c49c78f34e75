import type { CertificateState } from "@fieldseal/core/inventory/certificate-state";
import type { Pool } from "pg";

import { hexOf, type Scope } from "./query.ts";

export type CertificateDetail = {
  id: string;
  commonName: string;
  purpose: string;
  deviceId: string | null;
  deviceState: string | null;
  siteId: string | null;
  siteName: string | null;
  state: CertificateState | null;
  recordState: string;
  authorityId: string;
  authorityName: string;
  profileSlug: string;
  profileVersion: number;
  profileConfig: Record<string, unknown> | null;
  keyAlgorithm: string;
  serialNumberHex: string;
  sha256Hex: string | null;
  spkiSha256Hex: string;
  der: Uint8Array | null;
  source: string;
  notBefore: Date;
  notAfter: Date;
  windowOpensAt: Date | null;
  issuedAt: Date | null;
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  lastSeenAddress: string | null;
  supersededById: string | null;
  supersededAt: Date | null;
  revokedAt: Date | null;
  reasonCode: number | null;
  revokedBy: string | null;
  revocationNote: string | null;
  /** The first list that tells of the revocation. */
  listedIn: { number: string; publishedAt: Date; entryCount: number | null } | null;
  /** Newest list of the issuer, for certificates that are not revoked. */
  newestCrl: { number: string; thisUpdate: Date; nextUpdate: Date } | null;
};

type Row = Omit<CertificateDetail, "serialNumberHex" | "sha256Hex" | "spkiSha256Hex" | "listedIn" | "newestCrl"> & {
  serial: Buffer;
  sha256: Buffer | null;
  spki: Buffer;
};

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

export function createCertificateDetailReads(pool: Pool) {
  /** Ids that a name of a certificate stands for: its uuid, its serial number, or the beginning of its SHA-256. */
  const findCertificateIds = async (name: string, scope: Scope): Promise<string[]> => {
    if (!uuid.test(name) && !/^(?:[0-9a-f]{2}){4,32}$/.test(name)) return [];
    const condition = uuid.test(name)
      ? "c.id = $1::uuid"
      : "(c.serial_number = decode($1, 'hex') or (c.der_sha256 >= decode($1, 'hex') and c.der_sha256 <= decode(rpad($1, 64, 'f'), 'hex')))";
    const { rows } = await pool.query<{ id: string }>(
      `select c.id from certificate c left join device d on d.id = c.device_id
       where ${condition} and c.issued_at is not null and ($2::text[] is null or d.site_id = any($2)) limit 5`,
      [name, scope],
    );
    return rows.map((row) => row.id);
  };

  return {
    findCertificateIds,

    findCertificate: async (id: string): Promise<CertificateDetail | null> => {
      const { rows } = await pool.query<Row>(
        `select c.id, c.common_name as "commonName", c.purpose, c.device_id as "deviceId", d.state as "deviceState",
           d.site_id as "siteId", s.name as "siteName", cs.state, c.state as "recordState", c.authority_id as "authorityId",
           a.name as "authorityName", c.profile_slug as "profileSlug", c.profile_version as "profileVersion",
           p.config as "profileConfig", c.key_algorithm as "keyAlgorithm", c.serial_number as serial, c.der_sha256 as sha256,
           c.spki_sha256 as spki, c.der, c.source, c.not_before as "notBefore", c.not_after as "notAfter",
           cs.window_opens_at as "windowOpensAt", c.issued_at as "issuedAt", c.first_seen_at as "firstSeenAt",
           c.last_seen_at as "lastSeenAt", c.last_seen_address as "lastSeenAddress", c.superseded_by_id as "supersededById",
           c.superseded_at as "supersededAt", c.revoked_at as "revokedAt", c.reason_code as "reasonCode",
           coalesce(u.name, c.revoked_by) as "revokedBy", c.revocation_note as "revocationNote"
         from certificate c
         join authority a on a.id = c.authority_id
         left join certificate_status cs on cs.id = c.id
         left join device d on d.id = c.device_id
         left join site s on s.id = d.site_id
         left join "user" u on u.id = c.revoked_by
         left join profile p on p.slug = c.profile_slug and p.version = c.profile_version
         where c.id = $1`,
        [id],
      );
      const row = rows[0];
      if (!row) return null;
      const { serial, sha256, spki, ...rest } = row;
      const listed = await pool.query<{ number: string; publishedAt: Date; entryCount: number | null }>(
        `select k.number::text, k.published_at as "publishedAt", k.entry_count as "entryCount" from certificate c
         join crl k on k.authority_id = c.authority_id and k.number = c.crl_number and k.state = 'published' where c.id = $1`,
        [id],
      );
      const newest = await pool.query<{ number: string; thisUpdate: Date; nextUpdate: Date }>(
        `select number::text, this_update as "thisUpdate", next_update as "nextUpdate" from crl
         where authority_id = $1 and state = 'published' order by crl.number desc limit 1`,
        [rest.authorityId],
      );
      return {
        ...rest,
        serialNumberHex: hexOf(serial),
        sha256Hex: sha256 ? hexOf(sha256) : null,
        spkiSha256Hex: hexOf(spki),
        listedIn: rest.revokedAt ? (listed.rows[0] ?? null) : null,
        newestCrl: newest.rows[0] ?? null,
      };
    },
  };
}
