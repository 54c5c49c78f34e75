import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { equalBytes } from "@fieldseal/pki/hex";
import { sha256 } from "@fieldseal/pki/key-identifier";
import type { DistinguishedName } from "@fieldseal/pki/name";
import type { Profile } from "@fieldseal/pki/profile";

import type { Actor } from "../actor.ts";
import {
  answerRequest,
  type EnrolmentDeps,
  type EnrolResult,
  type Requester,
  withRefusalsRecorded,
} from "../enrolment/answer-request.ts";
import { type CheckedCsr, checkCsr, checkRequestedContent } from "../enrolment/check-csr.ts";
import {
  assertDeviceActive,
  assertKeyUsable,
  maxLiveCertificates,
  repeatWindowSeconds,
} from "../enrolment/device-rules.ts";
import { DomainError } from "../errors.ts";
import { type IssuanceDeps, type Reserved, reserveIssuance } from "../issuance/issue-certificate.ts";
import type { CertificateRecord, Records, Transaction } from "../ports.ts";

export type RenewInput = {
  /** Leaf of the client certificate of this connection (DER), whose key TLS has proven; null if none was sent. */
  clientCertificateDer: Uint8Array | null;
  csrDer: () => Uint8Array;
  label: string | null;
  sourceAddress: string | null;
};

type Holder = {
  certificate: CertificateRecord & { deviceId: string; der: Uint8Array };
  profile: Profile;
  profileVersion: number;
};

function assertHolds(certificate: CertificateRecord, now: Date): asserts certificate is Holder["certificate"] {
  if (certificate.purpose !== "device" || certificate.deviceId === null || certificate.der === null)
    throw new DomainError(
      "client-certificate-unknown",
      "This certificate does not belong to a device of this platform.",
    );
  if (certificate.state !== "issued")
    throw new DomainError(
      "client-certificate-revoked",
      "This certificate is revoked and cannot renew. Ask for a new enrolment token.",
    );
  if (certificate.notAfter <= now)
    throw new DomainError(
      "client-certificate-expired",
      "This certificate has expired and cannot renew. Ask for a new enrolment token.",
    );
}

/**
 * Who asks, from the records alone: the certificate is looked up by the SHA-256 of its bytes on every request, so a
 * kept connection or resumed session cannot outlive a revocation.
 */
async function identify(records: Records, input: RenewInput, requester: Requester): Promise<Holder> {
  const { clientCertificateDer } = input;
  if (!clientCertificateDer)
    throw new DomainError(
      "client-certificate-missing",
      "Renewal needs the device's current certificate in the TLS session.",
    );
  return records.transaction(async (tx) => {
    const certificate = await tx.findCertificateByDer(sha256(clientCertificateDer));
    if (!certificate)
      throw new DomainError(
        "client-certificate-unknown",
        "This certificate was not issued here. Renew with the one that this platform issued.",
      );
    requester.deviceId = certificate.deviceId;
    requester.presented = certificate.serialNumberHex;
    assertHolds(certificate, await tx.now());
    await tx.recordSeen(certificate.id, certificate.deviceId, input.sourceAddress);
    const device = await tx.findDevice(certificate.deviceId);
    if (device) assertDeviceActive(device);
    const found = await tx.findProfile(certificate.profileSlug);
    if (!device || !found)
      throw new DomainError("client-certificate-unknown", "This device is not registered any more.");
    if (!found.profile.extKeyUsage.includes("clientAuth"))
      throw new DomainError(
        "client-certificate-purpose",
        "This certificate is not for client authentication. Ask for a new enrolment token.",
      );
    if (input.label !== null && input.label !== certificate.profileSlug)
      throw new DomainError(
        "profile-mismatch",
        `This certificate renews with the profile ${certificate.profileSlug}, not ${input.label}.`,
      );
    return { certificate, profile: found.profile, profileVersion: found.version };
  });
}

const sameAttribute = (a: DistinguishedName[number] | undefined, b: DistinguishedName[number] | undefined) =>
  a?.type === b?.type && a?.value === b?.value;

/** RFC 7030 4.2.2: the subject of the request equals that of the certificate; its common name alone will do. */
function checkSameSubject(checked: CheckedCsr, certificateDer: Uint8Array): void {
  const { subject } = parseCertificate(certificateDer);
  const asked = checked.csr.subject;
  const equal = asked.length === subject.length && asked.every((attribute, i) => sameAttribute(attribute, subject[i]));
  const onlyCommonName =
    asked.length === 1 && asked[0]?.type === "CN" && subject.some((attribute) => sameAttribute(attribute, asked[0]));
  if (!equal && !onlyCommonName)
    throw new DomainError(
      "csr-names-differ",
      "The subject of the request differs from that of the certificate. Use the same subject.",
    );
}

async function decide(
  tx: Transaction,
  deps: IssuanceDeps,
  holder: Holder,
  checked: CheckedCsr,
  actor: Actor,
): Promise<{ known: CertificateRecord } | { reserved: Reserved }> {
  const device = await tx.lockDevice(holder.certificate.deviceId);
  const current = await tx.lockCertificate(holder.certificate.id);
  if (!device || !current)
    throw new DomainError("client-certificate-unknown", "This device is not registered any more.");
  assertDeviceActive(device);
  assertHolds(current, await tx.now());
  const known = await tx.findByCsr(device.id, checked.csrSha256, repeatWindowSeconds);
  if (known && (known.state === "issued" || known.state === "precommit") && known.id !== current.id) return { known };
  if (holder.profile.requireNewKeyOnRenewal && equalBytes(checked.spkiSha256, current.spkiSha256))
    throw new DomainError("key-reused", "The profile wants a new key at each renewal. Make a new key and request.");
  await assertKeyUsable(tx, checked.spkiSha256, device.id);
  if ((await tx.countLiveCertificates(device.id)) >= maxLiveCertificates)
    throw new DomainError(
      "too-many-certificates",
      `This device already holds ${maxLiveCertificates} live certificates. Use the newest one, or wait until an old one is retired.`,
    );
  const installation = await tx.findInstallation();
  const identity = { ...device, deviceId: device.id, organization: installation.organization };
  checkSameSubject(checked, current.der);
  checkRequestedContent(checked.csr, holder.profile, identity);
  const reserved = await reserveIssuance(tx, deps, {
    actor,
    purpose: "device",
    deviceId: device.id,
    installation,
    identity,
    profile: holder.profile,
    profileVersion: holder.profileVersion,
    checked,
    source: "est-renew",
    tokenId: null,
    authenticatedById: current.id,
  });
  return { reserved };
}

/** Same identity, new certificate (RFC 7030 4.2.2). The old one stays good for the grace period of the profile. */
export function createRenew(deps: EnrolmentDeps) {
  return (input: RenewInput): Promise<EnrolResult> => {
    const requester: Requester = {
      deviceId: null,
      operation: "renew",
      sourceAddress: input.sourceAddress,
      presented: null,
    };
    return withRefusalsRecorded(deps, requester, async () => {
      const holder = await identify(deps.records, input, requester);
      const { certificate } = holder;
      const checked = await checkCsr(input.csrDer(), holder.profile);
      return answerRequest(deps, {
        deviceId: certificate.deviceId,
        profile: holder.profile,
        requester,
        decide: (tx, actor) => decide(tx, deps, holder, checked, actor),
        recheck: async (tx) => {
          const current = await tx.lockCertificate(certificate.id);
          if (current) assertHolds(current, await tx.now());
        },
      });
    });
  };
}
