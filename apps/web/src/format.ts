/** How the console writes numbers, durations and instants: one form each, everywhere (ux.md 1.6, 3.1). */

const thinSpace = "\u2009";
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export function formatNumber(value: number | bigint): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace);
}

/** A count that was only made up to `cap`. */
export function formatCapped(count: number, cap: number): string {
  return count > cap ? `${formatNumber(cap)}+` : formatNumber(count);
}

/** Rounds down: from 48 h in days, below in hours, below 60 min in minutes, below one minute in seconds. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 2 * dayMs) return `${formatNumber(Math.floor(size / dayMs))} d`;
  if (size >= hourMs) return `${Math.floor(size / hourMs)} h`;
  if (size >= minuteMs) return `${Math.floor(size / minuteMs)} min`;
  return `${Math.floor(size / 1000)} s`;
}

/** With the next smaller unit, for countdowns: "2 h 10 min", "5 d 3 h". */
export function formatCountdown(ms: number): string {
  const size = Math.abs(ms);
  const days = Math.floor(size / dayMs);
  if (size >= 2 * dayMs)
    return days >= 10 ? `${formatNumber(days)} d` : `${days} d ${Math.floor((size % dayMs) / hourMs)} h`;
  if (size >= hourMs) return `${Math.floor(size / hourMs)} h ${Math.floor((size % hourMs) / minuteMs)} min`;
  return formatDuration(size);
}

export function plural(count: number | bigint, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${Number(count) === 1 ? one : many}`;
}

export type Format = ReturnType<typeof createFormat>;

export function createFormat({ now, zone }: { now: Date; zone: string }) {
  const parts = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
  const dayOfYear = parts({ day: "numeric", month: "short" });
  const dayWithYear = parts({ day: "numeric", month: "short", year: "numeric" });
  const weekdayOnly = parts({ weekday: "long" });
  const hourMinute = parts({ hour: "2-digit", minute: "2-digit" });
  const hourMinuteSecond = parts({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const yearOf = parts({ year: "numeric" });
  const zoneLabel = zone === "UTC" ? "UTC" : (zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone);
  const thisYear = yearOf.format(now);
  // en-GB writes "Sept"; every other month has three letters.
  const short = (text: string) => text.replace("Sept", "Sep");

  const day = (at: Date) => short(yearOf.format(at) === thisYear ? dayOfYear.format(at) : dayWithYear.format(at));
  const clock = (at: Date) => hourMinute.format(at);
  const isToday = (at: Date) => dayWithYear.format(at) === dayWithYear.format(now);

  return {
    now,
    zone,
    zoneLabel,
    day,
    /** Without the year, for axes that say the year elsewhere. */
    dayOfYear: (at: Date) => short(dayOfYear.format(at)),
    clock,
    weekday: (at: Date) => weekdayOnly.format(at),
    clockSeconds: (at: Date) => hourMinuteSecond.format(at),
    /** "20 Nov 14:30" */
    dayClock: (at: Date) => `${day(at)} ${clock(at)}`,
    /** "20 Nov 2026 14:30:11 UTC" */
    full: (at: Date) => `${short(dayWithYear.format(at))} ${hourMinuteSecond.format(at)} ${zoneLabel}`,
    /** "since 06:20" today, else with the day; never the word "today". */
    since: (at: Date) => (isToday(at) ? clock(at) : day(at)),
    relative: (at: Date) => {
      const delta = at.getTime() - now.getTime();
      return delta >= 0 ? `in ${formatDuration(delta)}` : `${formatDuration(delta)} ago`;
    },
    ago: (at: Date) => formatDuration(now.getTime() - at.getTime()),
    left: (at: Date) => formatCountdown(at.getTime() - now.getTime()),
  };
}

/** Audit and exports: always UTC, whole and sortable. */
export function formatIsoMs(at: Date): string {
  return at.toISOString().replace("T", " ").replace("Z", "");
}

export function formatIsoSeconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

export function withColons(hex: string): string {
  return hex.match(/.{1,2}/g)?.join(":") ?? hex;
}

/** Groups of eight, for hex that people compare by eye. */
export function inGroups(hex: string): string {
  return hex.match(/.{1,8}/g)?.join(" ") ?? hex;
}

export function shorten(hex: string, head = 8, tail = 6): string {
  return hex.length > head + tail + 1 ? `${hex.slice(0, head)}…${hex.slice(-tail)}` : hex;
}

export function formatBytes(count: number): string {
  return count < 1024 ? `${formatNumber(count)} B` : `${formatNumber(Math.round(count / 1024))} KB`;
}

/** "Issuing G1" of "Hafen AG Issuing G1": where the organisation goes without saying. */
export function shortAuthorityName(name: string): string {
  return /(?:Root|Issuing) G\d+$/.exec(name)?.[0] ?? name;
}
