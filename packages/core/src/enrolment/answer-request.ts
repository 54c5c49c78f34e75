import type { Profile } from "@fieldseal/pki/profile";

import type { Actor } from "../actor.ts";
import { DomainError } from "../errors.ts";
import { auditReservation, finishIssuance, type IssuanceDeps, type Reserved } from "../issuance/issue-certificate.ts";
import { abandonReservation } from "../issuance/sweep-reservations.ts";
import type { AttemptRecord, CertificateRecord, Transaction } from "../ports.ts";
import { recordRefusal } from "./attempts.ts";
import { awaitIssued } from "./await-issued.ts";
import { assertDeviceActive, supersedeOthers } from "./device-rules.ts";

export type EnrolResult = { certificateId: string; certificateDer: Uint8Array; repeated: boolean };

export type EnrolmentDeps = IssuanceDeps & { wait: (ms: number) => Promise<void> };

/** What is known of the requester so far; filled in as it becomes known, so that a refusal can be told of the device. */
export type Requester = Pick<AttemptRecord, "deviceId" | "operation" | "sourceAddress" | "presented">;

/** Records a refusal with whatever was learnt about the requester before it. */
export async function withRefusalsRecorded<T>(
  deps: EnrolmentDeps,
  requester: Requester,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await recordRefusal(deps.records, requester, error);
    throw error;
  }
}

type Decide = (tx: Transaction, actor: Actor) => Promise<{ known: CertificateRecord } | { reserved: Reserved }>;

const rounds = 3;

/**
 * A new reservation, or the certificate that this very request already has. A reservation whose process does not come
 * back is given up here and now: it can no longer be recorded, so the device need not wait for the sweep.
 */
async function decideOrRepeat(
  deps: EnrolmentDeps,
  actor: Actor,
  decide: Decide,
): Promise<{ reserved: Reserved } | EnrolResult> {
  for (let round = 0; round < rounds; round++) {
    const decision = await deps.records.transaction(async (tx) => {
      const made = await decide(tx, actor);
      if ("reserved" in made) await auditReservation(tx, actor, made.reserved);
      return made;
    });
    if ("reserved" in decision) return decision;
    const { known } = decision;
    const issued = await awaitIssued(deps, known);
    if (issued) return { ...issued, repeated: true };
    await deps.records.transaction((tx) => abandonReservation(tx, actor, known.id, "not finished, asked for again"));
  }
  throw new DomainError("busy", "This request is still being answered. Send the same request again in a few seconds.");
}

/**
 * From a checked request to a certificate: decide under the device lock whether this very request was answered before,
 * else reserve (tx1), sign, and record (tx2) after asking again whether the device and what it showed are still good.
 */
export async function answerRequest(
  deps: EnrolmentDeps,
  input: {
    deviceId: string;
    profile: Profile;
    requester: Requester;
    decide: Decide;
    recheck: (tx: Transaction) => Promise<void>;
  },
): Promise<EnrolResult> {
  const { deviceId, requester } = input;
  const actor: Actor = { kind: "device", id: deviceId, sourceAddress: requester.sourceAddress };
  const decision = await decideOrRepeat(deps, actor, input.decide);
  if ("repeated" in decision) return decision;
  const certificateId = decision.reserved.reservation.id;
  const issued = await finishIssuance(deps, actor, decision.reserved, async (tx) => {
    const device = await tx.lockDevice(deviceId);
    if (!device) throw new DomainError("client-certificate-unknown", "This device is not registered any more.");
    assertDeviceActive(device);
    if ((await tx.lockCertificate(certificateId))?.state !== "precommit")
      throw new DomainError("busy", "This took too long and was given up. Send the same request again.");
    await input.recheck(tx);
    await supersedeOthers(tx, deviceId, certificateId, input.profile);
    await tx.recordAttempt({ ...requester, outcome: "issued", reasonCode: null, detail: null, certificateId });
  });
  return { ...issued, repeated: false };
}
