import type { CertificateRecord } from "@fieldseal/core/ports";
import { toHex } from "@fieldseal/pki/hex";

/** One row as pg returns it: column name -> value. */
export type Row = Record<string, unknown>;

/** bytea arrives as Buffer; the core sees plain Uint8Array. */
export function bytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError("bytea expected");
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

export function bytesOrNull(value: unknown): Uint8Array | null {
  return value === null || value === undefined ? null : bytes(value);
}

export const certificateColumns = `id, authority_id, serial_number, purpose, device_id, profile_slug, state, common_name,
  csr_sha256, spki_sha256, der, not_before, not_after, precommit_at, first_seen_at, superseded_by_id, grace_ends_at,
  revoked_at, reason_code`;

type CertificateRow = {
  id: string;
  authority_id: string;
  serial_number: Buffer;
  purpose: CertificateRecord["purpose"];
  device_id: string | null;
  profile_slug: string;
  state: CertificateRecord["state"];
  common_name: string;
  csr_sha256: Buffer | null;
  spki_sha256: Buffer;
  der: Buffer | null;
  not_before: Date;
  not_after: Date;
  precommit_at: Date;
  first_seen_at: Date | null;
  superseded_by_id: string | null;
  grace_ends_at: Date | null;
  revoked_at: Date | null;
  reason_code: number | null;
};

export function toCertificate(row: CertificateRow): CertificateRecord {
  return {
    id: row.id,
    authorityId: row.authority_id,
    serialNumberHex: toHex(bytes(row.serial_number)),
    purpose: row.purpose,
    deviceId: row.device_id,
    profileSlug: row.profile_slug,
    state: row.state,
    commonName: row.common_name,
    csrSha256: bytesOrNull(row.csr_sha256),
    spkiSha256: bytes(row.spki_sha256),
    der: bytesOrNull(row.der),
    notBefore: row.not_before,
    notAfter: row.not_after,
    precommitAt: row.precommit_at,
    firstSeenAt: row.first_seen_at,
    supersededById: row.superseded_by_id,
    graceEndsAt: row.grace_ends_at,
    revokedAt: row.revoked_at,
    reasonCode: row.reason_code,
  };
}

export type { CertificateRow };
