import { describe, expect, test } from "vitest";

import { type CertificateFacts, decideCertificateState, decideThresholds } from "./certificate-state.ts";

const day = 86_400_000;
const start = Date.parse("2026-01-01T00:00:00Z");
const year: CertificateFacts = {
  revokedAt: null,
  hasSuccessorInUse: false,
  notBefore: new Date(start),
  notAfter: new Date(start + 360 * day),
  failedAttempts: 0,
  failingSince: null,
};
const at = (days: number, ms = 0) => new Date(start + days * day + ms);

describe("the one state of a certificate", () => {
  test.each([
    ["before notBefore", year, at(0, -1), "not-yet-valid"],
    ["fresh", year, at(1), "valid"],
    ["just before a third is left", year, at(240, -1), "valid"],
    ["a third left", year, at(240), "in-renewal-window"],
    ["a quarter left and nobody tried", year, at(270), "renewal-overdue"],
    [
      "a quarter left, one try refused",
      { ...year, failedAttempts: 1, failingSince: at(270) },
      at(270),
      "in-renewal-window",
    ],
    ["three refused tries", { ...year, failedAttempts: 3, failingSince: at(241) }, at(241), "renewal-failing"],
    [
      "failing for more than a day",
      { ...year, failedAttempts: 1, failingSince: at(241) },
      at(242, 1),
      "renewal-failing",
    ],
    ["seven days left exactly", year, at(353), "renewal-overdue"],
    ["less than seven days left", year, at(353, 1), "expiring"],
    ["at notAfter", year, at(360), "expired"],
    ["revoked beats expired", { ...year, revokedAt: at(1) }, at(400), "revoked"],
    ["a successor in use beats expired", { ...year, hasSuccessorInUse: true }, at(400), "superseded"],
    ["failing beats overdue", { ...year, failedAttempts: 5, failingSince: at(300) }, at(300), "renewal-failing"],
    ["expiring beats failing", { ...year, failedAttempts: 5, failingSince: at(300) }, at(359), "expiring"],
  ] as const)("%s", (_, facts, now, state) => {
    expect(decideCertificateState(facts, now)).toBe(state);
  });

  test("thresholds scale with the lifetime as the table of ux.md 1.3 says", () => {
    const hoursBeforeEnd = (lifetimeHours: number) => {
      const notAfter = new Date(start + lifetimeHours * 3_600_000);
      const t = decideThresholds({ notBefore: new Date(start), notAfter });
      const left = (instant: Date) => (notAfter.getTime() - instant.getTime()) / 3_600_000;
      return [left(t.windowOpensAt), left(t.overdueAt), left(t.expiringAt), left(t.finalAt), left(t.digestAt)];
    };
    expect(hoursBeforeEnd(90 * 24)).toEqual([30 * 24, 22.5 * 24, 7 * 24, 24, 30 * 24]);
    expect(hoursBeforeEnd(7 * 24)).toEqual([56, 42, 14, 2.8, 56]);
    expect(hoursBeforeEnd(24)).toEqual([8, 6, 2, 0.4, 8]);
  });
});
