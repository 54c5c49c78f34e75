import { type Actor, assertMay } from "../actor.ts";
import { DomainError } from "../errors.ts";
import type { DeviceState, Records } from "../ports.ts";
import { revokeLive } from "../revocation/revoke-live.ts";

const words: Record<DeviceState, string> = { active: "active", quarantined: "in quarantine", retired: "retired" };
const actions: Record<DeviceState, string> = {
  active: "device.release",
  quarantined: "device.quarantine",
  retired: "device.retire",
};

/**
 * Quarantine blocks enrolment and renewal and can be undone; retiring revokes what is live, voids tokens and is final.
 */
export function createChangeDeviceState({ records }: { records: Records }) {
  return ({ actor, deviceId, to, reason }: { actor: Actor; deviceId: string; to: DeviceState; reason: string }) =>
    records.transaction(async (tx) => {
      const device = await tx.lockDevice(deviceId);
      assertMay(actor, to === "retired" ? "certificate.revoke" : "device.quarantine", device?.siteId);
      if (!device) throw new DomainError("device-unknown", `There is no device ${deviceId}.`);
      if (device.state === to)
        throw new DomainError("device-state-unchanged", `${deviceId} is already ${words[to]}. Nothing was changed.`);
      if (device.state === "retired")
        throw new DomainError("device-retired", `${deviceId} is retired; that is final. Register the hardware anew.`);
      await tx.setDeviceState(deviceId, to, reason.slice(0, 500));
      const voided = to === "active" ? 0 : await tx.voidOpenTokens(deviceId);
      const live = to === "retired" ? await tx.listLiveCertificates(deviceId) : [];
      await revokeLive(tx, { actor, certificates: live, reason: "cessationOfOperation", note: reason });
      await tx.appendAudit({
        actor,
        action: actions[to],
        targetKind: "device",
        targetId: deviceId,
        outcome: "done",
        detail: { reason: reason.slice(0, 500), revoked: live.length, voided },
      });
      return { deviceId, state: to, revoked: live.length, voided };
    });
}
