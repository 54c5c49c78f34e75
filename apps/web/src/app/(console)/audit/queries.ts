import "server-only";
import { findRefusal } from "@fieldseal/core/actor";
import { notFound } from "next/navigation";

import { countCap, getConsole } from "@/compose.ts";
import { getFormat } from "@/preferences.ts";
import { requirePerson, type Person } from "@/session.ts";

import { parseAuditFilter } from "./schema.ts";

type Query = Readonly<Record<string, string | string[] | undefined>>;
const one = (value: string | string[] | undefined) => (typeof value === "string" ? value : undefined);

/** Who may not read the log still sees what he did himself. */
const onlyActorId = (person: Person) => (findRefusal(person, "audit.read") === null ? null : person.id);

export async function loadAudit(query: Query) {
  const person = await requirePerson();
  const { now } = await getFormat();
  const { reads } = getConsole();
  const source = one(query.q) ?? "";
  const own = onlyActorId(person);
  const { parsed, filter, wrong, hasDefault } = parseAuditFilter(source, {
    now,
    isAll: query.range === "all",
    onlyActorId: own,
  });
  const [list, count] = await Promise.all([
    reads.listAudit(filter, { size: 50, after: one(query.after), before: one(query.before) }),
    reads.countAudit(filter),
  ]);
  return { source, parsed, wrong, hasDefault, list, count, countCap, isOwnOnly: own !== null };
}

export async function loadEntry(seq: string) {
  const person = await requirePerson();
  const entry = await getConsole().reads.findAuditEntry(seq, onlyActorId(person));
  return entry ?? notFound();
}
