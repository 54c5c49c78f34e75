/* oxlint-disable jsx-a11y/control-has-associated-label -- a cell of a plain table is no control */
import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { formatCapped, formatNumber, shorten, withColons } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { CopyButton } from "@/ui/copy-button.tsx";
import { FilterBar, hrefWith } from "@/ui/filter-bar.tsx";
import { LifeBar } from "@/ui/life-bar.tsx";
import { Link } from "@/ui/link.tsx";
import { Pager, SortHead } from "@/ui/list-parts.tsx";
import { CertificateBadge } from "@/ui/state-badge.tsx";
import { Foreign, ForeignName, None } from "@/ui/text.tsx";

import { loadCertificates } from "./queries.ts";
import { certificateViews } from "./schema.ts";

export const metadata: Metadata = { title: "Certificates" };

const path = "/certificates";
const text = (value: string | string[] | undefined) => (typeof value === "string" ? value : undefined);

export default async function CertificatesPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await searchParams;
  if (typeof query.add === "string") {
    const q = [text(query.q) ?? "", query.add.trim()].filter(Boolean).join(" ");
    redirect(hrefWith(path, { q, sort: text(query.sort), view: text(query.view) }));
  }
  const loaded = await loadCertificates(query);
  const format = await getFormat();
  const { list, count, countCap, source, view, sort, descending } = loaded;
  const viewParameter = view === "in-use" ? {} : { view };
  const sortParameter = text(query.sort) ? { sort: text(query.sort) ?? "" } : {};
  const head = { path, keep: { q: source, ...viewParameter }, sort, descending };
  return (
    <>
      <div className="page-head">
        <h1>Certificates</h1>
      </div>
      <nav className="tabs mb-0" aria-label="Views">
        {certificateViews.map(({ id, name }) => (
          <Link
            key={id}

            href={hrefWith(path, { view: id === "in-use" ? undefined : id, q: source })}
            aria-current={id === view ? "page" : undefined}
          >
            {name}
          </Link>
        ))}
      </nav>
      <FilterBar
        path={path}
        source={source}
        parsed={loaded.parsed}
        wrong={loaded.wrong}
        keep={{ ...viewParameter, ...sortParameter }}
        label="Filter certificates"
        placeholder="issuer:issuing-g1 state:failing expires:<30d device:pump-017 text"
        found={
          <>
            <b>{formatCapped(count, countCap)}</b> {source ? "match" : count === 1 ? "certificate" : "certificates"} ·{" "}
            {format.clockSeconds(format.now)}
          </>
        }
      />
      {list.rows.length === 0 ? (
        <div className="panel">
          <div className="state">
            <p>
              {source
                ? "No certificate of this view matches the filter."
                : view === "in-use"
                  ? "Certificates appear here when devices enrol."
                  : `Nothing here. Checked ${format.clockSeconds(format.now)} ${format.zoneLabel}.`}
            </p>
            <div className="row">
              {source && <Link href={hrefWith(path, viewParameter)}>Clear all</Link>}
              {view !== "all" && (
                <Link href={hrefWith(path, { view: "all", q: source })}>Look in all certificates</Link>
              )}
              {!source && view === "in-use" && (
                <Link className="btn" href="/devices/new">
                  Add device
                </Link>
              )}
            </div>
          </div>
        </div>
      ) : (
        <>
          <table className="list">
            <caption className="sr-only">
              Certificates, sorted by {sort}, {descending ? "descending" : "ascending"}
            </caption>
            <colgroup>
              <col />
              <col className="col-l" />
              <col className="col-xl-s" />
              <col className="col-m" />
              <col className="col-xl" />
              <col className="col-m" />
              <col className="col-l" />
              <col className="col-m" />
            </colgroup>
            <thead>
              <tr>
                <SortHead {...head} by="name">
                  Name
                </SortHead>
                <th scope="col">Site</th>
                <SortHead {...head} by="state">
                  State
                </SortHead>
                <th scope="col">Life</th>
                <SortHead {...head} by="expires">
                  Expires
                </SortHead>
                <th scope="col">Issuer</th>
                <th scope="col">Serial</th>
                <SortHead {...head} by="issued">
                  Issued
                </SortHead>
              </tr>
            </thead>
            <tbody>
              {list.rows.map((row) => (
                <tr key={row.id}>
                  <th scope="row" className="c-name">
                    <Link className="name" href={`/certificates/${row.id}`}>
                      <ForeignName>{row.commonName || (row.subjectAltNames[0] ?? row.serialNumberHex)}</ForeignName>
                    </Link>
                  </th>
                  <td className="c-where">{row.siteName ? <Foreign>{row.siteName}</Foreign> : <None />}</td>
                  <td className="c-state">
                    <CertificateBadge state={row.state} />
                  </td>
                  <td className="c-life">
                    <LifeBar
                      from={row.notBefore}
                      to={row.notAfter}
                      now={format.now}
                      state={row.state}
                      revokedAt={row.revokedAt}
                    />
                  </td>
                  <td className="c-when">
                    <span className="when">
                      <span>{row.revokedAt ? "–" : format.relative(row.notAfter)}</span>
                      <span className="abs">{format.day(row.notAfter)}</span>
                    </span>
                  </td>
                  <td>
                    <Link href={`/authorities/${row.authorityId}`}>{row.authorityId}</Link>
                  </td>
                  <td className="mono">
                    {shorten(row.serialNumberHex, 4, 6)}{" "}
                    <CopyButton
                      value={withColons(row.serialNumberHex)}
                      what={`the serial number of ${row.commonName}`}
                    />
                  </td>
                  <td>{row.issuedAt ? format.day(row.issuedAt) : <None />}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <Pager
            path={path}
            keep={{ q: source, ...viewParameter, ...sortParameter }}
            next={list.next}
            previous={list.previous}
          >
            {formatNumber(list.rows.length)} of {formatCapped(count, countCap)}
          </Pager>
        </>
      )}
    </>
  );
}
