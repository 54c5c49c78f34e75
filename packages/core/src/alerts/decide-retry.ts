const secondMs = 1_000;
const firstDelayMs = 30 * secondMs;
const longestDelayMs = 3_600 * secondMs;
const giveUpAfterMs = 3 * 86_400 * secondMs;

/**
 * When a mail is tried again after its `tries`-th failed try, or null when three days were not enough.
 * 30 s, 1 min, 2 min … 1 h, each shortened by up to a quarter so that a backlog does not return at one instant (F32).
 * @param jitter from 0 up to 1
 */
export function decideRetry({
  tries,
  createdAt,
  at,
  jitter,
}: {
  tries: number;
  createdAt: Date;
  at: Date;
  jitter: number;
}): Date | null {
  if (at.getTime() - createdAt.getTime() >= giveUpAfterMs) return null;
  const doubled = firstDelayMs * 2 ** Math.min(tries - 1, 20);
  return new Date(at.getTime() + Math.min(doubled, longestDelayMs) * (1 - jitter / 4));
}
