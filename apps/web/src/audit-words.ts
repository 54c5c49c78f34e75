import { cutText, showHidden } from "./hostile-text.ts";

type Row = { action: string; targetKind: string; targetId: string; outcome: string; detail?: Record<string, unknown> };

const verbs: Readonly<Record<string, string>> = {
  "device.add": "registered device",
  "device.quarantine": "quarantined",
  "device.release": "released",
  "device.retire": "retired",
  "device.report-stolen": "reported stolen:",
  "token.create": "made a one-time token for",
  "token.void": "voided the one-time tokens of",
  "certificate.issue": "issued certificate",
  "certificate.reserve": "reserved serial number",
  "certificate.orphan": "gave up serial number",
  "certificate.revoke": "revoked certificate",
  "crl.publish": "published CRL",
  "crl.request": "asked for a CRL of",
  "installation.claim": "set this installation up",
  "session.sign-in": "signed in",
  "session.sign-out": "signed out",
  "installation.complete": "completed the set-up",
};

export const outcomeWords: Readonly<Record<string, string>> = { done: "done", refused: "refused", failed: "failed" };

/** "revoked certificate 4b3e…, refused" */
export function auditSentence(row: Row): string {
  const verb = verbs[row.action] ?? `${row.action.replaceAll(/[.-]/g, " ")}:`;
  const isHex = /^[0-9a-f]{18,}$/.test(row.targetId);
  const target =
    row.targetKind === "installation" || row.targetKind === "user"
      ? ""
      : ` ${isHex ? `${row.targetId.slice(0, 8)}…` : cutText(showHidden(row.targetId), 40)}`;
  const device = typeof row.detail?.device === "string" ? ` of ${cutText(showHidden(row.detail.device), 40)}` : "";
  return `${verb}${target}${device}${row.outcome === "done" ? "" : `, ${outcomeWords[row.outcome] ?? row.outcome}`}`;
}

/** Where the thing that an entry is about can be seen. */
export function auditTargetHref(row: Pick<Row, "targetKind" | "targetId">): string | null {
  const id = encodeURIComponent(row.targetId);
  switch (row.targetKind) {
    case "device":
      return `/devices/${id}`;
    case "certificate":
      return `/certificates/${id}`;
    case "authority":
      return `/authorities/${id}`;
    default:
      return null;
  }
}

/** RFC 5280 5.3.1 in words that say what happened. */
export const reasonWords: Readonly<Record<number, string>> = {
  0: "no reason given",
  1: "key may be in other hands",
  2: "authority compromised",
  3: "device changed its owner or name",
  4: "replaced by a newer certificate",
  5: "device out of service",
  6: "on hold",
  9: "no longer entitled",
  10: "attribute authority compromised",
};
