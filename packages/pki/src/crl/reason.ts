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
/** Takes a certificate off the list again: released from hold. Delta CRLs only. */
export const removeFromCRL = 8;
export type CrlReason = keyof typeof crlReasons;

export function isCrlReason(value: unknown): value is CrlReason {
  return typeof value === "string" && Object.hasOwn(crlReasons, value);
}

const nameByCode: ReadonlyMap<number, CrlReason> = new Map(
  Object.entries(crlReasons).flatMap(([name, code]) => (isCrlReason(name) ? [[code, name] as const] : [])),
);

/** The name of a reason code, or null for 7, 8 and anything unknown. */
export function findCrlReason(code: number): CrlReason | null {
  return nameByCode.get(code) ?? null;
}
