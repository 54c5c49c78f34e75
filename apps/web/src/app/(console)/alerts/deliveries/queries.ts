import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";

import { countCap, getConsole } from "@/compose.ts";
import { parseFilter } from "@/filter.ts";
import { requirePerson, scopeOf } from "@/session.ts";
import { readSituation } from "@/situation.ts";

type Query = Readonly<Record<string, string | string[] | undefined>>;
const one = (value: string | string[] | undefined) => (typeof value === "string" ? value : undefined);

export async function loadMails(query: Query) {
  const scope = scopeOf(await requirePerson());
  const { reads } = getConsole();
  const source = one(query.q) ?? "";
  const parsed = parseFilter(source, ["state", "site"]);
  const filter = {
    states: parsed.terms.filter(({ key }) => key === "state"),
    sites: parsed.terms.filter(({ key }) => key === "site"),
    text: parsed.text,
  };
  const [list, count, { hasMailServer }] = await Promise.all([
    reads.listMails(filter, scope, { size: 50, after: one(query.after), before: one(query.before) }),
    reads.countMails(filter, scope),
    readSituation(),
  ]);
  return { source, parsed, wrong: parsed.unknown, list, count, countCap, hasMailServer };
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

export const loadMail = cache(async (id: string) => {
  const scope = scopeOf(await requirePerson());
  const mail = uuid.test(id) ? await getConsole().reads.findMail(id, scope) : null;
  return mail ?? notFound();
});
