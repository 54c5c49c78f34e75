import { expect, test } from "vitest";

import { quoteCell, writeCsvRow } from "./csv.ts";

test.each([
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["two\r\nlines", '"two\r\nlines"'],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@cmd", "'@cmd"],
  ["\tx", "'\tx"],
  ["\rx", `"'\rx"`],
])("%j is written as %j", (value, written) => {
  expect(quoteCell(value)).toBe(written);
});

test("a row ends with CRLF, and nothing is an empty cell", () => {
  expect(writeCsvRow(["a", null, 3])).toBe("a,,3\r\n");
});
