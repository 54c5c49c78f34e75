import { createHash } from "node:crypto";

import type { Pool } from "pg";

import {
  addRange,
  bind,
  countUpTo,
  hexOf,
  readPage,
  type Choice,
  type Conditions,
  type Page,
  type PageRequest,
  type Range,
} from "./query.ts";

export type AuditFilter = {
  actors: readonly Choice[];
  actions: readonly Choice[];
  targets: readonly Choice[];
  results: readonly Choice[];
  at: readonly Range[];
  /** Someone who may read only what he did himself. */
  onlyActorId: string | null;
};

export type AuditRow = {
  seq: string;
  at: Date;
  actorKind: string;
  actorId: string;
  actorName: string | null;
  action: string;
  targetKind: string;
  targetId: string;
  outcome: string;
  detail: Record<string, unknown>;
  sourceAddress: string | null;
};

export type AuditEntry = AuditRow & { canonical: string; prevHashHex: string; hashHex: string; isHashRight: boolean };

export type ChainCheck = {
  total: number;
  checked: number;
  headSeq: string | null;
  headHashHex: string | null;
  brokenAt: string | null;
};

const from = `audit_event e left join "user" u on u.id = e.actor_id`;
const select = `e.seq::text, e.at, e.actor_kind as "actorKind", e.actor_id as "actorId", u.name as "actorName", e.action,
  e.target_kind as "targetKind", e.target_id as "targetId", e.outcome, e.detail, e.source_address as "sourceAddress"`;

function toConditions(filter: AuditFilter): Conditions {
  const conditions: Conditions = { sql: [], values: [] };
  const add = (choices: readonly Choice[], write: (parameter: string) => string) => {
    for (const { values, negated } of choices) {
      const any = values.map((value) => write(bind(conditions, value))).join(" or ");
      conditions.sql.push(negated ? `(${any}) is not true` : `(${any})`);
    }
  };
  add(
    filter.actors,
    (v) => `e.actor_id = ${v} or e.actor_kind = ${v} or lower(u.name) = lower(${v}) or lower(u.email) = lower(${v})`,
  );
  add(filter.actions, (v) => `e.action = ${v} or starts_with(e.action, ${v} || '.')`);
  add(filter.targets, (v) => `e.target_id = ${v} or e.target_kind = ${v}`);
  add(filter.results, (v) => `e.outcome = ${v}`);
  for (const range of filter.at) addRange(conditions, "e.at", range);
  if (filter.onlyActorId !== null) conditions.sql.push(`e.actor_id = ${bind(conditions, filter.onlyActorId)}`);
  return conditions;
}

const hashOf = (prevHash: Uint8Array, canonical: string) =>
  createHash("sha256").update(prevHash).update(canonical, "utf8").digest();

export function createAuditReads(pool: Pool) {
  return {
    listAudit: (filter: AuditFilter, page: PageRequest): Promise<Page<AuditRow>> =>
      readPage<AuditRow & Record<string, unknown>, AuditRow>(pool, {
        select,
        from,
        conditions: toConditions(filter),
        sort: [{ expression: "e.seq", type: "bigint" }],
        descending: true,
        page,
        map: (row) => row,
      }),

    countAudit: (filter: AuditFilter): Promise<number> => countUpTo(pool, from, toConditions(filter)),

    findAuditEntry: async (seq: string, onlyActorId: string | null): Promise<AuditEntry | null> => {
      if (!/^\d{1,18}$/.test(seq)) return null;
      const { rows } = await pool.query<AuditRow & { canonical: string; prev: Buffer; hash: Buffer }>(
        `select ${select}, e.canonical, e.prev_hash as prev, e.hash from ${from}
         where e.seq = $1::bigint and ($2::text is null or e.actor_id = $2)`,
        [seq, onlyActorId],
      );
      const row = rows[0];
      if (!row) return null;
      const { prev, hash, ...rest } = row;
      return {
        ...rest,
        prevHashHex: hexOf(prev),
        hashHex: hexOf(hash),
        isHashRight: hashOf(prev, row.canonical).equals(hash),
      };
    },

    /** Recomputes the newest part of the chain, in steps, so that a long log does not sit in memory. */
    checkChain: async (limit = 10_000): Promise<ChainCheck> => {
      const head = await pool.query<{ total: string; head: string | null }>(
        "select count(*)::text as total, max(seq)::text as head from audit_event",
      );
      const total = Number(head.rows[0]?.total ?? 0);
      const last = BigInt(head.rows[0]?.head ?? 0);
      let after = last > BigInt(limit) ? last - BigInt(limit) : 0n;
      let checked = 0;
      let before: Buffer | null = after === 0n ? Buffer.alloc(32) : null;
      let expected = after + 1n;
      while (after < last) {
        const { rows } = await pool.query<{ seq: string; canonical: string; prev: Buffer; hash: Buffer }>(
          `select seq::text, canonical, prev_hash as prev, hash from audit_event
           where seq > $1::bigint and seq <= $2::bigint order by audit_event.seq limit 1000`,
          [String(after), String(last)],
        );
        if (rows.length === 0) break;
        for (const row of rows) {
          const isLinked = before === null || before.equals(row.prev);
          if (BigInt(row.seq) !== expected || !isLinked || !hashOf(row.prev, row.canonical).equals(row.hash))
            return { total, checked, headSeq: String(last), headHashHex: null, brokenAt: row.seq };
          before = row.hash;
          expected = BigInt(row.seq) + 1n;
          checked += 1;
        }
        after = BigInt(rows.at(-1)?.seq ?? last);
      }
      return {
        total,
        checked,
        headSeq: last > 0n ? String(last) : null,
        headHashHex: before && last > 0n ? hexOf(before) : null,
        brokenAt: null,
      };
    },
  };
}
