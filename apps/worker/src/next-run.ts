import cron from "node-cron";

const secondMs = 1_000;
const dayMs = 86_400_000;

/** The first instant strictly after `after` that the cron expression names, in UTC; null if none within a year. */
export function findNextRun(schedule: string, after: Date): Date | null {
  const fields = cron.parse(schedule);
  const from = new Date(Math.floor(after.getTime() / secondMs) * secondMs + secondMs);
  const midnight = Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate());
  for (let day = 0; day <= 366; day += 1) {
    const date = new Date(midnight + day * dayMs);
    const isDay =
      fields.month.includes(date.getUTCMonth() + 1) &&
      fields.dayOfMonth.includes(date.getUTCDate()) &&
      fields.dayOfWeek.includes(date.getUTCDay());
    const time = isDay ? findTime(fields, day === 0 ? from.getTime() - midnight : 0) : null;
    if (time !== null) return new Date(date.getTime() + time);
  }
  return null;
}

type Times = { hour: number[]; minute: number[]; second: number[] };

/** Milliseconds since midnight of the first matching time that is not before `earliestMs`. */
function findTime({ hour, minute, second }: Times, earliestMs: number): number | null {
  for (const hours of hour)
    for (const minutes of minute)
      for (const seconds of second) {
        const time = ((hours * 60 + minutes) * 60 + seconds) * secondMs;
        if (time >= earliestMs) return time;
      }
  return null;
}
