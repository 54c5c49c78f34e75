import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { createKekFile, readKek } from "./kek.ts";

const fileIn = () => path.join(mkdtempSync(path.join(tmpdir(), "fieldseal-kek-")), "kek");

test("the key-encryption key is 32 octets that only this account may read, and is never made anew", () => {
  const file = fileIn();
  createKekFile(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const first = readFileSync(file);
  createKekFile(file);
  expect(readKek(file)).toEqual(first);
  expect(first).toHaveLength(32);
});

test("a missing file, one that others may read, or one of the wrong size stops signing with the fix", () => {
  const file = fileIn();
  expect(() => readKek(file)).toThrow(/missing\. Restore it/);
  createKekFile(file);
  chmodSync(file, 0o640);
  expect(() => readKek(file)).toThrow(`chmod 600 ${file}`);
  writeFileSync(file, "short");
  chmodSync(file, 0o600);
  expect(() => readKek(file)).toThrow(/32 octets/);
});
