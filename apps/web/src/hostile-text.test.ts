import { expect, test } from "vitest";

import { cutText, hasHiddenCharacters, showHidden, splitName } from "./hostile-text.ts";

test.each([
  ["pump\u202e710", "pump⟨U+202E⟩710"],
  ["a\u200bb", "a⟨U+200B⟩b"],
  ["line\nfeed\u0000", "line⟨U+000A⟩feed⟨U+0000⟩"],
  ["tag\u{e0041}", "tag⟨U+E0041⟩"],
])("hidden characters of %j become visible", (text, shown) => {
  expect(hasHiddenCharacters(text)).toBe(true);
  expect(showHidden(text)).toBe(shown);
});

test("letters of any script stay as they are", () => {
  expect(showHidden("gw-kühlwasser-Łódź-ポンプ")).toBe("gw-kühlwasser-Łódź-ポンプ");
  expect(hasHiddenCharacters("gw-kühlwasser")).toBe(false);
});

test("long text is cut by characters, not by code units", () => {
  expect(cutText("😀".repeat(70))).toBe(`${"😀".repeat(63)}…`);
  expect(splitName("gw-nord-0432-kühlwasser-ost")).toEqual(["gw-nord-0432-kühlwa", "sser-ost"]);
  expect(splitName("pump-017")).toBeNull();
});
