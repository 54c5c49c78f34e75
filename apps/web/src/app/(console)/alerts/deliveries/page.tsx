/* oxlint-disable jsx-a11y/control-has-associated-label -- a cell of a plain table is no control */
import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { formatCapped, formatNumber } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { FilterBar, hrefWith } from "@/ui/filter-bar.tsx";
import { Link } from "@/ui/link.tsx";
import { Pager } from "@/ui/list-parts.tsx";
import { Foreign, None } from "@/ui/text.tsx";

import { loadMails } from "./queries.ts";
import { MailBadge, NoMailServer } from "./words.tsx";

export const metadata: Metadata = { title: "Mail" };

const path = "/alerts/deliveries";

export default async function MailPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await searchParams;
  if (typeof query.add === "string")
    redirect(
      hrefWith(path, { q: [typeof query.q === "string" ? query.q : "", query.add.trim()].filter(Boolean).join(" ") }),
    );
  const { list, count, countCap, source, parsed, wrong, hasMailServer } = await loadMails(query);
  const format = await getFormat();
  return (
    <>
      <div className="page-head">
        <h1>Mail</h1>
      </div>
      {hasMailServer === false && <NoMailServer />}
      <FilterBar
        path={path}
        source={source}
        parsed={parsed}
        wrong={wrong}
        keep={{}}
        label="Filter mails"
        placeholder="state:failed site:nord recipient or subject"
        found={
          <>
            <b>{formatCapped(count, countCap)}</b> {source ? "match" : count === 1 ? "mail" : "mails"} ·{" "}
            {format.clockSeconds(format.now)}
          </>
        }
      />
      {list.rows.length === 0 ? (
        <div className="panel">
          <div className="state">
            <p>
              {source
                ? "No mail matches this filter."
                : "No mail was written yet. The first one comes when a certificate nears its end without having renewed."}
            </p>
            {source && <Link href={path}>Clear all</Link>}
          </div>
        </div>
      ) : (
        <>
          <table className="list">
            <caption className="sr-only">Mails, newest first</caption>
            <colgroup>
              <col />
              <col className="col-l" />
              <col className="col-xl" />
              <col className="col-xl" />
              <col className="col-xs" />
              <col className="col-xl" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Written</th>
                <th scope="col">Recipient</th>
                <th scope="col">State</th>
                <th scope="col" className="num">
                  Tries
                </th>
                <th scope="col">Server's last words</th>
              </tr>
            </thead>
            <tbody>
              {list.rows.map((row) => (
                <tr key={row.id}>
                  <th scope="row" className="c-name">
                    <Link className="name cut" href={`${path}/${row.id}`}>
                      <Foreign limit={120}>{row.subject}</Foreign>
                    </Link>
                  </th>
                  <td className="c-when">{format.dayClock(row.createdAt)}</td>
                  <td className="c-where">
                    <span className="cut">
                      <Foreign>{row.recipient}</Foreign>
                    </span>
                  </td>
                  <td className="c-state">
                    <MailBadge state={row.state} />
                  </td>
                  <td className="num">{row.tries > 0 ? formatNumber(row.tries) : <None />}</td>
                  <td className="t2" title={row.lastResponse ?? undefined}>
                    {row.lastResponse ? <Foreign limit={80}>{row.lastResponse}</Foreign> : <None />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Pager path={path} keep={{ q: source }} next={list.next} previous={list.previous}>
            {formatNumber(list.rows.length)} of {formatCapped(count, countCap)}
          </Pager>
        </>
      )}
    </>
  );
}
