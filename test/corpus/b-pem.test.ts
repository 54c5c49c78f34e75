import { PkiError } from "@fieldseal/pki/error";
import { decodePem } from "@fieldseal/pki/pem";
import { expect, test } from "vitest";

import { pemCases } from "./b-pem.ts";
import { fingerprintOf, judgeCsr } from "./case.ts";
import type { Outcome } from "./case.ts";

test("60 cases, the same in every run", () => {
  expect(pemCases.length).toBe(60);
  expect(fingerprintOf(pemCases)).toBe("0b51a7126f559f13");
});

test.each(pemCases)("$id", async ({ bytes, expected }) => {
  expect(await judgePem(bytes)).toBe(expected);
});

async function judgePem(bytes: Uint8Array): Promise<Outcome> {
  try {
    const [der = new Uint8Array()] = decodePem(new TextDecoder().decode(bytes), "CERTIFICATE REQUEST");
    return await judgeCsr(der);
  } catch (error) {
    if (error instanceof PkiError) return error.code;
    throw error;
  }
}
