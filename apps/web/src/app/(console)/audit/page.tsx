import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Suspense } from "react";

import { auditTargetHref, outcomeWords } from "@/audit-words.ts";
import { formatCapped, formatIsoMs, formatNumber } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { FilterBar, hrefWith } from "@/ui/filter-bar.tsx";
import { Glyph } from "@/ui/glyph.tsx";
import { Link } from "@/ui/link.tsx";
import { Pager } from "@/ui/list-parts.tsx";
import { Foreign, None } from "@/ui/text.tsx";

import { actorGlyphs, IntegrityBadge } from "./parts.tsx";
import { loadAudit } from "./queries.ts";
import { defaultDays } from "./schema.ts";

export const metadata: Metadata = { title: "Audit log" };

const path = "/audit";

export default async function AuditPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await searchParams;
  const range = query.range === "all" ? { range: "all" } : {};
  if (typeof query.add === "string")
    redirect(
      hrefWith(path, {
        ...range,
        q: [typeof query.q === "string" ? query.q : "", query.add.trim()].filter(Boolean).join(" "),
      }),
    );
  const { list, count, countCap, source, parsed, wrong, hasDefault, isOwnOnly } = await loadAudit(query);
  const format = await getFormat();
  return (
    <>
      <div className="page-head">
        <h1>Audit log</h1>
        <div className="acts">
          <Suspense fallback={<span className="meta">checking…</span>}>
            <IntegrityBadge />
          </Suspense>
        </div>
      </div>
      <FilterBar
        path={path}
        source={source}
        parsed={parsed}
        wrong={wrong}
        keep={range}
        label="Filter the audit log"
        placeholder="actor:ops-3 action:certificate target:pump-017 result:refused after:2026-11-01"
        found={
          <>
            <b>{formatCapped(count, countCap)}</b> {count === 1 ? "entry" : "entries"} ·{" "}
            {format.clockSeconds(format.now)}
          </>
        }
      />
      <p className="t2 pb-2">
        {isOwnOnly ? "Your own actions. " : ""}
        {hasDefault ? (
          <>
            Entries of the last {defaultDays} days, since{" "}
            {formatIsoMs(new Date(format.now.getTime() - defaultDays * 86_400_000)).slice(0, 16)} UTC.{" "}
            <Link href={hrefWith(path, { q: source, range: "all" })}>Show the whole log</Link>
          </>
        ) : range.range ? (
          <>
            The whole log. <Link href={hrefWith(path, { q: source })}>Show the last {defaultDays} days</Link>
          </>
        ) : (
          "Entries of the dates in the filter, UTC."
        )}
      </p>
      {list.rows.length === 0 ? (
        <div className="panel">
          <div className="state">
            <p>No entry matches in this range.</p>
            <div className="row">
              <Link href={hrefWith(path, { q: source, range: "all" })}>Look in the whole log</Link>
              {source && <Link href={path}>Clear all</Link>}
            </div>
          </div>
        </div>
      ) : (
        <>
          <table className="list">
            <caption className="sr-only">Audit entries, newest first</caption>
            <colgroup>
              <col className="col-s" />
              <col className="col-xl" />
              <col className="col-xl" />
              <col className="col-xl" />
              <col />
              <col className="col-m" />
              <col className="col-l" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col" className="num">
                  #
                </th>
                <th scope="col" aria-sort="descending">
                  Time, UTC
                </th>
                <th scope="col">Actor</th>
                <th scope="col">Action</th>
                <th scope="col">Target</th>
                <th scope="col">Outcome</th>
                <th scope="col">From</th>
              </tr>
            </thead>
            <tbody>
              {list.rows.map((row) => {
                const href = auditTargetHref(row);
                return (
                  <tr key={row.seq}>
                    <td className="num">
                      <Link href={`/audit/${row.seq}`}>{formatNumber(BigInt(row.seq))}</Link>
                    </td>
                    <td className="c-when">{formatIsoMs(row.at)}</td>
                    <td className="c-where">
                      <Glyph name={actorGlyphs[row.actorKind] ?? "unknown"} className="g t3" />{" "}
                      <Foreign limit={22}>{row.actorName ?? row.actorId}</Foreign>
                    </td>
                    <th scope="row" className="c-name">
                      <Link className="name" href={`/audit/${row.seq}`}>
                        {row.action}
                      </Link>
                    </th>
                    <td>
                      {href ? (
                        <Link href={href}>
                          <Foreign limit={44}>{row.targetId}</Foreign>
                        </Link>
                      ) : (
                        <Foreign limit={44}>
                          {row.targetKind === "installation" ? "installation" : row.targetId}
                        </Foreign>
                      )}
                    </td>
                    <td className="c-state">
                      {row.outcome === "done" ? (
                        <span className="t2">done</span>
                      ) : (
                        <span className="badge warning">
                          <Glyph name="renewal-overdue" />
                          {outcomeWords[row.outcome] ?? row.outcome}
                        </span>
                      )}
                    </td>
                    <td className="mono t2">
                      {row.sourceAddress ? <Foreign limit={20}>{row.sourceAddress}</Foreign> : <None />}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <Pager path={path} keep={{ q: source, ...range }} next={list.next} previous={list.previous}>
            {formatNumber(list.rows.length)} of {formatCapped(count, countCap)}
          </Pager>
        </>
      )}
    </>
  );
}
