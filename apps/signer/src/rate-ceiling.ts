import { Refusal } from "./refusal.ts";

const windowMs = 60_000;

/** At most `limit` certificates per minute, whoever asks: it bounds what a compromised requester can do unseen. */
export function createRateCeiling(limit: number, now: () => number) {
  let windowStart = now();
  let used = 0;
  return () => {
    const at = now();
    if (at - windowStart >= windowMs) {
      windowStart = at;
      used = 0;
    }
    used += 1;
    if (used > limit)
      throw new Refusal("ceiling-reached", "The signer's ceiling per minute is reached. Try again in a minute.");
  };
}
