import { createHash } from "node:crypto";

import { describe, expect, test } from "vitest";

import type { AuditRow } from "../ports.ts";
import { findBreak } from "./verify-audit.ts";

function chain(length: number): AuditRow[] {
  const rows: AuditRow[] = [];
  for (let i = 1; i <= length; i++) {
    const prevHash = rows.at(-1)?.hash ?? new Uint8Array(32);
    const canonical = JSON.stringify({ seq: i, action: "device.add", targetId: `pump-${i}` });
    const hash = new Uint8Array(createHash("sha256").update(prevHash).update(canonical).digest());
    rows.push({ seq: BigInt(i), canonical, prevHash, hash, columnsAgree: true });
  }
  return rows;
}

const change = (rows: AuditRow[], index: number, patch: Partial<AuditRow>) =>
  rows.map((row, i) => (i === index ? { ...row, ...patch } : row));

describe("the audit chain", () => {
  test("an untouched chain holds, in one piece and in pages", () => {
    const rows = chain(50);
    expect(findBreak(null, rows)).toBeNull();
    expect(findBreak(rows[24] ?? null, rows.slice(25))).toBeNull();
  });

  test("every single changed, removed, swapped or forged row is found at its place", () => {
    const rows = chain(40);
    for (let i = 0; i < rows.length; i++) {
      const seq = BigInt(i + 1);
      const row = rows[i];
      if (!row) throw new Error("row expected");
      expect(findBreak(null, change(rows, i, { canonical: row.canonical.replace("device", "devise") }))).toBe(seq);
      expect(findBreak(null, change(rows, i, { columnsAgree: false }))).toBe(seq);
      expect(
        findBreak(null, change(rows, i, { hash: row.hash.map((octet, at) => (at === 7 ? octet ^ 1 : octet)) })),
      ).toBe(seq);
      if (i < rows.length - 1) {
        expect(
          findBreak(
            null,
            rows.filter((_, at) => at !== i),
          ),
        ).toBe(seq + 1n);
        expect(
          findBreak(
            null,
            rows.map((_, at) => rows[at === i ? i + 1 : at === i + 1 ? i : at] ?? row),
          ),
        ).not.toBeNull();
      }
    }
  });

  test("a row that was rewritten together with its own hash breaks the next one", () => {
    const rows = chain(10);
    const canonical = '{"seq":4,"action":"nothing"}';
    const prevHash = rows[3]?.prevHash ?? new Uint8Array(32);
    const hash = new Uint8Array(createHash("sha256").update(prevHash).update(canonical).digest());
    expect(findBreak(null, change(rows, 3, { canonical, hash }))).toBe(5n);
  });
});
