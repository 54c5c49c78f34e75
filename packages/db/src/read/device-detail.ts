import type { CertificateState } from "@fieldseal/core/inventory/certificate-state";
import type { Pool } from "pg";

import { hexOf, type Scope } from "./query.ts";

export type DeviceDetail = {
  id: string;
  siteId: string;
  siteName: string;
  profileSlug: string;
  description: string | null;
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
  applicationUri: string | null;
  hardwareSerial: string | null;
  owner: string | null;
  state: string;
  stateReason: string | null;
  stateChangedAt: Date | null;
  createdAt: Date;
  createdBy: string;
  lastSeenAt: Date | null;
  lastSeenAddress: string | null;
  failedAttempts: number;
  failingSince: Date | null;
  lastAttemptAt: Date | null;
  lastFailureCode: string | null;
  currentCertificateId: string | null;
  token: { state: string; createdAt: Date; expiresAt: Date; redeemedAt: Date | null } | null;
};

export type DeviceCertificate = {
  id: string;
  serialNumberHex: string;
  sha256Hex: string | null;
  authorityId: string;
  profileSlug: string;
  keyAlgorithm: string;
  source: string;
  state: CertificateState;
  notBefore: Date;
  notAfter: Date;
  issuedAt: Date | null;
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  lastSeenAddress: string | null;
  supersededAt: Date | null;
  revokedAt: Date | null;
  reasonCode: number | null;
};

export type DeviceEvent = {
  /** audit = a row of the log; attempt = what the device tried, repeats folded. */
  kind: "audit" | "attempt";
  at: Date;
  firstAt: Date;
  count: number;
  action: string;
  outcome: string;
  actorKind: string;
  actorId: string;
  code: string | null;
  detail: Record<string, unknown>;
  text: string | null;
  address: string | null;
  auditSeq: string | null;
};

