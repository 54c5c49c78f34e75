import { expect, test } from "vitest";

import { signatureCases } from "./b-sig.ts";
import { fingerprintOf, judgeCsr } from "./case.ts";

test("60 cases, the same in every run", () => {
  expect(signatureCases.length).toBe(60);
  expect(fingerprintOf(signatureCases)).toBe("6ee785b9d7574f40");
});

test.each(signatureCases)("$id", async ({ bytes, expected }) => {
  expect(await judgeCsr(bytes)).toBe(expected);
});
