import { DomainError, type DomainErrorCode } from "@fieldseal/core/errors";

import { emptyResponse, type ProtocolResponse, textResponse } from "../message.ts";

/** The one table from code to wire of this edge; a new code does not compile until it has a status here. */
const statusOf: Record<DomainErrorCode, 400 | 401 | 403 | 404 | 409 | 429 | 500 | 503> = {
  "actor-forbidden": 403,
  "already-initialised": 500,
  "not-initialised": 503,
  "setup-code-invalid": 500,
  "passphrase-invalid": 500,
  "password-weak": 500,
  "email-invalid": 500,
  "organization-invalid": 500,
  "device-id-invalid": 500,
  "device-exists": 500,
  "device-unknown": 500,
  "device-fields-invalid": 500,
  "device-quarantined": 403,
  "device-retired": 403,
  "device-state-unchanged": 500,
  "site-invalid": 500,
  "profile-unknown": 404,
  "profile-mismatch": 403,
  "credential-missing": 401,
  "credential-invalid": 401,
  "client-certificate-missing": 401,
  "client-certificate-unknown": 403,
  "client-certificate-expired": 403,
  "client-certificate-revoked": 403,
  "client-certificate-purpose": 403,
  "csr-malformed": 400,
  "csr-signature-invalid": 400,
  "csr-algorithm-forbidden": 400,
  "csr-names-differ": 403,
  "csr-extension-forbidden": 400,
  "key-forbidden": 400,
  "key-in-use": 400,
  "key-reused": 400,
  "too-many-certificates": 429,
  "rate-limited": 429,
  "certificate-unknown": 500,
  "certificate-ambiguous": 500,
  "already-revoked": 500,
  "authority-not-revocable": 500,
  "reason-invalid": 500,
  "token-unknown": 500,
  "token-not-open": 500,
  "authority-unknown": 503,
  "authority-sealed": 503,
  "authority-expiring": 503,
  "job-unknown": 500,
  "job-failed": 500,
  "lint-failed": 500,
  "signer-unavailable": 503,
  "records-unavailable": 503,
  busy: 503,
};

/** Whole seconds: an HTTP date is ignored or refused by clients in the field (E53). */
const retryAfterSeconds: Partial<Record<DomainErrorCode, number>> = {
  busy: 5,
  "rate-limited": 60,
  "too-many-certificates": 86_400,
};

/**
 * A refusal as EST says it: 401 with an empty body and one Basic challenge (E27), everything else as one sentence of
 * plain text (E56). What is not a DomainError becomes a 500 that names only the incident.
 */
export function toEstError(error: unknown, incidentId: string): ProtocolResponse {
  if (!(error instanceof DomainError)) return textResponse(500, `The server failed. Incident ${incidentId}.`);
  const status = statusOf[error.code];
  if (status === 401) return emptyResponse(401, [["WWW-Authenticate", 'Basic realm="est"']]);
  if (status === 500) return textResponse(500, `The server failed. Incident ${incidentId}.`);
  const seconds = retryAfterSeconds[error.code] ?? (status === 503 ? 30 : null);
  return textResponse(status, error.detail, seconds === null ? [] : [["Retry-After", String(seconds)]]);
}
