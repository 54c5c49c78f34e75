import { assertNever } from "../errors.ts";
import type { AlertSite, ExpiryCandidate, ExpiryStage } from "./alert-records.ts";
import { findNextStageAt } from "./decide-expiry-notices.ts";
import { cutText, showDeviceText, textWidth } from "./device-text.ts";
import { describeCause, describeCauseShortly, describeFix } from "./expiry-wording.ts";
import type { Recipient } from "./group-expiry-notices.ts";
import type { MailContent, MailRow } from "./mail-content.ts";
import { formatDay, formatInstant, formatSpan, formatUtc, formatUtcTime } from "./mail-time.ts";

export const subjectLimit = 60;
const rowLimit = 10;

export type ExpiryMailInput = {
  site: AlertSite;
  stage: ExpiryStage;
  /** At least one, the one that ends first in front. */
  certificates: readonly [ExpiryCandidate, ...ExpiryCandidate[]];
  because: Recipient["because"];
  consoleUrl: string;
  now: Date;
};

/** The mail about the certificates of one site that crossed one stage (ux.md 4.4). */
export function writeExpiryMail(input: ExpiryMailInput): MailContent {
  const shown = { ...input, site: { ...input.site, name: showDeviceText(input.site.name, 32) } };
  return input.certificates.length === 1 ? writeAboutOne(shown) : writeAboutMany(shown);
}

const looks: Record<ExpiryStage, Pick<MailContent, "tone" | "stateWord" | "glyph">> = {
  digest: { tone: "warning", stateWord: "Needs a hand", glyph: "▲" },
  expiring: { tone: "critical", stateWord: "Expiring", glyph: "⬢" },
  final: { tone: "critical", stateWord: "Expiring, last hours", glyph: "⬢" },
  expired: { tone: "critical", stateWord: "Expired", glyph: "⬢" },
};

function writeAboutOne(input: ExpiryMailInput): MailContent {
  const { site, stage, now, consoleUrl } = input;
  const [certificate] = input.certificates;
  const name = showDeviceText(certificate.deviceId);
  const described = certificate.deviceDescription ? `${name} (${showDeviceText(certificate.deviceDescription)})` : name;
  const why = describeCause(certificate, now);
  const serial = (certificate.serialNumberHex.match(/../g) ?? []).join(":");
  return {
    ...looks[stage],
    subject: writeSubject(site.name, name, tellOne(stage, certificate, now)),
    preheader: cutText(why, 90),
    headline: writeHeadline(stage, described, formatInstant(certificate.notAfter, now, site), certificate, now),
    remarks: stage === "expired" ? ["An expired certificate cannot renew itself over EST."] : [],
    facts: [
      { label: "Why", value: why },
      { label: "Fix", value: describeFix(certificate, stage, now) },
      { label: "Serial", value: serial, isCode: true },
      { label: "Issuer", value: showDeviceText(certificate.authorityName) },
    ],
    life: { usedPercent: decideUsedPercent(certificate, now) },
    list: null,
    action: { label: "Open the device", url: linkToDevice(consoleUrl, certificate.deviceId) },
    footer: writeFooter(input, certificate),
  };
}

function writeHeadline(stage: ExpiryStage, who: string, when: string, validity: { notAfter: Date }, now: Date): string {
  switch (stage) {
    case "digest":
      return `${who} expires on ${when} and nothing has renewed it.`;
    case "expiring":
      return `${who} expires on ${when} and has no replacement. After that it cannot connect.`;
    case "final": {
      const left = formatSpan(validity.notAfter.getTime() - now.getTime());
      return `${left} left. ${who} stops connecting on ${when}. It has no replacement.`;
    }
    case "expired":
      return `${who} expired on ${when} and is locked out.`;
    default:
      return assertNever(stage);
  }
}

function writeAboutMany(input: ExpiryMailInput): MailContent {
  const { site, stage, certificates, now, consoleUrl } = input;
  const causes = Map.groupBy(certificates, (certificate) => describeCauseShortly(certificate, now));
  const most = [...causes.entries()].toSorted(([, one], [, other]) => other.length - one.length);
  const [mainCause, affected] = most[0] ?? ["", []];
  const why = `${affected.length} of ${certificates.length}: ${mainCause}.`;
  const example = affected[0] ?? certificates[0];
  return {
    ...looks[stage],
    subject: writeSubject(site.name, `${certificates.length} certificates`, tellMany(stage, certificates, now)),
    preheader: cutText(why, 90),
    headline: writeHeadlineOfMany(input),
    remarks: stage === "expired" ? ["An expired certificate cannot renew itself over EST."] : [],
    facts: [
      { label: "Why", value: why },
      { label: "Fix", value: describeFix(example, stage, now) },
    ],
    life: null,
    list: {
      rows: certificates.slice(0, rowLimit).map((certificate) => writeRow(certificate, now)),
      more: Math.max(0, certificates.length - rowLimit),
    },
    action: { label: "Open the list", url: linkToList(consoleUrl, site.id, stage) },
    footer: writeFooter(input, null),
  };
}

