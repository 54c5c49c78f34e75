import { expect, test } from "vitest";

import { pickWords, words } from "./words.ts";

test("512 different words of at least three letters", () => {
  expect(words).toHaveLength(512);
  expect(new Set(words).size).toBe(512);
  expect(words.filter((word) => !/^[a-z]{3,}$/.test(word))).toEqual([]);
});

test("each number picks its word", () => {
  expect(pickWords(3, (buffer) => (buffer.set([0, 511, 512]), buffer))).toEqual([words[0], words[511], words[0]]);
});
