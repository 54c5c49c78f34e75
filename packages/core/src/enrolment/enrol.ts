import type { Profile } from "@fieldseal/pki/profile";

import type { Actor } from "../actor.ts";
import { DomainError } from "../errors.ts";
import { hashToken } from "../inventory/token.ts";
import { type IssuanceDeps, type Reserved, reserveIssuance } from "../issuance/issue-certificate.ts";
import type { CertificateRecord, DeviceRecord, Records, TokenRecord, Transaction } from "../ports.ts";
import {
  answerRequest,
  type EnrolmentDeps,
  type EnrolResult,
  type Requester,
  withRefusalsRecorded,
} from "./answer-request.ts";
import { type CheckedCsr, checkCsr, checkRequestedContent } from "./check-csr.ts";
import { assertDeviceActive, assertKeyUsable, repeatWindowSeconds } from "./device-rules.ts";

export type { EnrolResult };

export type EnrolInput = {
  credential: { userName: string; password: string } | null;
  csrDer: () => Uint8Array;
  /** Slug of the enrolment profile in the address, or null for the device's own. */
  label: string | null;
  sourceAddress: string | null;
};

type Principal = { device: DeviceRecord; token: TokenRecord; profile: Profile; profileVersion: number };

/** One text for every wrong credential: nobody learns whether a device exists. */
const wrongCredential = () =>
  new DomainError(
    "credential-invalid",
    "The enrolment token is wrong, used, expired or belongs to another device. Ask for a new one.",
  );

/** @throws DomainError `credential-missing`, `credential-invalid`, `profile-mismatch` */
async function authenticate(records: Records, input: EnrolInput): Promise<Principal> {
  const { credential } = input;
  if (!credential)
    throw new DomainError("credential-missing", "Send the device id and its enrolment token (HTTP Basic).");
  return records.transaction(async (tx) => {
    const token = await tx.findTokenByHash(hashToken(credential.password));
    if (!token || token.state === "voided" || (credential.userName !== "" && credential.userName !== token.deviceId))
      throw wrongCredential();
    const device = await tx.findDevice(token.deviceId);
    const found = device && (await tx.findProfile(device.profileSlug));
    if (!device || !found) throw wrongCredential();
    if (token.state === "open" && token.expiresAt <= (await tx.now())) throw wrongCredential();
    if (input.label !== null && input.label !== device.profileSlug)
      throw new DomainError(
        "profile-mismatch",
        `This device enrols with the profile ${device.profileSlug}, not ${input.label}.`,
      );
    return { device, token, profile: found.profile, profileVersion: found.version };
  });
}

/** Under the device lock: the certificate that this very request already has, or a new reservation. */
async function decide(
  tx: Transaction,
  deps: IssuanceDeps,
  principal: Principal,
  checked: CheckedCsr,
  actor: Actor,
): Promise<{ known: CertificateRecord } | { reserved: Reserved }> {
  const device = await tx.lockDevice(principal.device.id);
  if (!device) throw wrongCredential();
  assertDeviceActive(device);
  const token = await tx.lockToken(principal.token.id);
  const known = await tx.findByCsr(device.id, checked.csrSha256, repeatWindowSeconds);
  if (known?.state === "revoked")
    throw new DomainError(
      "client-certificate-revoked",
      "The certificate of this request was revoked. Make a new key and request.",
    );
  if (known && (token?.state === "open" || known.id === token?.claimedBy)) return { known };
  if (token?.state !== "open" || token.expiresAt <= (await tx.now())) throw wrongCredential();
  await assertKeyUsable(tx, checked.spkiSha256, device.id);
  const installation = await tx.findInstallation();
  const identity = { ...device, deviceId: device.id, organization: installation.organization };
  checkRequestedContent(checked.csr, principal.profile, identity);
  const reserved = await reserveIssuance(tx, deps, {
    actor,
    purpose: "device",
    deviceId: device.id,
    installation,
    identity,
    profile: principal.profile,
    profileVersion: principal.profileVersion,
    checked,
    source: "est-enrol",
    tokenId: token.id,
    authenticatedById: null,
  });
  await tx.claimToken(token.id, reserved.reservation.id);
  return { reserved };
}

/**
 * First certificate of a device, by its one-time token. The token is used up only by a certificate that was issued;
 * the same request sent again within 24 h gets the same bytes.
 */
export function createEnrol(deps: EnrolmentDeps) {
  return (input: EnrolInput): Promise<EnrolResult> => {
    const requester: Requester = {
      deviceId: null,
      operation: "enrol",
      sourceAddress: input.sourceAddress,
      presented: input.credential?.userName.slice(0, 64) ?? null,
    };
    return withRefusalsRecorded(deps, requester, async () => {
      const principal = await authenticate(deps.records, input);
      requester.deviceId = principal.device.id;
      const checked = await checkCsr(input.csrDer(), principal.profile);
      return answerRequest(deps, {
        deviceId: principal.device.id,
        profile: principal.profile,
        requester,
        decide: (tx, actor) => decide(tx, deps, principal, checked, actor),
        recheck: (tx) => tx.redeemToken(principal.token.id),
      });
    });
  };
}
