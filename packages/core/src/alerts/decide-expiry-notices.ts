import { decideThresholds } from "../inventory/certificate-state.ts";
import type { ExpiryFacts, ExpiryStage } from "./alert-records.ts";

export type ExpiryDecision<Facts extends ExpiryFacts = ExpiryFacts> = {
  certificate: Facts;
  /** The most urgent stage that was crossed: the one to mail. */
  stage: ExpiryStage;
  /** Milder stages that were crossed unnoticed, after an outage of ours. They are never mailed any more. */
  covered: ExpiryStage[];
};

/** Which stages lie behind `now`. Crossed means strictly after: a run at the very instant does not count yet. */
export function listCrossedStages(validity: { notBefore: Date; notAfter: Date }, now: Date): ExpiryStage[] {
  const { digestAt, expiringAt, finalAt } = decideThresholds(validity);
  const crossings: [ExpiryStage, Date][] = [
    ["digest", digestAt],
    ["expiring", expiringAt],
    ["final", finalAt],
    ["expired", validity.notAfter],
  ];
  return crossings.filter(([, at]) => now.getTime() > at.getTime()).map(([stage]) => stage);
}

/** The instant at which the stage after this one is reached, or null after the last. */
export function findNextStageAt(stage: ExpiryStage, validity: { notBefore: Date; notAfter: Date }): Date | null {
  const { expiringAt, finalAt } = decideThresholds(validity);
  return { digest: expiringAt, expiring: finalAt, final: validity.notAfter, expired: null }[stage];
}

/**
 * Who has to be told of what. Compares with thresholds behind us, never with a date that must be hit, so that missed
 * runs change when a mail is sent but not whether; what was noticed before is never decided again.
 */
export function decideExpiryNotices<Facts extends ExpiryFacts>(
  certificates: readonly Facts[],
  now: Date,
): ExpiryDecision<Facts>[] {
  return certificates.flatMap((certificate) => {
    if (certificate.revokedAt || certificate.hasSuccessor || certificate.deviceState === "retired") return [];
    const crossed = listCrossedStages(certificate, now);
    const stage = crossed.at(-1);
    if (!stage || certificate.noticedStages.includes(stage)) return [];
    const covered = crossed.filter((milder) => milder !== stage && !certificate.noticedStages.includes(milder));
    return [{ certificate, stage, covered }];
  });
}
