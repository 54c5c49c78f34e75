import { mkdirSync } from "node:fs";

import { expect, test } from "vitest";

import { explain, OperatorError } from "./errors.ts";

const systemError = (code: string) => Object.assign(new Error(code), { code, path: "/data" });

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

test.each(["EACCES", "EPERM", "EROFS", "ENOSPC", "ENOTDIR"])("%s is one line that names the place", (code) => {
  expect(explain(systemError(code))).toMatch(/^[^\n]*\/data[^\n]*$/);
});

test("a file in the place of the data folder is one line", () => {
  const error = thrownBy(() => mkdirSync(`${import.meta.filename}/data`, { recursive: true }));
  expect(explain(error)).toContain("is not a folder");
});

test("what the operator can put right is told as it is, a bug with its trace", () => {
  expect(explain(new OperatorError("Do this."))).toBe("Do this.");
  expect(explain(new TypeError("x is undefined"))).toMatch(/bug in Fieldseal: TypeError: x is undefined\n +at /);
});
