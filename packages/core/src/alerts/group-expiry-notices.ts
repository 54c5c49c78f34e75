import { isMailAddress } from "../mail-address.ts";
import { type AlertSite, type ExpiryCandidate, type ExpiryStage, expiryStages } from "./alert-records.ts";
import type { ExpiryDecision } from "./decide-expiry-notices.ts";

/** One mail for one site and one stage, however many certificates it is about (ux.md 4.1). */
export type ExpiryGroup = {
  site: AlertSite;
  stage: ExpiryStage;
  decisions: ExpiryDecision<ExpiryCandidate>[];
};

/** Why somebody gets the mail; the mail says so. */
export type Recipient = { address: string; because: "contact" | "device-owner" | "installation-owner" };

/** A group is one transaction, which has to stay short; a site that loses more at once gets a mail per so many. */
const groupLimit = 20_000;

/** Most urgent first, inside a group the certificate that ends first. */
export function groupExpiryNotices(
  decisions: readonly ExpiryDecision<ExpiryCandidate>[],
  sites: readonly AlertSite[],
): ExpiryGroup[] {
  const siteById = new Map(sites.map((site) => [site.id, site]));
  const bySiteAndStage = Map.groupBy(decisions, ({ certificate, stage }) => `${stage} ${certificate.siteId}`);
  const groups = [...bySiteAndStage.values()].flatMap((members) => {
    const first = members[0];
    if (!first) return [];
    const { siteId } = first.certificate;
    const site = siteById.get(siteId) ?? { id: siteId, name: siteId, timeZone: "UTC", contacts: [] };
    const sorted = members.toSorted(compareByEnd);
    return Array.from({ length: Math.ceil(sorted.length / groupLimit) }, (_, part) => ({
      site,
      stage: first.stage,
      decisions: sorted.slice(part * groupLimit, (part + 1) * groupLimit),
    }));
  });
  return groups.toSorted(
    (one, other) =>
      expiryStages.indexOf(other.stage) - expiryStages.indexOf(one.stage) || (one.site.id < other.site.id ? -1 : 1),
  );
}

function compareByEnd(one: ExpiryDecision, other: ExpiryDecision): number {
  const difference = one.certificate.notAfter.getTime() - other.certificate.notAfter.getTime();
  return difference || (one.certificate.deviceId < other.certificate.deviceId ? -1 : 1);
}

/** Site contacts and the owners of the listed devices; if there are none, the owners of the installation. */
export function decideRecipients(group: ExpiryGroup, installationOwners: readonly string[]): Recipient[] {
  const deviceOwners = group.decisions.flatMap(({ certificate }) => certificate.deviceOwner ?? []);
  const named = uniqueRecipients([
    ...group.site.contacts.map((address) => ({ address, because: "contact" as const })),
    ...deviceOwners.map((address) => ({ address, because: "device-owner" as const })),
  ]);
  if (named.length > 0) return named;
  return uniqueRecipients(installationOwners.map((address) => ({ address, because: "installation-owner" as const })));
}

function uniqueRecipients(recipients: readonly Recipient[]): Recipient[] {
  const byAddress = new Map<string, Recipient>();
  for (const { address, because } of recipients) {
    const trimmed = address.trim();
    if (isMailAddress(trimmed) && !byAddress.has(trimmed.toLowerCase()))
      byAddress.set(trimmed.toLowerCase(), { address: trimmed, because });
  }
  return [...byAddress.values()];
}
