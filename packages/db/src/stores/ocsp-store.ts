import { toHex } from "@fieldseal/pki/hex";
import type { OcspCertStatus } from "@fieldseal/pki/ocsp/status";

import type { Pool } from "../pool.ts";
import { mapError } from "./map-error.ts";
import { bytes } from "./row.ts";

/** RFC 6960 1: dates on the wire have whole seconds. */
const wholeSeconds = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000);

/** What OCSP says of serial numbers, in their order: what we never gave out, or are still making, is unknown. */
export function createOcspStore(pool: Pool) {
  return async (authorityId: string, serialNumbers: readonly Uint8Array[]): Promise<OcspCertStatus[]> => {
    const { rows } = await pool
      .query<{ serial_number: Buffer; revoked_at: Date | null; reason_code: number | null }>(
        `SELECT serial_number, revoked_at, reason_code FROM certificate
         WHERE authority_id = $1 AND serial_number = ANY($2::bytea[]) AND state IN ('issued', 'revoked', 'orphaned')`,
        [authorityId, serialNumbers],
      )
      .catch((error: unknown) => {
        throw mapError(error);
      });
    const known = new Map(rows.map((row) => [toHex(bytes(row.serial_number)), row]));
    return serialNumbers.map((serialNumber) => {
      const row = known.get(toHex(serialNumber));
      if (!row) return { status: "unknown" };
      if (!row.revoked_at) return { status: "good" };
      return { status: "revoked", revokedAt: wholeSeconds(row.revoked_at), reasonCode: row.reason_code };
    });
  };
}
