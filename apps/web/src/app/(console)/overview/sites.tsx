import { getConsole, type SiteHealth } from "@/compose.ts";
import { formatNumber } from "@/format.ts";
import { requirePerson, scopeOf } from "@/session.ts";
/* oxlint-disable jsx-a11y/control-has-associated-label -- a cell of a plain table is no control */
import { Link } from "@/ui/link.tsx";
import { Panel, Region } from "@/ui/panel.tsx";
import { Foreign, Zero } from "@/ui/text.tsx";

const shown = 10;

function Cell({
  count,
  site,
  query,
  tone,
  title,
}: {
  count: number;
  site: string;
  query: string;
  tone?: string;
  title: string;
}) {
  return (
    <td className="num">
      {count > 0 ? (
        <Link
          className={`cell ${tone ?? ""}`}

          href={`/devices?q=${encodeURIComponent(`site:${site} ${query}`.trim())}`}
          aria-label={`${formatNumber(count)} ${title}`}
        >
          {formatNumber(count)}
        </Link>
      ) : (
        <Zero />
      )}
    </td>
  );
}

function Row({ site }: { site: SiteHealth }) {
  return (
    <tr>
      <th scope="row">
        <Link href={`/devices?q=${encodeURIComponent(`site:${site.id}`)}`} className="cut">
          <Foreign>{site.name}</Foreign>
        </Link>
      </th>
      <td className="num">{formatNumber(site.devices)}</td>
      <Cell count={site.expired} site={site.id} query="state:expired" tone="crit" title="expired" />
      <Cell count={site.expiring} site={site.id} query="state:expiring" tone="crit" title="expiring" />
      <Cell count={site.failing} site={site.id} query="state:failing" tone="warn" title="failing" />
      <Cell count={site.overdue} site={site.id} query="state:overdue" tone="warn" title="overdue" />
      <Cell count={site.unseen} site={site.id} query="state:never-seen" title="never seen" />
      <Cell
        count={site.handSoon}
        site={site.id}
        query="state:attention expires:<30d"
        title="end within 30 days and need a hand"
      />
      <Cell count={site.endingSoon} site={site.id} query="expires:<30d" tone="plain" title="end within 30 days" />
      <td className="num">{site.renewedOk > 0 ? formatNumber(site.renewedOk) : <Zero />}</td>
      <td className="num">{site.renewedFailed > 0 ? <b>{formatNumber(site.renewedFailed)}</b> : <Zero />}</td>
    </tr>
  );
}

export async function SitesPanel() {
  const scope = scopeOf(await requirePerson());
  return (
    <Panel title="Sites, worst first">
      <Region what="The sites" rows={5} load={() => getConsole().reads.overview.listSites(scope)}>
        {(sites) =>
          sites.length === 0 ? (
            <div className="state">
              <p>A site appears with its first device.</p>
              <Link className="btn" href="/devices/new">
                Add device
              </Link>
            </div>
          ) : (
            <div className="table-wrap">
              <table className="sites">
                <thead>
                  <tr>
                    <td className="span" colSpan={7} />
                    <th className="span num" colSpan={2} scope="colgroup">
                      Ends ≤ 30 d
                    </th>
                    <th className="span num" colSpan={2} scope="colgroup">
                      Renewed 7 d
                    </th>
                  </tr>
                  <tr>
                    <th scope="col">Site</th>
                    {[
                      "Devices",
                      "Expired",
                      "Expiring",
                      "Failing",
                      "Overdue",
                      "Unseen",
                      "Hand",
                      "All",
                      "Ok",
                      "Failed",
                    ].map((head) => (
                      <th key={head} scope="col" className="num">
                        {head}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {sites.slice(0, shown).map((site) => (
                    <Row key={site.id} site={site} />
                  ))}
                </tbody>
              </table>
              {sites.length > shown && (
                <details className="px-4 py-2">
                  <summary>All {formatNumber(sites.length)} sites</summary>
                  <table className="sites">
                    <tbody>
                      {sites.slice(shown).map((site) => (
                        <Row key={site.id} site={site} />
                      ))}
                    </tbody>
                  </table>
                </details>
              )}
            </div>
          )
        }
      </Region>
    </Panel>
  );
}
