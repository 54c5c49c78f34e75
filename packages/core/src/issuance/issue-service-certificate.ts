import { serviceIdentityOf } from "@fieldseal/pki/certificate/service-identity";

import type { Actor } from "../actor.ts";
import { checkCsr } from "../enrolment/check-csr.ts";
import { DomainError } from "../errors.ts";
import { auditReservation, finishIssuance, type IssuanceDeps, reserveIssuance } from "./issue-certificate.ts";

export type ServiceProfile = "est-server" | "ocsp-responder";

/** Certificate for one of the platform's own servers, by its own CSR; names come from the installation's record. */
export function createIssueServiceCertificate(deps: IssuanceDeps) {
  return async ({
    actor,
    profileSlug,
    csrDer,
  }: {
    actor: Actor & { kind: "system" };
    profileSlug: ServiceProfile;
    csrDer: Uint8Array;
  }) => {
    const found = await deps.records.transaction((tx) => tx.findProfile(profileSlug));
    if (!found) throw new DomainError("not-initialised", "The platform is not set up yet.");
    const checked = await checkCsr(csrDer, found.profile);
    const reserved = await deps.records.transaction(async (tx) => {
      const installation = await tx.findInstallation();
      const reservation = await reserveIssuance(tx, deps, {
        actor,
        purpose: "service",
        deviceId: null,
        installation,
        identity: serviceIdentityOf(installation.hostName, installation.organization),
        profile: found.profile,
        profileVersion: found.version,
        checked,
        source: "service",
        tokenId: null,
        authenticatedById: null,
      });
      await auditReservation(tx, actor, reservation);
      return reservation;
    });
    return finishIssuance(deps, actor, reserved, () => Promise.resolve());
  };
}
