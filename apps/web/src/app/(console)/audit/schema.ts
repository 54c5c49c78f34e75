import type { AuditFilter, Range } from "@/compose.ts";
import { parseFilter, type Filter } from "@/filter.ts";

export const auditKeys = ["actor", "action", "target", "result", "after", "before"] as const;
export const defaultDays = 7;

const dayMs = 86_400_000;

function parseDay(value: string): Date | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00Z`) : null;
  return at && !Number.isNaN(at.getTime()) ? at : null;
}

/** Without `after:` or `before:` the range is the last 7 days; the page says so above the table. */
export function parseAuditFilter(source: string, options: { now: Date; isAll: boolean; onlyActorId: string | null }) {
  const parsed: Filter = parseFilter(source, auditKeys);
  const wrong = [...parsed.unknown, ...parsed.text];
  const choices = (key: string) => parsed.terms.filter((term) => term.key === key);
  const at: Range[] = [];
  for (const term of parsed.terms) {
    if (term.key !== "after" && term.key !== "before") continue;
    const day = parseDay(term.values[0] ?? "");
    if (!day || term.negated) wrong.push(term.source);
    else at.push(term.key === "after" ? { from: day, to: null } : { from: null, to: day });
  }
  const hasDefault = at.length === 0 && !options.isAll;
  if (hasDefault) at.push({ from: new Date(options.now.getTime() - defaultDays * dayMs), to: null });
  const filter: AuditFilter = {
    actors: choices("actor"),
    actions: choices("action"),
    targets: choices("target"),
    results: choices("result"),
    at,
    onlyActorId: options.onlyActorId,
  };
  return { parsed, filter, wrong, hasDefault };
}
