/**
 * Reasons of RFC 5280 5.3.1 that a certificate can be revoked for. 7 is unused there, 8 (removeFromCRL) exists only in
 * delta CRLs.
 */
export const crlReasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;
export type CrlReason = keyof typeof crlReasons;

export function isCrlReason(value: unknown): value is CrlReason {
  return typeof value === "string" && Object.hasOwn(crlReasons, value);
}

/** The name of a reason code, or null for 7, 8 and anything unknown. */
export function findCrlReason(code: number): CrlReason | null {
  for (const [name, value] of Object.entries(crlReasons)) if (value === code && isCrlReason(name)) return name;
  return null;
}
