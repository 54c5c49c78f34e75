import { keyAlgorithms } from "@fieldseal/pki/algorithms";
import { PkiError } from "@fieldseal/pki/error";
import { assertKeyAllowed } from "@fieldseal/pki/key-policy";
import { expect, test } from "vitest";

import { keyCases } from "./b-key.ts";
import { infoOf, signInfo } from "./build.ts";
import { fingerprintOf, judgeCsr } from "./case.ts";

test("120 cases, the same in every run", () => {
  expect(keyCases.length).toBe(120);
  expect(fingerprintOf(keyCases)).toBe("9323cb631c427812");
});

test.each(keyCases)("$id", async ({ bytes, expected }) => {
  const judged = assertKeyAllowed(bytes, { algorithms: keyAlgorithms });
  await expect(judged).rejects.toThrow(PkiError);
  await expect(judged).rejects.toMatchObject({ code: expected });
  // inside a request it is refused too, by the form or by the key, before its signature counts
  expect(["key-forbidden", "csr-malformed"]).toContain(await judgeCsr(signInfo(infoOf({ spki: bytes }))));
});
