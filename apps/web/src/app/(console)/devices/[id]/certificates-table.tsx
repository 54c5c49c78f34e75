import { shorten } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { LifeBar } from "@/ui/life-bar.tsx";
import { Link } from "@/ui/link.tsx";
import { CertificateBadge } from "@/ui/state-badge.tsx";
import { None } from "@/ui/text.tsx";

import type { DeviceView } from "./queries.ts";

export async function CertificatesTable({ view }: { view: DeviceView }) {
  const format = await getFormat();
  if (view.certificates.length === 0)
    return (
      <div className="state">
        <p>This device has no certificate yet.</p>
      </div>
    );
  return (
    <div className="table-wrap">
      <table>
        <thead>
          <tr>
            <th scope="col">Serial</th>
            <th scope="col">State</th>
            <th scope="col">Life</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">First seen</th>
            <th scope="col">How</th>
          </tr>
        </thead>
        <tbody>
          {view.certificates.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <Link className="mono" href={`/certificates/${row.id}`}>
                  {shorten(row.serialNumberHex)}
                </Link>
              </th>
              <td>
                <CertificateBadge state={row.state} />
              </td>
              <td>
                <LifeBar
                  from={row.notBefore}
                  to={row.notAfter}
                  now={format.now}
                  state={row.state === "superseded" ? null : row.state}
                  revokedAt={row.revokedAt}
                />
              </td>
              <td>{format.day(row.notBefore)}</td>
              <td>{format.day(row.notAfter)}</td>
              <td>{row.firstSeenAt ? format.day(row.firstSeenAt) : <None />}</td>
              <td className="t2">
                {row.source === "est-renew" ? "renewed" : row.source === "est-enrol" ? "enrolled by token" : row.source}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