function writeHeadlineOfMany({ site, stage, certificates, now }: ExpiryMailInput): string {
  const many = `${certificates.length} certificates at ${site.name}`;
  const lastDay = formatDay(findLastEnd(certificates), now);
  switch (stage) {
    case "digest":
      return `${many} expire by ${lastDay} and nothing has renewed them.`;
    case "expiring":
      return `${many} expire by ${lastDay} and have no replacement. After that the devices cannot connect.`;
    case "final": {
      const left = formatSpan(certificates[0].notAfter.getTime() - now.getTime());
      return `${left} left. ${many} end by ${formatUtc(findLastEnd(certificates), now)} and have no replacement.`;
    }
    case "expired":
      return `${many} have expired; their devices are locked out.`;
    default:
      return assertNever(stage);
  }
}

function writeRow(certificate: ExpiryCandidate, now: Date): MailRow {
  const leftMs = certificate.notAfter.getTime() - now.getTime();
  return {
    day: formatDay(certificate.notAfter, now),
    left: leftMs > 0 ? `in ${formatSpan(leftMs)}` : formatUtcTime(certificate.notAfter),
    name: showDeviceText(certificate.deviceId),
    why: describeCauseShortly(certificate, now),
  };
}

function tellOne(stage: ExpiryStage, { notAfter }: { notAfter: Date }, now: Date): { before: string; after: string } {
  const left = formatSpan(notAfter.getTime() - now.getTime());
  switch (stage) {
    case "digest":
      return { before: "", after: ` needs a hand by ${formatDay(notAfter, now)}` };
    case "expiring":
      return { before: "", after: ` expires in ${left} (${formatDay(notAfter, now)})` };
    case "final":
      return { before: "", after: ` ends in ${left}, no replacement` };
    case "expired":
      return { before: "Expired: ", after: ` (since ${formatSince(notAfter, now)})` };
    default:
      return assertNever(stage);
  }
}

function tellMany(stage: ExpiryStage, certificates: ExpiryMailInput["certificates"], now: Date) {
  const last = findLastEnd(certificates);
  const within = formatSpan(last.getTime() - now.getTime());
  switch (stage) {
    case "digest":
      return { before: "", after: ` need a hand by ${formatDay(last, now)}` };
    case "expiring":
      return { before: "", after: ` expire within ${within}` };
    case "final":
      return { before: "", after: ` end within ${within}, no replacement` };
    case "expired":
      return { before: "Expired: ", after: ` (since ${formatSince(certificates[0].notAfter, now)})` };
    default:
      return assertNever(stage);
  }
}

/** The same for one and for many: place, number, what, when. Place and name give way, the message never does. */
function writeSubject(siteName: string, what: string, { before, after }: { before: string; after: string }): string {
  const room = subjectLimit - textWidth(`[] ${before}${after}`);
  const place = cutText(siteName, Math.max(room - textWidth(what), Math.min(12, Math.floor(room / 3))));
  return `[${place}] ${before}${cutText(what, room - textWidth(place))}${after}`;
}

function formatSince(at: Date, now: Date): string {
  const isToday = at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10);
  return isToday ? formatUtcTime(at) : formatDay(at, now);
}

function findLastEnd(certificates: ExpiryMailInput["certificates"]): Date {
  return certificates.reduce((last, { notAfter }) => (notAfter > last ? notAfter : last), certificates[0].notAfter);
}

function decideUsedPercent({ notBefore, notAfter }: ExpiryCandidate, now: Date): number {
  const lifetimeMs = Math.max(1, notAfter.getTime() - notBefore.getTime());
  const used = ((now.getTime() - notBefore.getTime()) / lifetimeMs) * 100;
  return Math.floor(Math.min(100, Math.max(0, used)));
}

/** `single` null: a list, whose members reach their next stage at different times. */
function writeFooter({ site, stage, because, now }: ExpiryMailInput, single: ExpiryCandidate | null): string {
  const reasons: Record<Recipient["because"], string> = {
    contact: `You get this because you are a contact for ${site.name}.`,
    "device-owner": single ? "You get this because you are its owner." : "You get this because you own a device here.",
    "installation-owner": `You get this because ${site.name} has no contact and you are an owner of this installation.`,
  };
  const nextAt = single ? findNextStageAt(stage, single) : null;
  const next =
    stage === "expired"
      ? "No further mail about this."
      : `Next mail only if it gets worse${nextAt ? `: ${formatUtc(nextAt, now)}` : ""}.`;
  return `Checked ${formatInstant(now, now, site)}. ${reasons[because]} ${next}`;
}

export function linkToDevice(consoleUrl: string, deviceId: string): string {
  return `${consoleUrl}/devices/${encodeURIComponent(deviceId.toWellFormed())}`;
}

/** The filter grammar of the console's device list (ux.md S2). */
export function linkToList(consoleUrl: string, siteId: string, stage: ExpiryStage): string {
  const what: Record<ExpiryStage, string> = {
    digest: "expires:<30d",
    expiring: "state:expiring",
    final: "state:expiring",
    expired: "state:expired",
  };
  const site = encodeURIComponent(siteId.toWellFormed());
  return `${consoleUrl}/devices?q=site:${site}+${what[stage].replace("<", "%3C")}`;
}
