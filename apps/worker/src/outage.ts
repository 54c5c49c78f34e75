import { describeError, type Log } from "./log.ts";

export type Outage = { failed(error: unknown): void; recovered(): void };

/** The records being away is said once, and once more when they are back; in between everybody just tries again. */
export function createOutage(log: Log): Outage {
  let isAway = false;
  return {
    failed(error) {
      if (!isAway) log({ event: "records-away", detail: describeError(error) });
      isAway = true;
    },
    recovered() {
      if (isAway) log({ event: "records-back" });
      isAway = false;
    },
  };
}
