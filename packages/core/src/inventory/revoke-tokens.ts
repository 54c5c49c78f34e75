import { type Actor, assertMay } from "../actor.ts";
import { DomainError } from "../errors.ts";
import type { Records } from "../ports.ts";

/** Makes every unused enrolment token of a device void. */
export function createRevokeTokens({ records }: { records: Records }) {
  return ({ actor, deviceId }: { actor: Actor; deviceId: string }) =>
    records.transaction(async (tx) => {
      const device = await tx.lockDevice(deviceId);
      assertMay(actor, "token.create", device?.siteId);
      if (!device) throw new DomainError("device-unknown", `There is no device ${deviceId}.`);
      const voided = await tx.voidOpenTokens(deviceId);
      if (voided === 0) throw new DomainError("token-not-open", `${deviceId} has no unused enrolment token.`);
      await tx.appendAudit({
        actor,
        action: "token.void",
        targetKind: "device",
        targetId: deviceId,
        outcome: "done",
        detail: { voided },
      });
      return { deviceId, voided };
    });
}
