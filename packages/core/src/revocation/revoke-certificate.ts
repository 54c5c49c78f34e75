import { type CrlReason, crlReasons } from "@fieldseal/pki/crl/reason";
import { parseSerialNumber } from "@fieldseal/pki/serial-number";

import { type Actor, actorLabel, assertMay } from "../actor.ts";
import { DomainError } from "../errors.ts";
import type { CertificateRecord, Records, Transaction } from "../ports.ts";

export type RevokeInput = {
  actor: Actor;
  reason: CrlReason;
  note: string | null;
} & ({ certificateId: string } | { serialNumberHex: string });

async function findTarget(tx: Transaction, input: RevokeInput): Promise<CertificateRecord> {
  if ("certificateId" in input) {
    const found = await tx.findCertificate(input.certificateId);
    if (!found) throw new DomainError("certificate-unknown", `There is no certificate ${input.certificateId}.`);
    return found;
  }
  let serialNumber: Uint8Array;
  try {
    serialNumber = parseSerialNumber(input.serialNumberHex);
  } catch (cause) {
    throw new DomainError("certificate-unknown", "A serial number is written in hexadecimal, with or without colons.", {
      cause,
    });
  }
  const [found, ...others] = await tx.listCertificatesBySerial(serialNumber);
  if (!found)
    throw new DomainError(
      "certificate-unknown",
      `There is no certificate with the serial number ${input.serialNumberHex}.`,
    );
  if (others.length > 0)
    throw new DomainError(
      "certificate-ambiguous",
      "Several authorities used this serial number. Revoke by certificate id.",
    );
  return found;
}

/** Suspension needs a way back (removeFromCRL), which profiles switch on; the others of RFC 5280 5.3.1 are final. */
function checkReason(reason: CrlReason): void {
  if (!Object.hasOwn(crlReasons, reason) || reason === "certificateHold")
    throw new DomainError(
      "reason-invalid",
      `The reason is one of ${Object.keys(crlReasons)
        .filter((name) => name !== "certificateHold")
        .join(", ")}.`,
    );
}

/** Revokes one certificate for good and wakes the worker, which publishes the next CRL at once. */
export function createRevokeCertificate({ records }: { records: Records }) {
  return (input: RevokeInput) =>
    records.transaction(async (tx) => {
      checkReason(input.reason);
      const target = await findTarget(tx, input);
      const device = target.deviceId ? await tx.lockDevice(target.deviceId) : null;
      assertMay(input.actor, device ? "certificate.revoke" : "authority.manage", device?.siteId);
      if (target.purpose === "authority")
        throw new DomainError(
          "authority-not-revocable",
          `${target.commonName} is an authority: everything under it would stop. Replacing one is a rollover, which is not offered yet. Nothing was changed.`,
        );
      const certificate = await tx.lockCertificate(target.id);
      if (!certificate || certificate.state === "precommit")
        throw new DomainError("certificate-unknown", "This certificate is still being made. Try again in a minute.");
      if (certificate.state !== "issued")
        throw new DomainError(
          "already-revoked",
          `${certificate.serialNumberHex} was already revoked at ${certificate.revokedAt?.toISOString() ?? "an unknown time"}. Nothing was changed.`,
        );
      const note = input.note?.slice(0, 500) ?? null;
      const revokedAt = await tx.revokeCertificate({
        id: certificate.id,
        reason: input.reason,
        by: actorLabel(input.actor),
        note,
      });
      await tx.notifyCrlNeeded(certificate.authorityId);
      await tx.appendAudit({
        actor: input.actor,
        action: "certificate.revoke",
        targetKind: "certificate",
        targetId: certificate.serialNumberHex,
        outcome: "done",
        detail: { device: certificate.deviceId, reason: input.reason, note },
      });
      return {
        certificateId: certificate.id,
        serialNumberHex: certificate.serialNumberHex,
        deviceId: certificate.deviceId,
        authorityId: certificate.authorityId,
        revokedAt,
      };
    });
}
