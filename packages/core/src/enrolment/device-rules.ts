import type { Profile } from "@fieldseal/pki/profile";

import { DomainError } from "../errors.ts";
import type { DeviceRecord, Transaction } from "../ports.ts";

/** The same request within this time is a repeat, not a second request. */
export const repeatWindowSeconds = 24 * 3600;

/** Live certificates that one device may hold: the one in use, its successor, and one that got lost on the way. */
export const maxLiveCertificates = 3;

/** @throws DomainError `device-quarantined`, `device-retired` */
export function assertDeviceActive(device: DeviceRecord): void {
  if (device.state === "quarantined")
    throw new DomainError("device-quarantined", "This device is in quarantine. An operator must release it first.");
  if (device.state === "retired")
    throw new DomainError("device-retired", "This device is retired and gets no more certificates.");
}

/** A key belongs to one device for ever, and never to a blocked list. The text does not say whose key it is. */
export async function assertKeyUsable(tx: Transaction, spkiSha256: Uint8Array, deviceId: string): Promise<void> {
  const block = await tx.findKeyBlock(spkiSha256);
  if (block)
    throw new DomainError("key-forbidden", `This key must not be used: ${block}. Make a new key on the device.`);
  if (!(await tx.claimDeviceKey(spkiSha256, deviceId)))
    throw new DomainError("key-in-use", "This key cannot be used here. Make a new key on the device itself.");
}

/** Starts the grace period of every live certificate that the new one replaces. */
export async function supersedeOthers(
  tx: Transaction,
  deviceId: string,
  successorId: string,
  profile: Profile,
): Promise<void> {
  for (const { id, supersededById } of await tx.listLiveCertificates(deviceId))
    if (id !== successorId && supersededById === null)
      await tx.supersedeCertificate({ id, successorId, gracePeriodSeconds: profile.gracePeriodDays * 86_400 });
}
