import { findRefusal } from "@fieldseal/core/actor";

import { auditSentence } from "@/audit-words.ts";
import { getConsole } from "@/compose.ts";
import { formatNumber } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { requirePerson, scopeOf } from "@/session.ts";
import { Link } from "@/ui/link.tsx";
import { Panel, Region } from "@/ui/panel.tsx";
import { Foreign } from "@/ui/text.tsx";

export async function ActivityPanels() {
  const person = await requirePerson();
  const format = await getFormat();
  const { overview } = getConsole().reads;
  const refusal = findRefusal(person, "audit.read");
  return (
    <>
      <Panel
        title="What people did"
        aside={
          <Link className="meta" href="/audit?q=actor%3Aperson">
            Audit log
          </Link>
        }
      >
        {refusal ? (
          <div className="state">
            <p className="t2">{refusal}</p>
          </div>
        ) : (
          <Region what="The audit log" load={() => overview.listPeopleActivity()}>
            {(rows) =>
              rows.length === 0 ? (
                <div className="state">
                  <p>Nobody has changed anything yet.</p>
                </div>
              ) : (
                <ul className="lines">
                  {rows.map((row) => (
                    <li key={row.seq}>
                      <span>{format.since(row.at)}</span>
                      <span className="cut">
                        <Foreign limit={24}>{row.actorName ?? row.actorId}</Foreign>
                      </span>
                      <Link className="cut text-text" href={`/audit/${row.seq}`}>
                        {auditSentence(row)}
                      </Link>
                    </li>
                  ))}
                </ul>
              )
            }
          </Region>
        )}
      </Panel>
      <Panel title="What the system did" aside="24 h">
        <Region what="The totals of the last 24 hours" load={() => overview.readDayTotals(scopeOf(person))}>
          {(totals) => (
            <dl className="daily">
              <dt>Renewed by devices</dt>
              <dd>{formatNumber(totals.renewed)}</dd>
              <dt>Enrolled</dt>
              <dd>{formatNumber(totals.issued)}</dd>
              <dt>Requests refused</dt>
              <dd>{formatNumber(totals.refused)}</dd>
              <dt>CRLs published</dt>
              <dd>{formatNumber(totals.crls)}</dd>
              <dt>Mails written, failed</dt>
              <dd>
                <Link href="/alerts/deliveries">
                  {formatNumber(totals.mails)}, {formatNumber(totals.mailsFailed)}
                </Link>
              </dd>
              <dt>Audit entries chained</dt>
              <dd>{formatNumber(totals.auditEntries)}</dd>
            </dl>
          )}
        </Region>
      </Panel>
    </>
  );
}
