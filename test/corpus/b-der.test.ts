import { parseCsr } from "@fieldseal/pki/csr/parse";
import { expect, test } from "vitest";

import { derCases } from "./b-der.ts";
import { fingerprintOf, judgeCsr } from "./case.ts";

test("200 cases, the same in every run", () => {
  expect(derCases.length).toBe(200);
  expect(fingerprintOf(derCases)).toBe("338789bb33d0442a");
});

test.each(derCases)("$id", async ({ bytes, expected }) => {
  expect(await judgeCsr(bytes)).toBe(expected);
});

test("no refusal costs 5 ms of CPU", () => {
  const slow = derCases.filter(({ bytes }) => Math.min(cpuOf(bytes), cpuOf(bytes), cpuOf(bytes)) >= 5_000);
  expect(slow.map(({ id }) => id)).toEqual([]);
});

/** Microseconds; the shortest of several looks counts, since others use the machine too. */
function cpuOf(bytes: Uint8Array): number {
  const before = process.cpuUsage();
  expect(() => parseCsr(bytes)).toThrow();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
