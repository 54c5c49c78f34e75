import { type Actor, assertMay } from "../actor.ts";
import { DomainError } from "../errors.ts";
import type { Records } from "../ports.ts";
import { revokeLive } from "./revoke-live.ts";

/**
 * One act, because a thief needs only one open door: every live certificate is revoked (keyCompromise), unused tokens
 * are void, the device can neither enrol nor renew, and the next CRL is asked for at once.
 */
export function createReportStolen({ records }: { records: Records }) {
  return ({ actor, deviceId, note }: { actor: Actor; deviceId: string; note: string | null }) =>
    records.transaction(async (tx) => {
      const device = await tx.lockDevice(deviceId);
      assertMay(actor, "certificate.revoke", device?.siteId);
      if (!device) throw new DomainError("device-unknown", `There is no device ${deviceId}.`);
      const live = await tx.listLiveCertificates(deviceId);
      const tokensVoided = await tx.voidOpenTokens(deviceId);
      if (device.state === "active") await tx.setDeviceState(deviceId, "quarantined", "reported stolen");
      await revokeLive(tx, { actor, certificates: live, reason: "keyCompromise", note });
      await tx.appendAudit({
        actor,
        action: "device.report-stolen",
        targetKind: "device",
        targetId: deviceId,
        outcome: "done",
        detail: { revoked: live.length, tokensVoided, note },
      });
      return { deviceId, revoked: live.length, tokensVoided };
    });
}
