import { expect, test } from "vitest";

import { parseConfig } from "./config.ts";
import { createParts } from "./parts.ts";

const config = parseConfig(
  {
    PATH: "/bin",
    SECRET_OF_THE_SHELL: "x",
    FIELDSEAL_SMTP_URL: "smtp://u:p@mail",
    DATABASE_URL: "postgresql://admin@db/x",
  },
  "/clone",
);
const urls = { console: "pg:console", devices: "pg:devices", signer: "pg:signer", worker: "pg:worker" };
const parts = Object.values(createParts({ config, urls, signerSocket: "/clone/.fieldseal/run/signer.sock" }));
const holdersOf = (variable: string) => parts.filter((part) => variable in part.environment).map((part) => part.name);

test("only the signer is told where the key-encryption key is, only the worker how to send mail", () => {
  expect(holdersOf("FIELDSEAL_KEK_FILE")).toEqual(["signer"]);
  expect(holdersOf("FIELDSEAL_SMTP_URL")).toEqual(["worker"]);
});

test("every part has a database role of its own and nothing of the shell's environment", () => {
  for (const { name, environment } of parts) {
    expect(environment.DATABASE_URL).toBe(`pg:${name}`);
    expect(Object.values(environment)).not.toContain("postgresql://admin@db/x");
  }
  expect(holdersOf("SECRET_OF_THE_SHELL")).toEqual([]);
});