export function createDeviceDetailReads(pool: Pool) {
  return {
    findDevice: async (id: string, scope: Scope): Promise<DeviceDetail | null> => {
      const { rows } = await pool.query<DeviceDetail>(
        `select d.id, d.site_id as "siteId", s.name as "siteName", d.profile_slug as "profileSlug", d.description,
           d.dns_names as "dnsNames", d.ip_addresses as "ipAddresses", d.application_uri as "applicationUri",
           d.hardware_serial as "hardwareSerial", d.owner, d.state, d.state_reason as "stateReason",
           d.state_changed_at as "stateChangedAt", d.created_at as "createdAt", coalesce(u.name, d.created_by) as "createdBy",
           d.last_seen_at as "lastSeenAt", d.last_seen_address as "lastSeenAddress", d.failed_attempts as "failedAttempts",
           d.failing_since as "failingSince", d.last_attempt_at as "lastAttemptAt", d.last_failure_code as "lastFailureCode",
           ds.certificate_id as "currentCertificateId"
         from device d join site s on s.id = d.site_id left join device_status ds on ds.device_id = d.id
           left join "user" u on u.id = d.created_by
         where d.id = $1 and ($2::text[] is null or d.site_id = any($2))`,
        [id, scope],
      );
      const device = rows[0];
      if (!device) return null;
      const tokens = await pool.query<NonNullable<DeviceDetail["token"]>>(
        `select state, created_at as "createdAt", expires_at as "expiresAt", redeemed_at as "redeemedAt"
         from enrollment_token where device_id = $1 order by created_at desc limit 1`,
        [id],
      );
      return { ...device, token: tokens.rows[0] ?? null };
    },

    /** How many others at the same site fail for the same reason. */
    countSameCause: async (device: { id: string; siteId: string; lastFailureCode: string | null }): Promise<number> => {
      if (!device.lastFailureCode) return 0;
      const { rows } = await pool.query<{ count: number }>(
        `select count(*)::int as count from device
         where site_id = $1 and last_failure_code = $2 and failed_attempts > 0 and id <> $3 and state <> 'retired'`,
        [device.siteId, device.lastFailureCode, device.id],
      );
      return rows[0]?.count ?? 0;
    },

    /** Newest first. */
    listDeviceCertificates: async (deviceId: string): Promise<DeviceCertificate[]> => {
      const { rows } = await pool.query<
        Omit<DeviceCertificate, "serialNumberHex" | "sha256Hex"> & { serial: Buffer; sha256: Buffer | null }
      >(
        `select c.id, c.serial_number as serial, c.der_sha256 as sha256, c.authority_id as "authorityId",
           c.profile_slug as "profileSlug", c.key_algorithm as "keyAlgorithm", c.source, cs.state,
           c.not_before as "notBefore", c.not_after as "notAfter", c.issued_at as "issuedAt", c.first_seen_at as "firstSeenAt",
           c.last_seen_at as "lastSeenAt", c.last_seen_address as "lastSeenAddress", c.superseded_at as "supersededAt",
           c.revoked_at as "revokedAt", c.reason_code as "reasonCode"
         from certificate c join certificate_status cs on cs.id = c.id
         where c.device_id = $1 and c.issued_at is not null order by c.issued_at desc limit 100`,
        [deviceId],
      );
      return rows.map(({ serial, sha256, ...row }) => ({
        ...row,
        serialNumberHex: hexOf(serial),
        sha256Hex: sha256 ? hexOf(sha256) : null,
      }));
    },

    listDeviceEvents: async (deviceId: string, limit = 100): Promise<DeviceEvent[]> => {
      const { rows } = await pool.query<DeviceEvent>(
        `(select 'audit' as kind, at, at as "firstAt", 1 as count, action, outcome, actor_kind as "actorKind",
            coalesce((select u.name from "user" u where u.id = actor_id), actor_id) as "actorId", null as code, detail, null as text, source_address as address, seq::text as "auditSeq"
          from audit_event
          where (target_kind = 'device' and target_id = $1)
             or (target_kind = 'certificate' and action <> 'certificate.reserve'
               and target_id in (select encode(serial_number, 'hex') from certificate where device_id = $1))
          order by seq desc limit $2)
         union all
         (select 'attempt', last_at, first_at, count, operation, outcome, 'device', $1, reason_code,
            jsonb_build_object('presented', presented), detail, source_address, null
          from attempt where device_id = $1 and outcome = 'refused' order by last_at desc limit $2)
         order by at desc limit $2`,
        [deviceId, limit],
      );
      return rows;
    },

    /** What the live line of a first enrolment shows. */
    findEnrolmentProgress: async (
      deviceId: string,
      scope: Scope,
    ): Promise<{
      tokenCreatedAt: Date | null;
      requestedAt: Date | null;
      requestedFrom: string | null;
      refusal: string | null;
      issuedAt: Date | null;
      firstSeenAt: Date | null;
    } | null> => {
      const { rows } = await pool.query<{
        tokenCreatedAt: Date | null;
        requestedAt: Date | null;
        requestedFrom: string | null;
        refusal: string | null;
        issuedAt: Date | null;
        firstSeenAt: Date | null;
      }>(
        `select t.created_at as "tokenCreatedAt", coalesce(a.last_at, c.precommit_at) as "requestedAt",
           a.source_address as "requestedFrom", case when a.outcome = 'refused' then a.detail end as refusal,
           c.issued_at as "issuedAt", c.first_seen_at as "firstSeenAt"
         from device d
         left join lateral (select created_at from enrollment_token where device_id = d.id order by created_at desc limit 1) t on true
         left join lateral (select last_at, source_address, outcome, detail from attempt where device_id = d.id order by last_at desc limit 1) a on true
         left join lateral (select precommit_at, issued_at, first_seen_at from certificate where device_id = d.id order by precommit_at desc limit 1) c on true
         where d.id = $1 and ($2::text[] is null or d.site_id = any($2))`,
        [deviceId, scope],
      );
      return rows[0] ?? null;
    },
  };
}
