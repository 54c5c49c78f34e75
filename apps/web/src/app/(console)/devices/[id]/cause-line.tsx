import { assertNever } from "@fieldseal/core/errors";

import { reasonWords } from "@/audit-words.ts";
import { findCause } from "@/causes.ts";
import { plural } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { Glyph } from "@/ui/glyph.tsx";
import { Link } from "@/ui/link.tsx";
import type { GlyphName } from "@/ui/sprite.tsx";
import { Foreign } from "@/ui/text.tsx";

import { ReleaseDialog, TokenDialog } from "./dialogs.tsx";
import type { DeviceView } from "./queries.ts";

type Line = {
  tone: "warning" | "critical" | "info";
  glyph: GlyphName;
  lead: string;
  text: string;
  fix: string;
  offer: "token" | "renew-command" | "trust-command" | "release" | "none";
};

type Words = {
  since: (at: Date) => string;
  day: (at: Date) => string;
  dayClock: (at: Date) => string;
  ago: (at: Date) => string;
  now: Date;
  zoneLabel: string;
};

function decideLine({ device, current }: DeviceView, words: Words): Line | null {
  if (device.state === "retired") return null;
  if (device.state === "quarantined")
    return {
      tone: "info",
      glyph: "suspended",
      lead: `Quarantined${device.stateChangedAt ? ` since ${words.dayClock(device.stateChangedAt)}` : ""}.`,
      text: `${device.stateReason ?? "No reason was given"}. It can neither enrol nor renew; brokers still accept its current certificate.`,
      fix: "",
      offer: "release",
    };
  const lastSeen = device.lastSeenAt
    ? `Last seen ${words.ago(device.lastSeenAt)} ago${device.lastSeenAddress ? ` from ${device.lastSeenAddress}` : ""}.`
    : "It has never been seen.";
  if (device.failedAttempts > 0) {
    const cause = findCause(device.lastFailureCode);
    const isDead = current?.state === "expired" || current?.state === "expiring";
    const ends =
      current && current.notAfter > words.now
        ? ` Its certificate is valid until ${words.day(current.notAfter)}.`
        : current
          ? " Its certificate has expired."
          : "";
    return {
      tone: isDead ? "critical" : "warning",
      glyph: isDead ? "expiring" : "renewal-failing",
      lead: `${current ? "Renewal" : "Enrolment"} failing${device.failingSince ? ` since ${words.dayClock(device.failingSince)} ${words.zoneLabel}` : ""}, ${plural(device.failedAttempts, "try", "tries")}.`,
      text: `Refused: ${cause.shown}.${ends}`,
      fix: cause.fix,
      offer: cause.offer,
    };
  }
  if (!current) {
    const { token } = device;
    const isOpen = token?.state === "open" && token.expiresAt > words.now;
    return {
      tone: "info",
      glyph: "awaiting",
      lead: `Registered ${words.dayClock(device.createdAt)}, nothing received yet.`,
      text: isOpen
        ? `Its one-time token is good until ${words.dayClock(token.expiresAt)}.`
        : "It has no usable one-time token.",
      fix: isOpen
        ? "Run the enrolment commands on the device."
        : "Make a new token, then run the enrolment commands on the device.",
      offer: "token",
    };
  }
  switch (current.state) {
    case "expired":
      return {
        tone: "critical",
        glyph: "expired",
        lead: `Expired ${words.dayClock(current.notAfter)}.`,
        text: `No renewal was tried. ${lastSeen}`,
        fix: "Renewal is no longer possible: make a new one-time token and enrol again.",
        offer: "token",
      };
    case "expiring":
      return {
        tone: "critical",
        glyph: "expiring",
        lead: `Expires ${words.dayClock(current.notAfter)} and has not renewed.`,
        text: `No attempt was seen. ${lastSeen}`,
        fix: "Renew on the device with its current certificate.",
        offer: "renew-command",
      };
    case "renewal-overdue":
      return {
        tone: "warning",
        glyph: "renewal-overdue",
        lead: "Renewal overdue, no attempt seen.",
        text: `${lastSeen} Its certificate is valid until ${words.day(current.notAfter)}.`,
        fix: "Look whether its renewal job runs, or renew by hand.",
        offer: "renew-command",
      };
    case "revoked":
      return {
        tone: "info",
        glyph: "revoked",
        lead: `Revoked ${current.revokedAt ? words.dayClock(current.revokedAt) : ""}: ${reasonWords[current.reasonCode ?? 0] ?? "unknown reason"}.`,
        text: "It has no valid certificate.",
        fix: "If the device is in good hands, make a new one-time token and enrol again.",
        offer: "token",
      };
    case "renewal-failing":
    case "in-renewal-window":
    case "valid":
    case "not-yet-valid":
    case "superseded":
      return null;
    default:
      return assertNever(current.state);
  }
}

/** If something is wrong, this is the first thing under the header. */
export async function CauseLine({ view }: { view: DeviceView }) {
  const line = decideLine(view, await getFormat());
  if (!line) return null;
  const { device, sameCause } = view;
  return (
    <section className={`cause ${line.tone}`} aria-label="What is wrong and what to do">
      <Glyph name={line.glyph} />
      <p>
        <strong>{line.lead}</strong> <Foreign limit={400}>{line.text}</Foreign>
      </p>
      <div className="fix">
        {line.fix && <span>Fix: {line.fix}</span>}
        {line.offer === "token" && <TokenDialog view={view} isPrimary />}
        {line.offer === "release" && <ReleaseDialog view={view} />}
        {line.offer !== "release" && line.offer !== "none" && (
          <Link className="btn" href={`/devices/${encodeURIComponent(device.id)}?tab=commands`}>
            Show commands
          </Link>
        )}
        {sameCause > 0 && (
          <span className="t2">
            <Link href={`/devices?q=${encodeURIComponent(`site:${device.siteId} state:failing`)}`}>
              {plural(sameCause, "more device")}
            </Link>{" "}
            at {device.siteName} {sameCause === 1 ? "has" : "have"} the same cause.
          </span>
        )}
      </div>
    </section>
  );
}
