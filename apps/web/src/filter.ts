/** The grammar of every filter box: `site:nord state:failing,overdue -profile:opcua expires:<30d some text`. */

export type FilterTerm = { key: string; values: readonly string[]; negated: boolean; source: string };
export type Filter = { terms: readonly FilterTerm[]; text: readonly string[]; unknown: readonly string[] };

// key:"two words",other or "two words" or word
const token = /(-?)([a-z][a-z-]*):((?:"[^"]*"|[^\s",]+)(?:,(?:"[^"]*"|[^\s",]+))*)|"([^"]*)"|(\S+)/giu;

const unquote = (value: string) => (value.startsWith('"') ? value.slice(1, -1) : value);

export function parseFilter(source: string, keys: readonly string[]): Filter {
  const terms: FilterTerm[] = [];
  const text: string[] = [];
  const unknown: string[] = [];
  for (const match of source.slice(0, 1_000).replaceAll("\0", "").matchAll(token)) {
    const [whole, minus, key, list, quoted, word] = match;
    if (key === undefined || list === undefined) {
      const free = (quoted ?? word ?? "").trim();
      if (free) text.push(free);
      continue;
    }
    const name = key.toLowerCase();
    if (!keys.includes(name)) {
      unknown.push(whole);
      continue;
    }
    const values = (list.match(/"[^"]*"|[^,]+/g) ?? []).map(unquote).filter(Boolean);
    if (values.length > 0) terms.push({ key: name, values, negated: minus === "-", source: whole });
  }
  return { terms, text, unknown };
}

const quote = (value: string) => (/[\s",]/.test(value) ? `"${value.replaceAll('"', "")}"` : value);

export function writeTerm(key: string, values: readonly string[], negated = false): string {
  return `${negated ? "-" : ""}${key}:${values.map(quote).join(",")}`;
}

export function writeFilter(filter: Pick<Filter, "terms" | "text">): string {
  return [
    ...filter.terms.map((term) => writeTerm(term.key, term.values, term.negated)),
    ...filter.text.map(quote),
  ].join(" ");
}

/** The filter text that is left when one term or one word goes. */
export function withoutPart(filter: Filter, part: FilterTerm | string): string {
  return writeFilter({
    terms: filter.terms.filter((term) => term !== part),
    text: filter.text.filter((word) => word !== part),
  });
}

export type Range = { from: Date | null; to: Date | null };

const units: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/**
 * `<30d` = from now within 30 d, `>90d` = later than that, `2026-12-01..2026-12-08` = from the first up to, not including, the
 * last day (UTC). With `direction` -1 the same words look back: `<7d` = within the last 7 d, `>7d` = longer ago.
 */
export function parseRange(value: string, now: Date, direction: 1 | -1): Range | null {
  const relative = /^([<>])(\d{1,5})([hdw])$/.exec(value);
  if (relative) {
    const [, sign, amount, unit] = relative;
    const at = new Date(now.getTime() + direction * Number(amount) * (units[unit ?? "d"] ?? 0));
    if (direction === 1) return sign === "<" ? { from: null, to: at } : { from: at, to: null };
    return sign === "<" ? { from: at, to: null } : { from: null, to: at };
  }
  const absolute = /^(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?$/.exec(value);
  if (!absolute || (!absolute[1] && !absolute[2])) return null;
  const [from, to] = [absolute[1], absolute[2]].map((day) => (day ? new Date(`${day}T00:00:00Z`) : null));
  if ([from, to].some((at) => at && Number.isNaN(at.getTime()))) return null;
  return { from: from ?? null, to: to ?? null };
}
