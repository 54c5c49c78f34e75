import { expect, test } from "vitest";

import { mutate, createSeeds } from "./mutate.ts";
import { fuzz } from "./oracle.ts";
import { createPrng } from "./prng.ts";
import { csrSeeds } from "./seeds.ts";

test("the same seed gives the same mutants", () => {
  const seeds = createSeeds(csrSeeds);
  const list = (seed: number) => {
    const prng = createPrng(seed);
    return Array.from({ length: 200 }, () => Buffer.from(mutate(seeds, prng).der).toString("hex"));
  };
  expect(list(1)).toEqual(list(1));
  expect(new Set(list(1)).size).toBeGreaterThan(180);
  expect(list(2)).not.toEqual(list(1));
});

test("mutants are refused with a name, soon, or are good for OpenSSL too", () => {
  const report = fuzz({ seed: 20_261_121, count: 10_000, milliseconds: 10_000 });
  expect(report.findings).toEqual([]);
  expect(report.count).toBeGreaterThan(1_000);
  expect(report.compared).toBeGreaterThan(10);
}, 60_000);
