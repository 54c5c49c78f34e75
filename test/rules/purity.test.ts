import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter(
      (file) =>
        file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("generated") && !file.includes("testing"),
    )
    .map((file) => path.join(folder, file));
}

/** What oxlint cannot say yet: an argument-less `new Date()` and a direct randomUUID outside their two files. */
test("the core, pki, protocols and db take time and chance from outside", () => {
  const allowed = new Set(["packages/core/src/clock.ts", "packages/core/src/random.ts"]);
  const files = ["packages/core/src", "packages/pki/src", "packages/protocols/src", "packages/db/src/stores"].flatMap(
    sources,
  );
  const offenders = files.filter(
    (file) => !allowed.has(file) && /new Date\(\s*\)|randomUUID\(/.test(readFileSync(path.join(root, file), "utf8")),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(offenders).toEqual([]);
});

test("the signer stays small: at most five runtime dependencies and 1,500 lines", () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, "apps/signer/package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(5);
  const lines = sources("apps/signer/src").reduce(
    (sum, file) => sum + readFileSync(path.join(root, file), "utf8").split("\n").length,
    0,
  );
  expect(lines).toBeLessThanOrEqual(1_500);
});
