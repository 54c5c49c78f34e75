/* oxlint-disable jsx-a11y/control-has-associated-label -- a cell of a plain table is no control */
import { findRefusal } from "@fieldseal/core/actor";
import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { formatCapped, formatNumber } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { requirePerson } from "@/session.ts";
import { FilterBar, hrefWith } from "@/ui/filter-bar.tsx";
import { LifeBar } from "@/ui/life-bar.tsx";
import { Link } from "@/ui/link.tsx";
import { Pager, SortHead, Views } from "@/ui/list-parts.tsx";
import { DeviceBadge } from "@/ui/state-badge.tsx";
import { Foreign, ForeignName, None } from "@/ui/text.tsx";

import { loadDevices } from "./queries.ts";
import { renewsWords } from "./renews.ts";

export const metadata: Metadata = { title: "Devices" };

const path = "/devices";
const views = [
  { name: "All", q: "" },
  { name: "Needs attention", q: "state:attention" },
  { name: "Expiring ≤ 30 d", q: "expires:<30d" },
  { name: "Failing", q: "state:failing" },
  { name: "Overdue", q: "state:overdue" },
  { name: "Silent > 7 d", q: "seen:>7d" },
  { name: "Never seen", q: "state:never-seen" },
  { name: "Not enrolled", q: "state:not-enrolled" },
  { name: "Quarantined", q: "state:quarantined" },
];

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function DevicesPage({ searchParams }: Props) {
  const query = await searchParams;
  if (typeof query.add === "string") {
    const q = [typeof query.q === "string" ? query.q : "", query.add.trim()].filter(Boolean).join(" ");
    redirect(hrefWith(path, { q, sort: typeof query.sort === "string" ? query.sort : undefined }));
  }
  const person = await requirePerson();
  const [format, view] = [await getFormat(), await loadDevices(query)];
  const { list, count, countCap, sort, descending, source, hint, parts } = view;
  const sortParameter = typeof query.sort === "string" ? { sort: query.sort } : {};
  const keep = { q: source };
  const head = { path, keep, sort, descending };
  const refusal = findRefusal(person, "device.manage");
  return (
    <>
      <div className="page-head">
        <h1>Devices</h1>
        <div className="acts">
          {count > 0 && (
            <a className="btn only-l" href={hrefWith("/devices/export", { ...keep, ...sortParameter })} download>
              Export CSV
            </a>
          )}
          {refusal === null ? (
            <Link className="btn primary" href="/devices/new">
              Add device
            </Link>
          ) : (
            <span className="meta">{refusal}</span>
          )}
        </div>
      </div>
      <Views path={path} views={views} current={source} />
      <FilterBar
        path={path}
        source={source}
        parsed={view.parsed}
        wrong={view.wrong}
        keep={sortParameter}
        label="Filter devices"
        placeholder="site:nord state:failing expires:<30d profile:device text"
        found={
          <>
            <b>{formatCapped(count, countCap)}</b> {source ? "match" : count === 1 ? "device" : "devices"} ·{" "}
            {format.clockSeconds(format.now)}
          </>
        }
      />
      {list.rows.length === 0 ? (
        <div className="panel">
          <div className="state">
            {source ? (
              <>
                <p>
                  {parts.length === 1
                    ? "No device matches this filter."
                    : `No device matches these ${parts.length} filters.`}
                </p>
                <div className="row">
                  {hint && hint.count > 0 && (
                    <Link className="btn s" href={hrefWith(path, { q: hint.rest })}>
                      Remove{" "}
                      <b>
                        <Foreign limit={40}>{hint.words}</Foreign>
                      </b>{" "}
                      → {formatCapped(hint.count, countCap)}
                    </Link>
                  )}
                  <Link href={path}>Clear all</Link>
                </div>
              </>
            ) : (
              <>
                <p>
                  Devices appear here when they are registered. Each gets a one-time token, with which it asks for its
                  first certificate over EST; the commands for it come with the token.
                </p>
                {refusal === null && (
                  <Link className="btn primary" href="/devices/new">
                    Add the first device
                  </Link>
                )}
              </>
            )}
          </div>
        </div>
      ) : (
        <>
          <table className="list">
            <caption className="sr-only">
              Devices, sorted by {sort}, {descending ? "descending" : "ascending"}
            </caption>
            <colgroup>
              <col />
              <col className="col-l" />
              <col className="col-xl-s" />
              <col className="col-m" />
              <col className="col-xl" />
              <col className="col-m" />
              <col className="col-s" />
              <col className="col-m" />
            </colgroup>
            <thead>
              <tr>
                <SortHead {...head} by="device">
                  Device
                </SortHead>
                <SortHead {...head} by="site">
                  Site
                </SortHead>
                <SortHead {...head} by="attention">
                  State
                </SortHead>
                <th scope="col">Life</th>
                <SortHead {...head} by="expires">
                  Expires
                </SortHead>
                <th scope="col">Renews</th>
                <SortHead {...head} by="seen">
                  Last seen
                </SortHead>
                <SortHead {...head} by="profile">
                  Profile
                </SortHead>
              </tr>
            </thead>
            <tbody>
              {list.rows.map((row) => (
                <tr key={row.id}>
                  <th scope="row" className="c-name">
                    <Link className="name" href={`/devices/${encodeURIComponent(row.id)}`}>
                      <ForeignName>{row.id}</ForeignName>
                    </Link>
                  </th>
                  <td className="c-where">
                    <Foreign>{row.siteName}</Foreign>
                  </td>
                  <td className="c-state">
                    <DeviceBadge deviceState={row.deviceState} certificateState={row.certificateState} />
                  </td>
                  <td className="c-life">
                    <LifeBar
                      from={row.notBefore}
                      to={row.notAfter}
                      now={format.now}
                      state={row.certificateState}
                      revokedAt={row.revokedAt}
                    />
                  </td>
                  <td className="c-when">
                    {row.notAfter && !row.revokedAt ? (
                      <span className="when">
                        <span>{format.relative(row.notAfter)}</span>
                        <span className="abs">{format.day(row.notAfter)}</span>
                      </span>
                    ) : (
                      <None />
                    )}
                  </td>
                  <td>{renewsWords(row) ?? <None />}</td>
                  <td>{row.lastSeenAt ? format.ago(row.lastSeenAt) : <span className="t3">never</span>}</td>
                  <td className="t2">
                    <Foreign>{row.profileSlug}</Foreign>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Pager path={path} keep={{ ...keep, ...sortParameter }} next={list.next} previous={list.previous}>
            {formatNumber(list.rows.length)} of {formatCapped(count, countCap)}
          </Pager>
        </>
      )}
    </>
  );
}
