/** Every fault that a use case can answer with. The name says the fault; each edge has one table from code to wire. */
export type DomainErrorCode =
  | "actor-forbidden"
  | "already-initialised"
  | "not-initialised"
  | "setup-code-invalid"
  | "passphrase-invalid"
  | "password-weak"
  | "email-invalid"
  | "organization-invalid"
  | "device-id-invalid"
  | "device-exists"
  | "device-unknown"
  | "device-fields-invalid"
  | "device-quarantined"
  | "device-retired"
  | "device-state-unchanged"
  | "site-invalid"
  | "profile-unknown"
  | "profile-mismatch"
  | "credential-missing"
  | "credential-invalid"
  | "client-certificate-missing"
  | "client-certificate-unknown"
  | "client-certificate-expired"
  | "client-certificate-revoked"
  | "client-certificate-purpose"
  | "csr-malformed"
  | "csr-signature-invalid"
  | "csr-algorithm-forbidden"
  | "csr-names-differ"
  | "csr-extension-forbidden"
  | "key-forbidden"
  | "key-in-use"
  | "key-reused"
  | "too-many-certificates"
  | "rate-limited"
  | "certificate-unknown"
  | "certificate-ambiguous"
  | "already-revoked"
  | "authority-not-revocable"
  | "reason-invalid"
  | "token-unknown"
  | "token-not-open"
  | "authority-unknown"
  | "authority-sealed"
  | "authority-expiring"
  | "job-unknown"
  | "job-failed"
  | "lint-failed"
  | "signer-unavailable"
  | "records-unavailable"
  | "busy";

/**
 * The one error class of the core. `detail` is one sentence that may be shown to the person or device that asked:
 * what is wrong and what to do.
 */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: DomainErrorCode;
  readonly detail: string;

  constructor(code: DomainErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }
}

/** Makes a `switch` over a union fail to compile until every member is handled. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${String(value)}`);
}
