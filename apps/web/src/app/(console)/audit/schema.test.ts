import { expect, test } from "vitest";

import { parseAuditFilter } from "./schema.ts";

const now = new Date("2026-11-20T12:00:00Z");
const options = { now, isAll: false, onlyActorId: null };

test("without dates the last 7 days are read, and it is said", () => {
  const { filter, hasDefault } = parseAuditFilter("actor:ops-3 result:refused", options);
  expect(hasDefault).toBe(true);
  expect(filter.at).toEqual([{ from: new Date("2026-11-13T12:00:00Z"), to: null }]);
  expect(filter.results[0]?.values).toEqual(["refused"]);
});

test("a date replaces the default, a wrong one is named", () => {
  expect(parseAuditFilter("after:2026-11-01", options).filter.at).toEqual([
    { from: new Date("2026-11-01T00:00:00Z"), to: null },
  ]);
  expect(parseAuditFilter("after:yesterday", options).wrong).toEqual(["after:yesterday"]);
});
