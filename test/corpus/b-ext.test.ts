import { expect, test } from "vitest";

import { extensionCases } from "./b-ext.ts";
import { fingerprintOf, judgeCsr } from "./case.ts";

test("250 cases, the same in every run", () => {
  expect(extensionCases.length).toBe(250);
  expect(fingerprintOf(extensionCases)).toBe("8056f7b5bd390802");
});

test.each(extensionCases)("$id", async ({ bytes, expected }) => {
  expect(await judgeCsr(bytes)).toBe(expected);
});
