const MINUTE = 60_000;
const MOST_DEATHS = 5;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;

export type RestartDecision = { restart: true; pauseMs: number } | { restart: false; deaths: number };

/** `deaths` are instants in milliseconds, the newest one included. */
export function decideRestart(deaths: readonly number[], now: number): RestartDecision {
  const recent = recentDeaths(deaths, now).length;
  if (recent > MOST_DEATHS) return { restart: false, deaths: recent };
  return { restart: true, pauseMs: Math.min(FIRST_PAUSE * 2 ** Math.max(recent - 1, 0), LONGEST_PAUSE) };
}

export function recentDeaths(deaths: readonly number[], now: number): number[] {
  return deaths.filter((at) => now - at < MINUTE);
}
