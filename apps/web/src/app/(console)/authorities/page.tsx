/* oxlint-disable jsx-a11y/control-has-associated-label -- a cell of a plain table is no control */
import type { Metadata } from "next";

import type { AuthorityRow } from "@/compose.ts";
import { formatNumber, shortAuthorityName } from "@/format.ts";
import { keyWords } from "@/key-words.ts";
import { getFormat } from "@/preferences.ts";
import { requirePerson } from "@/session.ts";
import { isCrlOverdue } from "@/situation.ts";
import { Glyph } from "@/ui/glyph.tsx";
import { LifeBar } from "@/ui/life-bar.tsx";
import { Link } from "@/ui/link.tsx";
import { Panel, Region } from "@/ui/panel.tsx";
import { None } from "@/ui/text.tsx";

import { loadAuthorities } from "./queries.ts";

export const metadata: Metadata = { title: "Authorities" };

const width = 1_080;
const left = 132;
const laneTop = 30;
const laneHeight = 40;

/** Generations as bars on one time axis; overlap is the margin for a change of authority. */
async function Picture({ authorities }: { authorities: readonly AuthorityRow[] }) {
  const { now, day } = await getFormat();
  const from = new Date(Date.UTC(Math.min(...authorities.map(({ notBefore }) => notBefore.getUTCFullYear())), 0, 1));
  const to = new Date(Date.UTC(Math.max(...authorities.map(({ notAfter }) => notAfter.getUTCFullYear())) + 1, 0, 1));
  const x = (at: Date) =>
    left + ((at.getTime() - from.getTime()) / (to.getTime() - from.getTime())) * (width - left - 8);
  const bottom = laneTop + authorities.length * laneHeight;
  const years = to.getUTCFullYear() - from.getUTCFullYear();
  const step = years > 16 ? 2 : 1;
  const rowOf = (id: string) => authorities.findIndex((authority) => authority.id === id);
  return (
    <div className="chart-wrap px-4 pb-3">
      <svg
        className="chart"
        viewBox={`0 0 ${width} ${bottom + 24}`}
        role="img"
        aria-label="Authorities on a time axis; the table below says the same"
      >
        {Array.from({ length: Math.floor(years / step) + 1 }, (_, index) => from.getUTCFullYear() + index * step).map(
          (year) => {
            const at = x(new Date(Date.UTC(year, 0, 1)));
            return (
              <g key={year}>
                <line className="gr" x1={at} x2={at} y1={laneTop - 8} y2={bottom} />
                {at < width - 32 && (
                  <text className="z" x={at + 3} y={bottom + 16}>
                    {year}
                  </text>
                )}
              </g>
            );
          },
        )}
        {authorities.map((authority, index) => {
          const y = laneTop + index * laneHeight + 8;
          const opens = new Date(
            authority.notAfter.getTime() - (authority.notAfter.getTime() - authority.notBefore.getTime()) / 3,
          );
          const parent = authority.parentId ? rowOf(authority.parentId) : -1;
          const [start, stop, at] = [
            x(authority.notBefore),
            x(authority.notAfter),
            Math.min(x(now), x(authority.notAfter)),
          ];
          return (
            <g key={authority.id}>
              <a href={`/authorities/${authority.id}`}>
                <text className="nowt" x="0" y={y + 9}>
                  {shortAuthorityName(authority.name)}
                </text>
              </a>
              {parent >= 0 && (
                <path className="gr" fill="none" d={`M${start + 6} ${laneTop + parent * laneHeight + 18}V${y}`} />
              )}
              <rect className="rest" x={start} y={y} width={stop - start} height="10" />
              <rect x={x(opens)} y={y} width={stop - x(opens)} height="10" fill="url(#h-quiet)" />
              <rect className="el" x={start} y={y} width={Math.max(at - start, 0)} height="10" />
            </g>
          );
        })}
        <line className="nowl" x1={x(now)} x2={x(now)} y1={laneTop - 14} y2={bottom} />
        <text className="nowt" x={x(now) + 5} y={laneTop - 6}>
          now, {day(now)}
        </text>
      </svg>
    </div>
  );
}

async function CrlCell({ authority }: { authority: AuthorityRow }) {
  const format = await getFormat();
  const { crl } = authority;
  if (!crl) return <None />;
  if (crl.nextUpdate <= format.now)
    return (
      <span className="badge critical-fill">
        <Glyph name="expired" /> Run out
      </span>
    );
  if (isCrlOverdue(crl, format.now))
    return (
      <span className="badge warning">
        <Glyph name="renewal-overdue" /> Overdue, {format.left(crl.nextUpdate)} left
      </span>
    );
  return (
    <>
      #{crl.number} until {format.dayClock(crl.nextUpdate)}
    </>
  );
}

export default async function AuthoritiesPage() {
  await requirePerson();
  const format = await getFormat();
  return (
    <>
      <div className="page-head">
        <h1>Authorities</h1>
      </div>
      <Region what="The authorities" load={loadAuthorities}>
        {(authorities) =>
          authorities.length === 0 ? (
            <div className="panel">
              <div className="state">
                <p>The root and the first issuing authority are made at set-up.</p>
              </div>
            </div>
          ) : (
            <div className="stack">
              <Panel title="Chain of trust over time" aside="hatched: last third, plan the successor">
                <Picture authorities={authorities} />
              </Panel>
              <table className="list">
                <caption className="sr-only">Authorities</caption>
                <colgroup>
                  <col />
                  <col className="col-s" />
                  <col className="col-m" />
                  <col className="col-m" />
                  <col className="col-m" />
                  <col className="col-xl" />
                  <col className="col-xl" />
                  <col className="col-l" />
                </colgroup>
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Role</th>
                    <th scope="col">State</th>
                    <th scope="col" className="num">
                      Devices on it
                    </th>
                    <th scope="col">Life</th>
                    <th scope="col">Ends</th>
                    <th scope="col">CRL</th>
                    <th scope="col">Key</th>
                  </tr>
                </thead>
                <tbody>
                  {authorities.map((authority) => (
                    <tr key={authority.id}>
                      <th scope="row" className="c-name">
                        <Link className="name" href={`/authorities/${authority.id}`}>
                          {authority.name}
                        </Link>
                      </th>
                      <td className="c-where">{authority.role === "root" ? "Root" : "Issuing"}</td>
                      <td className="c-state">{authority.state === "active" ? "Active" : authority.state}</td>
                      <td className="num">
                        {authority.role === "issuing" ? formatNumber(authority.liveCertificates) : <None />}
                      </td>
                      <td className="c-life">
                        <LifeBar from={authority.notBefore} to={authority.notAfter} now={format.now} />
                      </td>
                      <td className="c-when">
                        <span className="when">
                          <span>{format.relative(authority.notAfter)}</span>
                          <span className="abs">{format.day(authority.notAfter)}</span>
                        </span>
                      </td>
                      <td>
                        <CrlCell authority={authority} />
                      </td>
                      <td className="t2">
                        {keyWords(authority.keyAlgorithm)},{" "}
                        {authority.keyCustody === "sealed" ? "sealed" : "in the signer"}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Region>
    </>
  );
}
