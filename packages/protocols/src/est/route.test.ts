import { expect, test } from "vitest";

import { findEstRoute } from "./route.ts";

test("operations with and without a label", () => {
  expect(findEstRoute("/.well-known/est/cacerts")).toEqual({ operation: "cacerts", label: null });
  expect(findEstRoute("/.well-known/est/opc-ua/simpleenroll")).toEqual({ operation: "simpleenroll", label: "opc-ua" });
});

test.each([
  "/",
  "/.well-known/est",
  "/.well-known/est/",
  "/.well-known/est/unknown",
  "/.well-known/est//cacerts",
  "/.well-known/est/a/b/cacerts",
  "/.well-known/est/cacerts/",
  "/.well-known/est/cacerts/cacerts",
  "/.well-known/est/%2e%2e/cacerts",
  "/.well-known/est/../cacerts",
  "/.well-known/est/Device/cacerts",
  "/.WELL-KNOWN/est/cacerts",
  "/.well-known/est/__proto__",
  "/.well-known/est/constructor",
  `/.well-known/est/${"a".repeat(4_096)}/cacerts`,
])("%s is nothing", (path) => {
  expect(findEstRoute(path)).toBeNull();
});
