import { Fragment } from "react";

import type { AuthorityRow } from "@/compose.ts";
import { getConsole } from "@/compose.ts";
import { formatNumber, shortAuthorityName } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { requirePerson, scopeOf } from "@/session.ts";
import { isCrlOverdue, readSituation } from "@/situation.ts";
import { LifeBar } from "@/ui/life-bar.tsx";
import { Link } from "@/ui/link.tsx";
import { Panel, Region, Unavailable } from "@/ui/panel.tsx";

function orderByChain(authorities: readonly AuthorityRow[]): AuthorityRow[] {
  const roots = authorities.filter(({ role }) => role === "root");
  return roots.flatMap((root) => [
    root,
    ...authorities.filter(({ role, parentId }) => role !== "root" && parentId === root.id),
  ]);
}

export function crlTone(crl: { dueAt: Date; nextUpdate: Date; thisUpdate: Date }, now: Date): string {
  if (crl.nextUpdate <= now) return "dead";
  if (!isCrlOverdue(crl, now)) return "";
  const isNear = crl.nextUpdate.getTime() - now.getTime() < (crl.nextUpdate.getTime() - crl.thisUpdate.getTime()) / 4;
  return isNear ? "soon" : "late";
}

/** Where on its bar the next publication is due. */
export function dueShare(crl: { dueAt: Date; nextUpdate: Date; thisUpdate: Date }): number {
  return (crl.dueAt.getTime() - crl.thisUpdate.getTime()) / (crl.nextUpdate.getTime() - crl.thisUpdate.getTime());
}

export async function TrustPanel() {
  const format = await getFormat();
  const { now } = format;
  const scope = scopeOf(await requirePerson());
  return (
    <Panel title="Trust" aside={`checked ${format.clockSeconds(now)}`}>
      <Region what="The authorities" load={readSituation}>
        {({ authorities }) => {
          if (!authorities) return <Unavailable what="The authorities" error={new Error("see above")} />;
          const chain = orderByChain(authorities.filter(({ state }) => state === "active"));
          return (
            <div className="trust">
              {chain.map(({ id, name, role, keyCustody, notBefore, notAfter }, index) => (
                <Fragment key={id}>
                  <span
                    className={`sp ${role === "root" ? "first" : ""} ${index === chain.length - 1 || chain[index + 1]?.role === "root" ? "last" : ""} ${chain.length === 1 ? "only" : ""}`}
                  />
                  <Link href={`/authorities/${id}`} title={name}>
                    {shortAuthorityName(name)}
                  </Link>
                  <LifeBar from={notBefore} to={notAfter} now={now} size="full" />
                  <span className="r">
                    {keyCustody === "sealed" ? "sealed · " : ""}
                    {notAfter.getUTCFullYear()}
                  </span>
                </Fragment>
              ))}
              {chain.map(({ id, name, crl }) =>
                crl ? (
                  <Fragment key={id}>
                    <span className="sp none" />
                    <Link
                      href={`/authorities/${id}`}
                      className={`${["dead", "soon"].includes(crlTone(crl, now)) ? "crit" : crlTone(crl, now) === "late" ? "warn" : ""}`}
                      title={`CRL of ${name}`}
                    >
                      {shortAuthorityName(name)} CRL #{crl.number}
                    </Link>
                    <LifeBar
                      from={crl.thisUpdate}
                      to={crl.nextUpdate}
                      now={now}
                      window={dueShare(crl)}
                      tone={crlTone(crl, now)}
                      size="full"
                    />
                    <span className="r">{crl.nextUpdate > now ? format.left(crl.nextUpdate) : "run out"}</span>
                  </Fragment>
                ) : null,
              )}
            </div>
          );
        }}
      </Region>
      <Region what="The last 24 hours of EST" rows={1} load={() => getConsole().reads.overview.readDayTotals(scope)}>
        {(totals) => (
          <dl className="trio">
            <div>
              <dt>Enrolled 24 h</dt>
              <dd>{formatNumber(totals.issued)}</dd>
            </div>
            <div>
              <dt>Renewed</dt>
              <dd>{formatNumber(totals.renewed)}</dd>
            </div>
            <div>
              <dt>Refused</dt>
              <dd>{formatNumber(totals.refused)}</dd>
            </div>
          </dl>
        )}
      </Region>
    </Panel>
  );
}
