import { expect, test } from "vitest";

import { parseDeviceFilter, toStateWord } from "./schema.ts";

const now = new Date("2026-11-20T12:00:00Z");

test("short state words stand for the long ones", () => {
  expect(toStateWord("failing")).toBe("renewal-failing");
  expect(toStateWord("Valid")).toBe("valid");
  expect(toStateWord("broken")).toBeNull();
});

test("what is not understood is named", () => {
  const { filter, wrong } = parseDeviceFilter("state:broken expires:soon tagg:x seen:never site:nord", now);
  expect(wrong).toEqual(["tagg:x", "state:broken", "expires:soon"]);
  expect(filter.seen).toEqual(["never"]);
  expect(filter.sites[0]?.values).toEqual(["nord"]);
});
