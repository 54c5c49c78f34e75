import { expect, test } from "vitest";

import { decideDueCause } from "./publish-due-crls.ts";

const daily = { crlIntervalSeconds: 86_400 };
const thisUpdate = new Date("2026-11-20T06:00:00Z");
const quiet = { thisUpdate, unlisted: 0, requested: false };

test.each([
  ["a list that was never published is due", { ...quiet, thisUpdate: null }, "2026-11-20T06:00:01Z", "scheduled"],
  ["a fresh list is not due", quiet, "2026-11-21T05:59:59Z", null],
  ["a list is due when its interval has passed, not one second later", quiet, "2026-11-21T06:00:00Z", "scheduled"],
  ["a missed run is made up for", quiet, "2026-11-25T00:00:00Z", "scheduled"],
  [
    "a revocation that is on no list makes one due at once",
    { ...quiet, unlisted: 1 },
    "2026-11-20T06:00:01Z",
    "revocation",
  ],
  ["a person who asks gets one", { ...quiet, requested: true }, "2026-11-20T06:00:01Z", "manual"],
] as const)("%s", (_, publication, now, cause) => {
  expect(decideDueCause(daily, publication, new Date(now))).toBe(cause);
});
