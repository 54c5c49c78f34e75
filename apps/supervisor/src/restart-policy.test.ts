import { expect, test } from "vitest";

import { decideRestart, recentDeaths } from "./restart-policy.ts";

const at = (...seconds: number[]) => seconds.map((second) => second * 1000);

test.each([
  { deaths: at(100), pauseMs: 200 },
  { deaths: at(99, 100), pauseMs: 400 },
  { deaths: at(98, 99, 100), pauseMs: 800 },
  { deaths: at(97, 98, 99, 100), pauseMs: 1600 },
  { deaths: at(96, 97, 98, 99, 100), pauseMs: 3200 },
])("pauses $pauseMs ms after $deaths.length deaths within a minute", ({ deaths, pauseMs }) => {
  expect(decideRestart(deaths, 100_000)).toEqual({ restart: true, pauseMs });
});

test("gives up at the sixth death within a minute", () => {
  expect(decideRestart(at(95, 96, 97, 98, 99, 100), 100_000)).toEqual({ restart: false, deaths: 6 });
});

test("forgets deaths that are older than a minute", () => {
  expect(decideRestart(at(1, 2, 3, 4, 5, 6, 100), 100_000)).toEqual({ restart: true, pauseMs: 200 });
  expect(recentDeaths(at(1, 41, 100), 100_000)).toEqual(at(41, 100));
});
