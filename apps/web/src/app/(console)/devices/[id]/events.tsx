import { auditSentence } from "@/audit-words.ts";
import { findCause } from "@/causes.ts";
import type { DeviceEvent } from "@/compose.ts";
import { getFormat } from "@/preferences.ts";
import { Glyph } from "@/ui/glyph.tsx";
import { Link } from "@/ui/link.tsx";
import type { GlyphName } from "@/ui/sprite.tsx";
import { Foreign } from "@/ui/text.tsx";

export const eventFilters = ["all", "certificate", "failures", "people"] as const;
export type EventFilter = (typeof eventFilters)[number];

const glyphOf = (event: DeviceEvent): GlyphName => {
  if (event.kind === "attempt") return "renewal-failing";
  if (event.outcome !== "done") return "renewal-overdue";
  const known: Readonly<Record<string, GlyphName>> = {
    "certificate.issue": "issued",
    "certificate.revoke": "revoked",
    "device.add": "note",
    "device.quarantine": "suspended",
    "device.release": "valid",
    "device.retire": "retired",
    "device.report-stolen": "revoked",
    "token.create": "key",
    "token.void": "key",
  };
  return known[event.action] ?? (event.actorKind === "person" ? "person" : "system");
};

function sentenceOf(event: DeviceEvent): string {
  if (event.kind === "attempt") {
    const verb = event.action === "renew" ? "Renewal" : "Enrolment";
    return `${verb} refused${event.count > 1 ? ` ${event.count}×` : ""}: ${findCause(event.code).shown}`;
  }
  const isRenewal = event.action === "certificate.issue";
  const text = isRenewal ? "certificate issued" : auditSentence({ ...event, targetKind: "installation", targetId: "" });
  return (
    text.charAt(0).toUpperCase() +
    text
      .slice(1)
      .replace(/( for| of|:)$/, "")
      .replace(/( for| of|:)(, refused|, failed)$/, "$2")
  );
}

const detailText = (event: DeviceEvent): string => {
  if (event.kind === "attempt")
    return [event.text, event.address ? `from ${event.address}` : null].filter(Boolean).join(" ");
  const { reason, note, serialNumberHex } = event.detail;
  return [reason, note, serialNumberHex].filter((part) => typeof part === "string" && part !== "").join(", ");
};

export function selectEvents(events: readonly DeviceEvent[], filter: EventFilter): DeviceEvent[] {
  switch (filter) {
    case "all":
      return [...events];
    case "certificate":
      return events.filter((event) => event.action.startsWith("certificate."));
    case "failures":
      return events.filter((event) => event.outcome !== "done");
    case "people":
      return events.filter((event) => event.actorKind === "person" || event.actorKind === "operator");
    default:
      return [];
  }
}

/** Newest first, grouped by day, repeats folded. */
export async function Events({ events }: { events: readonly DeviceEvent[] }) {
  const format = await getFormat();
  if (events.length === 0)
    return (
      <div className="state">
        <p>No event of this kind.</p>
      </div>
    );
  const days = Map.groupBy(events, (event) => format.day(event.at));
  return [...days].map(([day, ofDay]) => (
    <div key={day}>
      <p className="ev-day">
        <b>{day}</b> {ofDay[0] ? format.weekday(ofDay[0].at) : ""}, {format.zoneLabel}
      </p>
      <ul className="ev">
        {ofDay.map((event, index) => {
          const sub = detailText(event);
          return (
            <li key={`${event.at.getTime()}-${index}`} className={event.outcome === "done" ? undefined : "warn"}>
              <span className="tm">
                {event.count > 1 ? `${format.clock(event.firstAt)}–${format.clock(event.at)}` : format.clock(event.at)}
              </span>
              <Glyph name={glyphOf(event)} />
              <span className="min-w-0">
                {sentenceOf(event)}
                {sub && (
                  <span className="sub">
                    <Foreign limit={300}>{sub}</Foreign>
                  </span>
                )}
              </span>
              <span className="who">
                <Foreign limit={32}>
                  {event.kind === "attempt" || event.actorKind === "device" ? "device" : event.actorId}
                </Foreign>
              </span>
              <span className="seq">
                {event.auditSeq && (
                  <Link href={`/audit/${event.auditSeq}`} aria-label={`Audit entry ${event.auditSeq}`}>
                    {event.auditSeq}
                  </Link>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  ));
}
