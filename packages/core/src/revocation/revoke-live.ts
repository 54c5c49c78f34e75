import type { CrlReason } from "@fieldseal/pki/crl/reason";

import { type Actor, actorLabel } from "../actor.ts";
import type { CertificateRecord, Transaction } from "../ports.ts";

/**
 * Revokes several certificates of one device, then writes their audit rows: the lock of the audit chain comes after
 * all row locks, so that two such transactions cannot wait for each other.
 */
export async function revokeLive(
  tx: Transaction,
  input: { actor: Actor; certificates: readonly CertificateRecord[]; reason: CrlReason; note: string | null },
): Promise<void> {
  const note = input.note?.slice(0, 500) ?? null;
  for (const { id, authorityId } of input.certificates) {
    await tx.revokeCertificate({ id, reason: input.reason, by: actorLabel(input.actor), note });
    await tx.notifyCrlNeeded(authorityId);
  }
  for (const certificate of input.certificates)
    await tx.appendAudit({
      actor: input.actor,
      action: "certificate.revoke",
      targetKind: "certificate",
      targetId: certificate.serialNumberHex,
      outcome: "done",
      detail: { device: certificate.deviceId, reason: input.reason, note },
    });
}
