import { describe, expect, test } from "vitest";

import { parseFilter, parseRange, withoutPart, writeFilter } from "./filter.ts";

const keys = ["site", "state", "expires", "profile"];

describe("filter grammar", () => {
  test("terms, lists, negation, quotes and free text", () => {
    const filter = parseFilter('site:nord,"Plant Süd" -profile:opcua expires:<30d pumpe "kühl wasser"', keys);
    expect(filter.terms.map(({ key, values, negated }) => ({ key, values, negated }))).toEqual([
      { key: "site", values: ["nord", "Plant Süd"], negated: false },
      { key: "profile", values: ["opcua"], negated: true },
      { key: "expires", values: ["<30d"], negated: false },
    ]);
    expect(filter.text).toEqual(["pumpe", "kühl wasser"]);
  });

  test("an unknown key is named, not searched for", () => {
    expect(parseFilter("tagg:x pump", keys)).toMatchObject({ unknown: ["tagg:x"], text: ["pump"] });
  });

  test("writing and reading again gives the same filter", () => {
    const source = 'site:"Plant Süd" -state:valid pump';
    expect(writeFilter(parseFilter(source, keys))).toBe(source);
  });

  test("one chip can go", () => {
    const filter = parseFilter("site:nord state:failing pump", keys);
    expect(withoutPart(filter, filter.terms[0] ?? "")).toBe("state:failing pump");
    expect(withoutPart(filter, "pump")).toBe("site:nord state:failing");
  });
});

describe("ranges", () => {
  const now = new Date("2026-11-20T12:00:00Z");
  test("ahead", () => {
    expect(parseRange("<30d", now, 1)).toEqual({ from: null, to: new Date("2026-12-20T12:00:00Z") });
    expect(parseRange(">2w", now, 1)).toEqual({ from: new Date("2026-12-04T12:00:00Z"), to: null });
  });
  test("back", () => {
    expect(parseRange("<24h", now, -1)).toEqual({ from: new Date("2026-11-19T12:00:00Z"), to: null });
    expect(parseRange(">7d", now, -1)).toEqual({ from: null, to: new Date("2026-11-13T12:00:00Z") });
  });
  test("absolute", () => {
    expect(parseRange("2026-12-01..2026-12-08", now, 1)).toEqual({
      from: new Date("2026-12-01T00:00:00Z"),
      to: new Date("2026-12-08T00:00:00Z"),
    });
  });
  test.each(["30d", "<d", "..", "2026-13-01..", "<30m"])("%s is no range", (value) => {
    expect(parseRange(value, now, 1)).toBeNull();
  });
});
