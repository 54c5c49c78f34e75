import { DomainError } from "@fieldseal/core/errors";

/** Classes of SQLSTATE that mean "the database cannot serve now", not "this request is wrong". */
const unavailableClasses = new Set(["08", "53", "57", "58"]);
const socketCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EAI_AGAIN",
  "ENOTFOUND",
]);
/** Lock timeout, deadlock, serialisation: the same request may well succeed a moment later. */
const retryCodes = new Set(["55P03", "40P01", "40001"]);

/** Errors of the database as errors of the domain; what is already one, or a fault of ours, passes unchanged. */
export function mapError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DomainError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // Two at once wanted the same name: the second learns what it would have learnt a moment later.
  if (code === "23505") {
    const constraint = "constraint" in error ? error.constraint : "";
    if (constraint === "device_pkey")
      return new DomainError("device-exists", "A device with this id was registered at the same moment.", {
        cause: error,
      });
    if (constraint === "site_pkey" || constraint === "site_name_key")
      return new DomainError("busy", "This site was made at the same moment. Try again.", { cause: error });
  }
  if (retryCodes.has(code))
    return new DomainError("busy", "Many requests at once. Try again in a few seconds.", { cause: error });
  const noAnswer = /timeout exceeded when trying to connect|Connection terminated|Query read timeout/i.test(
    error.message,
  );
  if (noAnswer || socketCodes.has(code) || (/^[0-9A-Z]{5}$/.test(code) && unavailableClasses.has(code.slice(0, 2))))
    return new DomainError("records-unavailable", "The database does not answer. Try again in a minute.", {
      cause: error,
    });
  return error;
}
