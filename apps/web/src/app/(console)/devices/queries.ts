import "server-only";
import { countCap, deviceSorts, getConsole, type DeviceFilter, type DeviceSort } from "@/compose.ts";
import { withoutPart, writeTerm } from "@/filter.ts";
import { getFormat } from "@/preferences.ts";
import { requirePerson, scopeOf } from "@/session.ts";

import { parseDeviceFilter } from "./schema.ts";

type Query = Readonly<Record<string, string | string[] | undefined>>;
const one = (value: string | string[] | undefined) => (typeof value === "string" ? value : undefined);

export const pageSize = 50;

export function readSort(query: Query): { sort: DeviceSort; descending: boolean } {
  const [name, direction] = (one(query.sort) ?? "attention").split(".");
  return { sort: deviceSorts.find((known) => known === name) ?? "attention", descending: direction === "desc" };
}

/** For the first empty part: what would be found without each filter. */
async function countWithout(parts: { words: string; rest: string }[], now: Date) {
  const { reads } = getConsole();
  const scope = scopeOf(await requirePerson());
  const counted = await Promise.all(
    parts.slice(0, 6).map(async ({ words, rest }) => ({
      words,
      rest,
      count: await reads.countDevices(parseDeviceFilter(rest, now).filter, scope),
    })),
  );
  return counted.toSorted((a, b) => b.count - a.count)[0] ?? null;
}

export async function loadDevices(query: Query) {
  const person = await requirePerson();
  const { now } = await getFormat();
  const { reads } = getConsole();
  const source = one(query.q) ?? "";
  const { parsed, filter, wrong } = parseDeviceFilter(source, now);
  const scope = scopeOf(person);
  const { sort, descending } = readSort(query);
  const page = { size: pageSize, after: one(query.after), before: one(query.before) };
  const [list, count] = await Promise.all([
    reads.listDevices({ filter, scope, sort, descending, page }),
    reads.countDevices(filter, scope),
  ]);
  const parts = [
    ...parsed.terms.map((term) => ({
      words: writeTerm(term.key, term.values, term.negated),
      rest: withoutPart(parsed, term),
    })),
    ...parsed.text.map((word) => ({ words: word, rest: withoutPart(parsed, word) })),
  ];
  const hint = list.rows.length === 0 && parts.length > 0 ? await countWithout(parts, now) : null;
  return { source, parsed, wrong, sort, descending, list, count, countCap, parts, hint };
}

export async function loadForExport(query: Query) {
  const person = await requirePerson();
  const { now } = await getFormat();
  const { filter } = parseDeviceFilter(one(query.q) ?? "", now);
  return { filter: filter satisfies DeviceFilter, scope: scopeOf(person), ...readSort(query), now };
}
