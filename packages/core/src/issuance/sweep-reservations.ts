import { type Actor, assertMay } from "../actor.ts";
import type { Records, Transaction } from "../ports.ts";

/** A reservation older than this is never signed again. */
export const reservationLifetimeSeconds = 300;
const batch = 500;

/**
 * Gives up a reserved serial number: it is listed as revoked, signed or not, because a signature may exist that nobody
 * recorded. A token that it had claimed works again.
 */
export async function abandonReservation(tx: Transaction, actor: Actor, id: string, why: string): Promise<boolean> {
  const deviceId = (await tx.findCertificate(id))?.deviceId ?? null;
  if (deviceId !== null) await tx.lockDevice(deviceId); // the device before its certificate, as everywhere
  const certificate = await tx.lockCertificate(id);
  if (certificate?.state !== "precommit") return false;
  await tx.orphanCertificate(id);
  await tx.notifyCrlNeeded(certificate.authorityId);
  await tx.appendAudit({
    actor,
    action: "certificate.orphan",
    targetKind: "certificate",
    targetId: certificate.serialNumberHex,
    outcome: "failed",
    detail: { device: certificate.deviceId, why },
  });
  return true;
}

/** Finds reservations that a crash left behind and abandons them. */
export function createSweepReservations({ records }: { records: Records }) {
  return async ({ actor }: { actor: Actor; now: Date }): Promise<{ orphaned: number }> => {
    assertMay(actor, "certificate.revoke");
    const stale = await records.transaction((tx) => tx.listStaleReservations(reservationLifetimeSeconds, batch));
    let orphaned = 0;
    for (const { id } of stale)
      if (await records.transaction((tx) => abandonReservation(tx, actor, id, "never finished"))) orphaned += 1;
    return { orphaned };
  };
}
