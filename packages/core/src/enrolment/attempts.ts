import { DomainError } from "../errors.ts";
import type { AttemptRecord, Records } from "../ports.ts";

/** Outages of ours and unasked first tries are not attempts of the device. */
const notBlamed: ReadonlySet<string> = new Set([
  "credential-missing",
  "client-certificate-missing",
  "signer-unavailable",
  "records-unavailable",
  "authority-sealed",
  "not-initialised",
  "busy",
]);

/** Records a refusal for the device's page and alerts; what the caller gets does not depend on it. */
export async function recordRefusal(
  records: Records,
  attempt: Omit<AttemptRecord, "outcome" | "reasonCode" | "detail" | "certificateId">,
  error: unknown,
): Promise<void> {
  if (!(error instanceof DomainError) || notBlamed.has(error.code)) return;
  await records
    .transaction((tx) =>
      tx.recordAttempt({
        ...attempt,
        outcome: "refused",
        reasonCode: error.code,
        detail: error.detail,
        certificateId: null,
      }),
    )
    .catch(() => undefined);
}
