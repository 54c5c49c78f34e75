/** CertStatus of RFC 6960 4.2.1. `reasonCode` null means unspecified, as on the CRL. */
export type OcspCertStatus =
  | { status: "good" }
  | { status: "revoked"; revokedAt: Date; reasonCode: number | null }
  | { status: "unknown" };

/** OCSPResponseStatus of RFC 6960 4.2.1 without successful; 4 does not exist, sigRequired is never answered. */
export const ocspErrors = {
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  unauthorized: 6,
} as const;
export type OcspError = keyof typeof ocspErrors;

/** What others may answer too. */
export const ocspResponseStatuses = { successful: 0, ...ocspErrors, sigRequired: 5 } as const;
export type OcspResponseStatus = keyof typeof ocspResponseStatuses;

/** The name of a status, or null for 4 and anything unknown. */
export function findOcspResponseStatus(code: number): OcspResponseStatus | null {
  for (const [name, value] of Object.entries(ocspResponseStatuses))
    if (value === code && Object.hasOwn(ocspResponseStatuses, name)) return name as OcspResponseStatus;
  return null;
}
