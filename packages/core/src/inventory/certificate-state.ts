import { assertNever } from "../errors.ts";

/** Exactly one per certificate, the first that is true wins (ux.md 1.3). Words are the same on screen, in mail and CSV. */
export const certificateStates = [
  "revoked",
  "superseded",
  "not-yet-valid",
  "expired",
  "expiring",
  "renewal-failing",
  "renewal-overdue",
  "in-renewal-window",
  "valid",
] as const;
export type CertificateState = (typeof certificateStates)[number];

export type CertificateFacts = {
  revokedAt: Date | null;
  /** A newer certificate of this device has been seen in use. */
  hasSuccessorInUse: boolean;
  notBefore: Date;
  notAfter: Date;
  /** Refused attempts of the device since its last certificate, and since when. */
  failedAttempts: number;
  failingSince: Date | null;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Instants at which the state changes by itself, from the lifetime L of the certificate. */
export function decideThresholds({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }) {
  const lifetimeMs = notAfter.getTime() - notBefore.getTime();
  const before = (ms: number) => new Date(notAfter.getTime() - ms);
  return {
    windowOpensAt: before(lifetimeMs / 3),
    overdueAt: before(lifetimeMs / 4),
    expiringAt: before(Math.min(7 * dayMs, lifetimeMs / 12)),
    finalAt: before(Math.min(dayMs, lifetimeMs / 60)),
    /** 30 days for a certificate that lives 90 days or more, else a third of its life. */
    digestAt: before(lifetimeMs >= 90 * dayMs ? 30 * dayMs : lifetimeMs / 3),
  };
}

/** The one lifecycle state of a certificate at `now`. The SQL function certificate_state says the same. */
export function decideCertificateState(facts: CertificateFacts, now: Date): CertificateState {
  if (facts.revokedAt) return "revoked";
  if (facts.hasSuccessorInUse) return "superseded";
  if (now < facts.notBefore) return "not-yet-valid";
  if (now >= facts.notAfter) return "expired";
  const { windowOpensAt, overdueAt, expiringAt } = decideThresholds(facts);
  if (now > expiringAt) return "expiring";
  const failingForMs = facts.failingSince ? now.getTime() - facts.failingSince.getTime() : 0;
  if (facts.failedAttempts >= 3 || failingForMs > dayMs) return "renewal-failing";
  if (now >= overdueAt && facts.failedAttempts === 0) return "renewal-overdue";
  if (now >= windowOpensAt) return "in-renewal-window";
  return "valid";
}

export type Tone = "critical" | "warning" | "info" | "quiet";

export function toneOf(state: CertificateState): Tone {
  switch (state) {
    case "expired":
    case "expiring":
      return "critical";
    case "renewal-failing":
    case "renewal-overdue":
      return "warning";
    case "in-renewal-window":
      return "info";
    case "revoked":
    case "superseded":
    case "not-yet-valid":
    case "valid":
      return "quiet";
    default:
      return assertNever(state);
  }
}
