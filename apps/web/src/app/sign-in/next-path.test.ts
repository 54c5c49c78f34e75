import { expect, test } from "vitest";

import { safeNext } from "./next-path.ts";

test.each(["/", "/devices?q=site%3Anord&sort=expires", "/devices/pump-017#commands"])("%s is kept", (path) => {
  expect(safeNext(path)).toBe(path);
});

test.each([
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "/a\nb",
  "",
  undefined,
  ["/a"],
])("%j leads to the overview", (path) => {
  expect(safeNext(path)).toBe("/");
});
