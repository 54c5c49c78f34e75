type Row = { deviceState: string; certificateId: string | null; revokedAt: Date | null; source: string | null };

/** How the next certificate comes; null when none will. */
export function renewsWords(row: Row): string | null {
  if (row.deviceState === "quarantined") return "Blocked";
  if (row.deviceState === "retired" || row.certificateId === null || row.revokedAt) return null;
  return row.source === "est-renew" ? "Auto · EST" : "EST, not yet";
}
