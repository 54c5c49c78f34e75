import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const here = import.meta.dirname;
const sources = readdirSync(here, { recursive: true, encoding: "utf8" }).filter(
  (path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.startsWith("testing"),
);
const textOf = (path: string) => readFileSync(join(here, path), "utf8");
const importsOf = (path: string) =>
  Array.from(textOf(path).matchAll(/(?:from|import) "([^"]+)"/g), ([, name]) => name ?? "");

test("only the second reader uses an X.509 library: the signer loads none", () => {
  const users = sources.filter((path) =>
    importsOf(path).some((name) => /^(@peculiar|pkijs|reflect-metadata|asn1js)/.test(name)),
  );
  expect(users).toEqual([join("certificate", "read-back.ts")]);
});

test("nothing but node:crypto comes from outside, so there is no I/O", () => {
  const outside = sources.flatMap(importsOf).filter((name) => !name.startsWith("."));
  expect([...new Set(outside)].toSorted()).toEqual(["@peculiar/x509", "node:crypto", "reflect-metadata"]);
});

test("no clock and no chance of its own", () => {
  const bad = sources.filter((path) =>
    /new Date\(\)|Date\.now|Math\.random|randomBytes|randomUUID|getRandomValues|generateKeyPair|performance\.now/.test(
      textOf(path),
    ),
  );
  expect(bad).toEqual([]);
});
