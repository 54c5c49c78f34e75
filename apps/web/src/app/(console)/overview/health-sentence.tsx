import { plural } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { readSituation } from "@/situation.ts";
import { Link } from "@/ui/link.tsx";

/** The first thing painted: does anything need a person? */
export async function HealthSentence() {
  const format = await getFormat();
  const { items, unknown, fleet, authorities, chain } = await readSituation();
  const issuing = authorities?.filter(({ role, state }) => role === "issuing" && state === "active") ?? [];
  const freshUntil = issuing
    .flatMap(({ crl }) => (crl ? [crl.nextUpdate] : []))
    .reduce<Date | null>((first, at) => (first === null || at < first ? at : first), null);
  const isTrustBad = items.some((item) => item.publish);
  return (
    <div className="say">
      <h1>
        {items.length > 0 ? (
          <span className="lead">{items.length === 1 ? "1 thing needs you." : `${items.length} things need you.`}</span>
        ) : unknown.length > 0 ? (
          <span className="lead">Cannot tell {unknown[0]}.</span>
        ) : (
          <span className="lead">Nothing needs you.</span>
        )}{" "}
        {fleet && fleet.cannotRenew > 0 && (
          <>
            <Link href="/devices?q=state%3Aexpired%2Cfailing%2Coverdue">
              {fleet.cannotRenew} of {plural(fleet.devices, "device")} cannot renew.
            </Link>{" "}
          </>
        )}
        {freshUntil && freshUntil > format.now && (
          <>
            <Link className={isTrustBad ? "crit" : undefined} href="/authorities">
              {isTrustBad
                ? `A CRL runs out in ${format.left(freshUntil)}.`
                : `CRLs are fresh until ${format.dayClock(freshUntil)}.`}
            </Link>{" "}
          </>
        )}
        {items.length === 0 && fleet?.nextWindow && (
          <>
            <Link href="/devices?sort=expires">
              Next: {plural(fleet.nextWindow.count, "renewal opens", "renewals open")} on{" "}
              {format.day(fleet.nextWindow.day)}.
            </Link>{" "}
          </>
        )}
        {chain && chain.brokenAt === null && <Link href="/audit">Audit chain verified {format.clock(chain.at)}.</Link>}
        {items.length > 0 && unknown.length > 0 && <span> Cannot tell {unknown.join(", nor ")}.</span>}
      </h1>
    </div>
  );
}
