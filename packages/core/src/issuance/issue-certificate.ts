import { pointersOf } from "@fieldseal/pki/certificate/addresses";
import { checkIssued } from "@fieldseal/pki/certificate/check-issued";
import { decideNames, type Identity } from "@fieldseal/pki/certificate/names";
import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { buildTbsCertificate } from "@fieldseal/pki/certificate/template";
import { decideValidity } from "@fieldseal/pki/certificate/validity";
import { sha256 } from "@fieldseal/pki/key-identifier";
import { lintCertificate } from "@fieldseal/pki/lint/index";
import { formatName } from "@fieldseal/pki/name";
import type { Profile } from "@fieldseal/pki/profile";
import { formatSerialNumber, createSerialNumber } from "@fieldseal/pki/serial-number";
import { formatGeneralName } from "@fieldseal/pki/subject-alt-name";

import type { Actor } from "../actor.ts";
import type { CheckedCsr } from "../enrolment/check-csr.ts";
import { DomainError } from "../errors.ts";
import type {
  AuthorityRecord,
  Installation,
  LintSigner,
  Records,
  Reservation,
  SignerPort,
  Transaction,
} from "../ports.ts";
import type { Random } from "../random.ts";
import { abandonReservation } from "./sweep-reservations.ts";

export type IssueRequest = {
  actor: Actor;
  purpose: "device" | "service";
  deviceId: string | null;
  installation: Installation;
  identity: Identity;
  profile: Profile;
  profileVersion: number;
  checked: CheckedCsr;
  source: Reservation["source"];
  tokenId: string | null;
  authenticatedById: string | null;
};

export type Reserved = { reservation: Reservation; issuer: AuthorityRecord };

export type IssuanceDeps = { records: Records; signer: SignerPort; lintSigner: LintSigner; random: Random };

/** The last day of an authority is not for new certificates: they would be born nearly dead. */
const minimumLifetimeMs = 24 * 3_600_000;

/**
 * First half, inside the caller's transaction (tx1 of architecture.md): chooses the serial number, builds and lints
 * exactly the bytes that will be signed, and records them. From its commit on the serial number counts as existing.
 */
export async function reserveIssuance(tx: Transaction, deps: IssuanceDeps, request: IssueRequest): Promise<Reserved> {
  const issuer = await tx.findIssuingAuthority();
  if (!issuer) throw new DomainError("not-initialised", "The platform has no issuing authority yet.");
  const now = await tx.now();
  const { profile, checked, installation } = request;
  const { subject, subjectAltNames } = decideNames(profile, request.identity);
  const validity = decideValidity({ profile, issuerNotBefore: issuer.notBefore, issuerNotAfter: issuer.notAfter, now });
  if (validity.notAfter.getTime() - now.getTime() < minimumLifetimeMs)
    throw new DomainError("authority-expiring", `${issuer.name} ends too soon to issue. It must be replaced.`);
  const serialNumber = createSerialNumber(installation.serialPrefix, deps.random.bytes(16));
  const issuerCertificate = parseCertificate(issuer.certificateDer);
  const tbsDer = buildTbsCertificate({
    profile,
    keyAlgorithm: checked.keyAlgorithm,
    issuer: {
      subjectDer: issuerCertificate.subjectDer,
      subjectKeyIdentifier: issuer.subjectKeyIdentifier,
      algorithm: issuer.keyAlgorithm,
    },
    serialNumber,
    subject,
    subjectAltNames,
    spkiDer: checked.csr.spkiDer,
    ...validity,
    ...pointersOf(profile, installation.publicUrl, issuer.id),
  });
  const lint = lintCertificate(deps.lintSigner.signLintCopy(tbsDer, issuer), { issuer: issuerCertificate });
  const worst = lint.find(({ severity }) => severity === "error");
  if (worst) throw new DomainError("lint-failed", `The certificate would break ${worst.clause}: ${worst.message}`);
  const reservation: Reservation = {
    id: deps.random.uuid(),
    authorityId: issuer.id,
    serialNumber,
    purpose: request.purpose,
    deviceId: request.deviceId,
    profileSlug: profile.slug,
    profileVersion: request.profileVersion,
    source: request.source,
    subject: formatName(subject),
    commonName: subject.find(({ type }) => type === "CN")?.value ?? "",
    subjectAltNames: subjectAltNames.map(formatGeneralName),
    keyAlgorithm: checked.keyAlgorithm,
    spkiSha256: checked.spkiSha256,
    csrDer: checked.csr.der,
    csrSha256: checked.csrSha256,
    tbsDer,
    tbsSha256: sha256(tbsDer),
    lint,
    ...validity,
    tokenId: request.tokenId,
    authenticatedById: request.authenticatedById,
  };
  await tx.reserveCertificate(reservation);
  return { reservation, issuer };
}

/** The audit row of the reservation; the last statement of tx1. */
export function auditReservation(tx: Transaction, actor: Actor, { reservation }: Reserved): Promise<void> {
  return tx.appendAudit({
    actor,
    action: "certificate.reserve",
    targetKind: "certificate",
    targetId: formatSerialNumber(reservation.serialNumber),
    outcome: "done",
    detail: { device: reservation.deviceId, profile: reservation.profileSlug, source: reservation.source },
  });
}

/**
 * Second half: signs, proves that what came back is what was reserved, and records it (tx2). `recheck` runs inside tx2
 * under the locks that it takes and throws if the requester lost its right meanwhile. Whatever goes wrong after the
 * reservation, the serial number is given up and will be listed as revoked.
 */
export async function finishIssuance(
  deps: IssuanceDeps,
  actor: Actor,
  reserved: Reserved,
  recheck: (tx: Transaction) => Promise<void>,
): Promise<{ certificateId: string; certificateDer: Uint8Array }> {
  const { reservation, issuer } = reserved;
  try {
    const certificateDer = await deps.signer.signCertificate(reservation.id);
    await checkIssued({ der: certificateDer, tbsDer: reservation.tbsDer, issuerCertificateDer: issuer.certificateDer });
    await deps.records.transaction(async (tx) => {
      await recheck(tx);
      await tx.recordIssued(reservation.id, certificateDer);
      await tx.appendAudit({
        actor,
        action: "certificate.issue",
        targetKind: "certificate",
        targetId: formatSerialNumber(reservation.serialNumber),
        outcome: "done",
        detail: {
          device: reservation.deviceId,
          profile: reservation.profileSlug,
          source: reservation.source,
          notAfter: reservation.notAfter.toISOString(),
        },
      });
    });
    return { certificateId: reservation.id, certificateDer };
  } catch (error) {
    const why = error instanceof DomainError ? error.code : "fault";
    // If this fails too the sweep does it: the records are probably out of reach.
    await deps.records.transaction((tx) => abandonReservation(tx, actor, reservation.id, why)).catch(() => undefined);
    throw error;
  }
}
