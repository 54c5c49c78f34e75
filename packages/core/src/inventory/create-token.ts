import { type Actor, actorLabel, assertMay } from "../actor.ts";
import { DomainError } from "../errors.ts";
import type { Records } from "../ports.ts";
import type { Random } from "../random.ts";
import { createTokenText, hashToken, tokenLifetimeSeconds } from "./token.ts";

/** Gives a device a new one-time token; older unused ones stop working, so that only one secret is ever about. */
export function createCreateToken({ records, random }: { records: Records; random: Random }) {
  return ({ actor, deviceId }: { actor: Actor; deviceId: string }) =>
    records.transaction(async (tx) => {
      const device = await tx.lockDevice(deviceId);
      assertMay(actor, "token.create", device?.siteId);
      if (!device) throw new DomainError("device-unknown", `There is no device ${deviceId}.`);
      if (device.state === "retired")
        throw new DomainError("device-retired", `${deviceId} is retired and cannot enrol again.`);
      if (device.state === "quarantined")
        throw new DomainError("device-quarantined", `${deviceId} is in quarantine. Release it first.`);
      const voided = await tx.voidOpenTokens(deviceId);
      const enrollmentToken = createTokenText(random);
      const id = random.uuid();
      const expiresAt = await tx.insertToken({
        id,
        deviceId,
        tokenHash: hashToken(enrollmentToken),
        createdBy: actorLabel(actor),
        lifetimeSeconds: tokenLifetimeSeconds,
      });
      await tx.appendAudit({
        actor,
        action: "token.create",
        targetKind: "device",
        targetId: deviceId,
        outcome: "done",
        detail: { tokenId: id, expiresAt: expiresAt.toISOString(), voided },
      });
      return { deviceId, enrollmentToken, expiresAt };
    });
}
