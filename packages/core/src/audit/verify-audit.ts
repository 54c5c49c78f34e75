import { equalBytes } from "@fieldseal/pki/hex";
import { sha256 } from "@fieldseal/pki/key-identifier";

import type { AuditRow, Records } from "../ports.ts";

const pageSize = 2_000;

/**
 * The first row at which the chain does not hold, or null. Checks what SQL cannot forge without the hashes:
 * numbers without gaps, each prevHash equal to the hash before, each hash = SHA-256(prevHash || UTF-8(canonical)).
 */
export function findBreak(previous: AuditRow | null, rows: readonly AuditRow[]): bigint | null {
  let before = previous;
  for (const row of rows) {
    const expectedPrev = before ? before.hash : new Uint8Array(32);
    const expectedSeq = before ? before.seq + 1n : 1n;
    if (row.seq !== expectedSeq || !row.columnsAgree || !equalBytes(row.prevHash, expectedPrev)) return row.seq;
    const text = new TextEncoder().encode(row.canonical);
    const joined = new Uint8Array(row.prevHash.length + text.length);
    joined.set(row.prevHash);
    joined.set(text, row.prevHash.length);
    if (!equalBytes(sha256(joined), row.hash)) return row.seq;
    before = row;
  }
  return null;
}

/**
 * Walks the whole audit chain. A chain alone cannot show that its newest rows were cut off; compare the head with
 * one kept elsewhere for that.
 */
export function createVerifyAudit({ records }: { records: Records }) {
  return async (): Promise<{ verified: bigint; brokenAt: bigint | null; headHash: Uint8Array | null }> => {
    let last: AuditRow | null = null;
    for (;;) {
      const after: bigint = last?.seq ?? 0n;
      const rows: AuditRow[] = await records.transaction((tx) => tx.listAudit(after, pageSize));
      const brokenAt = findBreak(last, rows);
      if (brokenAt !== null) return { verified: brokenAt - 1n, brokenAt, headHash: null };
      last = rows.at(-1) ?? last;
      if (rows.length < pageSize) return { verified: last?.seq ?? 0n, brokenAt: null, headHash: last?.hash ?? null };
    }
  };
}
