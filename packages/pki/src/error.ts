/** Every fault this package can name. The name says the fault; the edges map it to their wire. */
export type PkiErrorCode =
  | "der-invalid"
  | "pem-invalid"
  | "hex-invalid"
  | "csr-malformed"
  | "csr-signature-invalid"
  | "csr-algorithm-forbidden"
  | "key-forbidden"
  | "name-invalid"
  | "serial-number-invalid"
  | "validity-invalid"
  | "profile-invalid"
  | "template-invalid"
  | "certificate-malformed"
  | "certificate-signature-invalid"
  | "certificate-issuer-mismatch"
  | "certificate-differs"
  | "crl-malformed"
  | "crl-signature-invalid"
  | "crl-issuer-mismatch"
  | "crl-scope-mismatch"
  | "ocsp-request-malformed"
  | "ocsp-response-malformed"
  | "ocsp-responder-mismatch"
  | "ocsp-response-stale"
  | "ocsp-nonce-mismatch"
  | "ocsp-signature-invalid"
  | "cms-malformed"
  | "lint-failed"
  | "signer-mismatch"
  | "signer-unsupported";

/**
 * The one error class of this package. `detail` is one sentence that may be shown to whoever sent the bytes; it never
 * holds more than positions, numbers and the names of fields.
 */
export class PkiError extends Error {
  override readonly name = "PkiError";
  readonly code: PkiErrorCode;
  readonly detail: string;

  constructor(code: PkiErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Runs `work` and gives every `PkiError` from it the code of the object being read, so that a caller of `parseCsr`
 * sees `csr-malformed` whichever layer noticed the fault. Other errors are bugs and pass unchanged.
 */
export function asFault<T>(code: PkiErrorCode, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof PkiError) || cause.code === code) throw cause;
    throw new PkiError(code, cause.detail, { cause });
  }
}
