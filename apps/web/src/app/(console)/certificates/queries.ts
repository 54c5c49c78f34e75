import "server-only";
import { certificateSorts, countCap, getConsole } from "@/compose.ts";
import { getFormat } from "@/preferences.ts";
import { requirePerson, scopeOf } from "@/session.ts";

import { certificateViews, parseCertificateFilter } from "./schema.ts";

type Query = Readonly<Record<string, string | string[] | undefined>>;
const one = (value: string | string[] | undefined) => (typeof value === "string" ? value : undefined);

export async function loadCertificates(query: Query) {
  const scope = scopeOf(await requirePerson());
  const { now } = await getFormat();
  const { reads } = getConsole();
  const source = one(query.q) ?? "";
  const view = certificateViews.find(({ id }) => id === query.view)?.id ?? "in-use";
  const [name, direction] = (one(query.sort) ?? (view === "revoked" ? "issued.desc" : "expires")).split(".");
  const sort = certificateSorts.find((known) => known === name) ?? "expires";
  const descending = direction === "desc";
  const { parsed, filter, wrong } = parseCertificateFilter(source, view, now);
  const page = { size: 50, after: one(query.after), before: one(query.before) };
  const [list, count] = await Promise.all([
    reads.listCertificates({ filter, scope, sort, descending, page }),
    reads.countCertificates(filter, scope),
  ]);
  return { source, view, sort, descending, parsed, wrong, list, count, countCap };
}
