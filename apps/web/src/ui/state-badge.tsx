import type { CertificateState } from "@fieldseal/core/inventory/certificate-state";

import { Glyph } from "./glyph.tsx";
import type { GlyphName } from "./sprite.tsx";

type Look = { word: string; glyph: GlyphName; className: string };

/** The same words on screen, in mail and in CSV (ux.md 1.3). */
export const certificateLooks: Readonly<Record<CertificateState, Look>> = {
  revoked: { word: "Revoked", glyph: "revoked", className: "neutral" },
  superseded: { word: "Superseded", glyph: "superseded", className: "neutral" },
  "not-yet-valid": { word: "Not yet valid", glyph: "not-yet-valid", className: "neutral" },
  expired: { word: "Expired", glyph: "expired", className: "critical-fill" },
  expiring: { word: "Expiring", glyph: "expiring", className: "critical" },
  "renewal-failing": { word: "Renewal failing", glyph: "renewal-failing", className: "warning-fill" },
  "renewal-overdue": { word: "Renewal overdue", glyph: "renewal-overdue", className: "warning" },
  "in-renewal-window": { word: "In renewal window", glyph: "in-renewal-window", className: "info" },
  valid: { word: "Valid", glyph: "valid", className: "quiet valid" },
};

const unknown: Look = { word: "Unknown", glyph: "unknown", className: "neutral" };
const notEnrolled: Look = { word: "Not enrolled", glyph: "awaiting", className: "neutral" };
const quarantined: Look = { word: "Quarantined", glyph: "suspended", className: "neutral" };
const retired: Look = { word: "Retired", glyph: "retired", className: "neutral" };

export const deviceStateNames: Readonly<Record<string, string>> = {
  active: "Active",
  quarantined: "Quarantined",
  retired: "Retired",
};

function Badge({ look }: { look: Look }) {
  return (
    <span className={`badge ${look.className}`}>
      <Glyph name={look.glyph} />
      {look.word}
    </span>
  );
}

export function CertificateBadge({ state }: { state: CertificateState | null }) {
  return <Badge look={state ? certificateLooks[state] : unknown} />;
}

/** State of the current certificate; that of the device when it is not active. */
export function lookOfDevice(device: { deviceState: string; certificateState: CertificateState | null }): Look {
  if (device.deviceState === "quarantined") return quarantined;
  if (device.deviceState === "retired") return retired;
  return device.certificateState ? certificateLooks[device.certificateState] : notEnrolled;
}

export function DeviceBadge(props: { deviceState: string; certificateState: CertificateState | null }) {
  return <Badge look={lookOfDevice(props)} />;
}
