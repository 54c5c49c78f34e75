import { describe, expect, test } from "vitest";

import { createFormat, formatCapped, formatCountdown, formatDuration, formatNumber, withColons } from "./format.ts";

const hour = 3_600_000;
const day = 24 * hour;
const now = new Date("2026-11-20T14:02:10Z");
const format = createFormat({ now, zone: "UTC" });

describe("durations round down and change unit at 48 h, 60 min and 60 s", () => {
  test.each([
    [11 * day + 23 * hour, "11 d"],
    [2 * day, "2 d"],
    [2 * day - 1, "47 h"],
    [hour, "1 h"],
    [hour - 1, "59 min"],
    [59_999, "59 s"],
    [-14 * hour, "14 h"],
  ])("%i ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test("a countdown also says the next smaller unit", () => {
    expect(formatCountdown(2 * hour + 10 * 60_000)).toBe("2 h 10 min");
    expect(formatCountdown(5 * day + 3 * hour)).toBe("5 d 3 h");
  });
});

test("thousands are parted by thin spaces", () => {
  expect(formatNumber(41_219)).toBe("41\u2009219");
  expect(formatCapped(10_001, 10_000)).toBe("10\u2009000+");
});

describe("instants", () => {
  test("a year is written when it is not this one", () => {
    expect(format.day(new Date("2026-12-04T00:00:00Z"))).toBe("4 Dec");
    expect(format.day(new Date("2027-01-02T00:00:00Z"))).toBe("2 Jan 2027");
  });
  test("September has three letters", () => {
    expect(format.day(new Date("2026-09-03T00:00:00Z"))).toBe("3 Sep");
  });
  test("relative time looks both ways", () => {
    expect(format.relative(new Date("2026-12-02T14:02:10Z"))).toBe("in 12 d");
    expect(format.relative(new Date("2026-11-20T00:02:10Z"))).toBe("14 h ago");
  });
  test("the chosen zone decides the day", () => {
    const berlin = createFormat({ now, zone: "Europe/Berlin" });
    expect(berlin.dayClock(new Date("2026-11-20T23:30:00Z"))).toBe("21 Nov 00:30");
  });
});

test("hex is written in pairs", () => {
  expect(withColons("4b3e2f")).toBe("4b:3e:2f");
});
