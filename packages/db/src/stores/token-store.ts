import type { TokenPort, TokenRecord } from "@fieldseal/core/ports";

import type { Queryable } from "../pool.ts";

async function selectToken(client: Queryable, tail: string, value: unknown): Promise<TokenRecord | null> {
  const { rows } = await client.query<{
    id: string;
    device_id: string;
    state: TokenRecord["state"];
    claimed_by: string | null;
    expires_at: Date;
  }>(`SELECT id, device_id, state, claimed_by, expires_at FROM enrollment_token ${tail}`, [value]);
  const row = rows[0];
  return row
    ? { id: row.id, deviceId: row.device_id, state: row.state, claimedBy: row.claimed_by, expiresAt: row.expires_at }
    : null;
}

export function createTokenStore(client: Queryable): TokenPort {
  return {
    async insertToken({ id, deviceId, tokenHash, createdBy, lifetimeSeconds }) {
      const { rows } = await client.query<{ expires_at: Date }>(
        `INSERT INTO enrollment_token (id, device_id, token_hash, created_at, created_by, expires_at)
         VALUES ($1, $2, $3, now(), $4, date_trunc('second', now()) + make_interval(secs => $5)) RETURNING expires_at`,
        [id, deviceId, tokenHash, createdBy, lifetimeSeconds],
      );
      const row = rows[0];
      if (!row) throw new Error("the token was not stored");
      return row.expires_at;
    },
    findTokenByHash: (tokenHash) => selectToken(client, "WHERE token_hash = $1", tokenHash),
    lockToken: (id) => selectToken(client, "WHERE id = $1 FOR UPDATE", id),
    async claimToken(id, certificateId) {
      const { rowCount } = await client.query(
        "UPDATE enrollment_token SET state = 'claimed', claimed_by = $2 WHERE id = $1 AND state = 'open'",
        [id, certificateId],
      );
      if (rowCount !== 1) throw new Error(`token ${id} is not open`);
    },
    async redeemToken(id) {
      const { rowCount } = await client.query(
        "UPDATE enrollment_token SET state = 'redeemed', redeemed_at = now() WHERE id = $1 AND state = 'claimed'",
        [id],
      );
      if (rowCount !== 1) throw new Error(`token ${id} was not claimed`);
    },
    async voidOpenTokens(deviceId) {
      const { rowCount } = await client.query(
        "UPDATE enrollment_token SET state = 'voided', voided_at = now() WHERE device_id = $1 AND state = 'open'",
        [deviceId],
      );
      return rowCount ?? 0;
    },
  };
}
