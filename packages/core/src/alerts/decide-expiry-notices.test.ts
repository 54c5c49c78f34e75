import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decideThresholds } from "../inventory/certificate-state.ts";
import { type ExpiryFacts, type ExpiryStage, expiryStages } from "./alert-records.ts";
import { decideExpiryNotices, findNextStageAt } from "./decide-expiry-notices.ts";

const dayMs = 86_400_000;
const notAfter = new Date("2027-03-01T09:14:00Z");
const at = (beforeEndMs: number) => new Date(notAfter.getTime() - beforeEndMs);

function facts(override: Partial<ExpiryFacts> = {}, lifetimeDays = 365): ExpiryFacts {
  return {
    certificateId: "c1",
    deviceId: "gw-1",
    siteId: "nord",
    notBefore: at(lifetimeDays * dayMs),
    notAfter,
    revokedAt: null,
    hasSuccessor: false,
    deviceState: "active",
    noticedStages: [],
    ...override,
  };
}

const decide = (certificate: ExpiryFacts, now: Date) =>
  decideExpiryNotices([certificate], now).map(({ stage, covered }) => ({ stage, covered }));

describe("a stage counts one millisecond after its threshold, not at it", () => {
  const lifetimes = [365, 90, 30, 7, 1];
  const cases = lifetimes.flatMap((days) => {
    const { digestAt, expiringAt, finalAt } = decideThresholds(facts({}, days));
    const crossings: [ExpiryStage, Date][] = [
      ["digest", digestAt],
      ["expiring", expiringAt],
      ["final", finalAt],
      ["expired", notAfter],
    ];
    return crossings.map(([stage, crossing]) => ({ days, stage, crossing }));
  });
  test.each(cases)("$days d: $stage", ({ days, stage, crossing }) => {
    const noticedStages = expiryStages.slice(0, expiryStages.indexOf(stage));
    const certificate = facts({ noticedStages }, days);
    expect(decide(certificate, crossing)).toEqual([]);
    expect(decide(certificate, new Date(crossing.getTime() + 1))).toEqual([{ stage, covered: [] }]);
  });
});

test("nothing is due outside thirty days", () => {
  expect(decide(facts(), at(31 * dayMs))).toEqual([]);
});

test("after an outage only the most urgent stage is mailed and the milder ones are covered", () => {
  expect(decide(facts(), at(-dayMs))).toEqual([{ stage: "expired", covered: ["digest", "expiring", "final"] }]);
  expect(decide(facts({ noticedStages: ["digest"] }), at(3_600_000))).toEqual([
    { stage: "final", covered: ["expiring"] },
  ]);
});

test("a stage that was noticed is never decided again", () => {
  expect(decide(facts({ noticedStages: ["digest"] }), at(20 * dayMs))).toEqual([]);
  expect(decide(facts({ noticedStages: ["expired"] }), at(-dayMs))).toEqual([]);
});

test.each([
  ["renewed", { hasSuccessor: true }],
  ["revoked", { revokedAt: at(40 * dayMs) }],
  ["of a retired device", { deviceState: "retired" as const }],
])("nobody is told of a certificate that is %s", (_name, override) => {
  expect(decide(facts(override), at(-dayMs))).toEqual([]);
});

test("a quarantined device is told of: it cannot renew by itself", () => {
  expect(decide(facts({ deviceState: "quarantined" }), at(dayMs * 20))).toEqual([{ stage: "digest", covered: [] }]);
});

test("the next stage is the threshold of the one after", () => {
  const validity = facts();
  const { expiringAt, finalAt } = decideThresholds(validity);
  expect(expiryStages.map((stage) => findNextStageAt(stage, validity))).toEqual([expiringAt, finalAt, notAfter, null]);
});

test("property: each certificate and stage at most once, whatever runs happen or are missed", () => {
  const run = fc.record({ atMs: fc.integer({ min: -60 * dayMs, max: 45 * dayMs }), crashes: fc.boolean() });
  const world = { days: fc.integer({ min: 1, max: 800 }), runs: fc.array(run, { maxLength: 60 }) };
  fc.assert(
    fc.property(fc.record(world), ({ days, runs }) => {
      const noticed: ExpiryStage[] = [];
      const mailed: ExpiryStage[] = [];
      for (const { atMs, crashes } of runs.toSorted((one, other) => other.atMs - one.atMs)) {
        const [decision] = decideExpiryNotices([facts({ noticedStages: noticed }, days)], at(atMs));
        // A crash before the transaction commits leaves neither notice nor mail.
        if (!decision || crashes) continue;
        noticed.push(decision.stage, ...decision.covered);
        mailed.push(decision.stage);
      }
      expect(new Set(noticed).size).toBe(noticed.length);
      const order = mailed.map((stage) => expiryStages.indexOf(stage));
      expect(order).toEqual(order.toSorted((one, other) => one - other));
      const ranLate = runs.some(({ atMs, crashes }) => !crashes && atMs < 0);
      expect(mailed.includes("expired")).toBe(ranLate);
    }),
  );
});
