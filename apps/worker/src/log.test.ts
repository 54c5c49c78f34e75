import { expect, test } from "vitest";

import { createLog, describeError } from "./log.ts";
import { createOutage } from "./outage.ts";

const clock = { now: () => new Date("2026-11-20T09:00:00Z") };

test("any text is one line that a terminal does not obey (T26)", () => {
  for (let codePoint = 0; codePoint < 0x2100; codePoint += 1) {
    const lines: string[] = [];
    createLog({ clock, write: (line) => lines.push(line) })({ detail: `a${String.fromCodePoint(codePoint)}b` });
    expect(lines[0]).toMatch(/^\{"at":"2026-11-20T09:00:00\.000Z","detail":"a.*b"\}\n$/);
    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ detail: `a${String.fromCodePoint(codePoint)}b` });
  }
});

test("an outage of the records is said once, and once when it is over", () => {
  const events: unknown[] = [];
  const outage = createOutage(({ event }) => events.push(event));
  outage.recovered();
  outage.failed(new Error("a"));
  outage.failed(new Error("b"));
  outage.recovered();
  outage.recovered();
  expect(events).toEqual(["records-away", "records-back"]);
});

test.each([
  [new Error("plain"), "plain"],
  [Object.assign(new Error("code: text"), { detail: "text" }), "text"],
  [new AggregateError([new Error("v6"), new Error("v4")]), "v6; v4"],
  ["thrown text", "thrown text"],
])("%s", (error, text) => {
  expect(describeError(error)).toBe(text);
});
