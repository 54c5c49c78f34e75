export type RefusalCode =
  | "request-malformed"
  | "request-unknown"
  | "request-altered"
  | "authority-inactive"
  | "authority-sealed"
  | "passphrase-wrong"
  | "already-initialised"
  | "already-signed"
  | "ceiling-reached"
  | "kek-missing"
  | "fault";

/** Why the signer did not sign. `detail` goes to the requester. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly detail: string;

  constructor(code: RefusalCode, detail: string, options?: { cause?: unknown }) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }
}
