const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "27 Nov", with the year when it is not the year of `now`. */
export function formatDay(at: Date, now: Date): string {
  const year = at.getUTCFullYear() === now.getUTCFullYear() ? "" : ` ${at.getUTCFullYear()}`;
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]}${year}`;
}

/** "09:14 UTC" */
export function formatUtcTime(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}

/** "27 Nov 09:14 UTC" */
export function formatUtc(at: Date, now: Date): string {
  return `${formatDay(at, now)} ${formatUtcTime(at)}`;
}

/** "27 Nov 09:14 UTC (10:14 Plant Nord)": people on the site read their own clock, everybody else UTC (ux.md 4.1). */
export function formatInstant(at: Date, now: Date, site: { name: string; timeZone: string }): string {
  const local = findLocalParts(at, site.timeZone);
  if (!local || local.time === at.toISOString().slice(11, 16)) return formatUtc(at, now);
  const day = local.day === at.getUTCDate() ? "" : `${local.day} ${local.month} `;
  return `${formatUtc(at, now)} (${day}${local.time} ${site.name})`;
}

/** Null for a time zone that this runtime does not know; UTC alone is then still right. */
function findLocalParts(at: Date, timeZone: string): { day: number; month: string; time: string } | null {
  try {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      day: "numeric",
      month: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const month = months[Number(parts.month) - 1] ?? "";
    return { day: Number(parts.day), month, time: `${parts.hour}:${parts.minute}` };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** "7 d", "23 h", "24 min". Days are rounded, so that a mail sent just after crossing seven days says 7. */
export function formatSpan(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span >= 2 * dayMs) return `${Math.round(span / dayMs)} d`;
  if (span >= 2 * hourMs) return `${Math.floor(span / hourMs)} h`;
  return `${Math.floor(span / minuteMs)} min`;
}
