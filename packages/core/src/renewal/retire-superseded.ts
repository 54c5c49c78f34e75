import { type Actor, actorLabel, assertMay } from "../actor.ts";
import type { Records } from "../ports.ts";

/** Revokes (superseded) what a renewal replaced once its grace period is over. Safe to repeat and to run twice at once. */
export function createRetireSuperseded({ records }: { records: Records }) {
  return async ({ actor, now, limit }: { actor: Actor; now: Date; limit: number }): Promise<{ retired: number }> => {
    assertMay(actor, "certificate.revoke");
    const due = await records.transaction((tx) => tx.listGraceEnded(now, limit));
    let retired = 0;
    for (const { id } of due) {
      retired += await records.transaction(async (tx) => {
        const certificate = await tx.lockCertificate(id);
        if (certificate?.state !== "issued" || !certificate.graceEndsAt || certificate.graceEndsAt > now) return 0;
        await tx.revokeCertificate({ id, reason: "superseded", by: actorLabel(actor), note: "grace period over" });
        await tx.notifyCrlNeeded(certificate.authorityId);
        await tx.appendAudit({
          actor,
          action: "certificate.revoke",
          targetKind: "certificate",
          targetId: certificate.serialNumberHex,
          outcome: "done",
          detail: { device: certificate.deviceId, reason: "superseded", successor: certificate.supersededById },
        });
        return 1;
      });
    }
    return { retired };
  };
}
