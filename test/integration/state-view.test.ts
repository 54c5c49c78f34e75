import { decideCertificateState } from "@fieldseal/core/inventory/certificate-state";
import { startScratchPostgres, type ScratchPostgres } from "@fieldseal/db/embedded";
import { deploy, difference, foldersOf } from "@fieldseal/db/migrations";
import { createPool, type Pool } from "@fieldseal/db/stores";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { repository } from "../support/platform.ts";

let postgres: ScratchPostgres;
let pool: Pool;
beforeAll(async () => {
  postgres = await startScratchPostgres();
  await deploy(postgres.url, foldersOf(repository));
  pool = createPool(postgres.url);
}, 60_000);
afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

test("the SQL function certificate_state and decideCertificateState agree on every fleet", async () => {
  const start = Date.parse("2026-03-01T00:00:00Z");
  const instant = (span: number) =>
    fc.integer({ min: -10, max: span }).map((minutes) => new Date(start + minutes * 60_000));
  const facts = fc.record({
    lifetimeMinutes: fc.constantFrom(1_440, 10_080, 43_200, 129_600, 525_600),
    now: instant(540_000),
    revokedAt: fc.option(instant(1_000), { nil: null, freq: 6 }),
    hasSuccessorInUse: fc.boolean(),
    failedAttempts: fc.integer({ min: 0, max: 4 }),
    failingSince: fc.option(instant(540_000), { nil: null }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(facts, { minLength: 20, maxLength: 60 }), async (fleet) => {
      const rows = fleet.map((one) => ({
        ...one,
        notBefore: new Date(start),
        notAfter: new Date(start + one.lifetimeMinutes * 60_000),
        failingSince: one.failedAttempts > 0 ? one.failingSince : null,
      }));
      for (const row of rows) {
        const { rows: answer } = await pool.query<{ state: string }>(
          "SELECT certificate_state($1, $2, $3, $4, $5, $6, $7) AS state",
          [
            row.revokedAt,
            row.hasSuccessorInUse,
            row.notBefore,
            row.notAfter,
            row.failedAttempts,
            row.failingSince,
            row.now,
          ],
        );
        expect({ row, state: answer[0]?.state }).toEqual({ row, state: decideCertificateState(row, row.now) });
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

test("the migrations say what the Prisma schema says", async () => {
  expect(await difference(postgres.url, foldersOf(repository))).toBe("");
});
