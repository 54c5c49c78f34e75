import { type Actor, actorLabel } from "@fieldseal/core/actor";
import type { AuditPort } from "@fieldseal/core/ports";

import type { Queryable } from "../pool.ts";
import { bytes } from "./row.ts";

function sourceAddressOf(actor: Actor): string | null {
  return actor.kind === "person" || actor.kind === "device" ? actor.sourceAddress : null;
}

/** The text that audit_append hashed, rebuilt from the readable columns. */
const rebuilt = `jsonb_build_object(
  'seq', seq, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'actorKind', actor_kind, 'actorId', actor_id, 'action', action, 'targetKind', target_kind, 'targetId', target_id,
  'outcome', outcome, 'detail', detail, 'sourceAddress', source_address)::text`;

export function createAuditStore(client: Queryable): AuditPort {
  return {
    async appendAudit({ actor, action, targetKind, targetId, outcome, detail }) {
      await client.query("SELECT audit_append($1, $2, $3, $4, $5, $6, $7, $8)", [
        actor.kind,
        actor.kind === "person" ? actor.id : actorLabel(actor).slice(actor.kind.length + 1),
        action,
        targetKind,
        targetId,
        outcome,
        JSON.stringify(detail ?? {}),
        sourceAddressOf(actor),
      ]);
    },
    async listAudit(afterSeq, limit) {
      const { rows } = await client.query<{
        seq: bigint;
        canonical: string;
        prev_hash: Buffer;
        hash: Buffer;
        agrees: boolean;
      }>(
        `SELECT seq, canonical, prev_hash, hash, canonical = ${rebuilt} AS agrees FROM audit_event
         WHERE seq > $1 ORDER BY seq LIMIT $2`,
        [afterSeq, limit],
      );
      return rows.map((row) => ({
        seq: row.seq,
        canonical: row.canonical,
        prevHash: bytes(row.prev_hash),
        hash: bytes(row.hash),
        columnsAgree: row.agrees,
      }));
    },
  };
}
