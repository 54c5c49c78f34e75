import { decideNames, isValidDeviceId } from "@fieldseal/pki/certificate/names";
import { isValidDnsName } from "@fieldseal/pki/dns-name";
import { PkiError } from "@fieldseal/pki/error";
import { parseIpAddress } from "@fieldseal/pki/ip-address";
import { assertSafeText } from "@fieldseal/pki/name";
import type { Profile } from "@fieldseal/pki/profile";
import { isValidUri } from "@fieldseal/pki/subject-alt-name";

import { type Actor, assertMay } from "../actor.ts";
import { actorLabel } from "../actor.ts";
import { DomainError } from "../errors.ts";
import { isMailAddress } from "../mail-address.ts";
import type { NewDevice, Records, Transaction } from "../ports.ts";
import type { Random } from "../random.ts";
import { createTokenText, hashToken, tokenLifetimeSeconds } from "./token.ts";

export type AddDeviceInput = {
  actor: Actor;
  /** CN of the certificates, EST user name and MQTT client name; never changes. */
  deviceId: string;
  /** Name or slug; a new name makes a new site. */
  siteName: string;
  profileSlug?: string;
  description?: string | null;
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
  applicationUri?: string | null;
  owner?: string | null;
};

/** Slug for addresses: "Plant Nord" -> "plant-nord". */
export function siteIdOf(name: string): string {
  const ascii = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll("ß", "ss").toLowerCase();
  return ascii
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 40);
}

function checkText(
  value: string,
  what: string,
  maxLength: number,
  code: "site-invalid" | "device-fields-invalid",
): string {
  const text = value.trim();
  if (text.length === 0 || text.length > maxLength)
    throw new DomainError(code, `Give a ${what} of 1 to ${maxLength} characters.`);
  try {
    assertSafeText(text, what);
  } catch (cause) {
    throw new DomainError(code, `The ${what} contains control or hidden characters.`, { cause });
  }
  return text;
}

async function findOrAddSite(tx: Transaction, actor: Actor, siteName: string): Promise<string> {
  const name = checkText(siteName, "site name", 80, "site-invalid");
  const known = await tx.findSite(name);
  if (known) return known.id;
  const id = siteIdOf(name);
  if (!id) throw new DomainError("site-invalid", "The site name needs at least one letter or digit.");
  const taken = await tx.findSite(id);
  if (taken)
    throw new DomainError(
      "site-invalid",
      `The site “${taken.name}” already has the address ${id}. Use its exact name.`,
    );
  assertMay(actor, "device.manage", id);
  await tx.insertSite({ id, name });
  return id;
}

const maxNames = 50;

/** What is stored is bounded and well-formed even where the profile does not print it. */
function checkFields({ dnsNames, ipAddresses, applicationUri, owner }: NewDevice): void {
  const refuse = (detail: string): never => {
    throw new DomainError("device-fields-invalid", detail);
  };
  if (dnsNames.length > maxNames || ipAddresses.length > maxNames)
    refuse(`A device has at most ${maxNames} names of a kind.`);
  if (!dnsNames.every(isValidDnsName))
    refuse("A DNS name is not well-formed. Write host names such as broker-1.plant.internal.");
  if (ipAddresses.some((address) => parseIpAddress(address) === null)) refuse("An IP address is not well-formed.");
  if (applicationUri !== null && !isValidUri(applicationUri))
    refuse("The ApplicationUri is not a URI, such as urn:plant:line-4:server.");
  if (owner !== null && !isMailAddress(owner)) refuse("The owner is not an e-mail address like name@host.");
}

/** Certificates for this device must be possible: better told now than when the device asks. */
function checkNames(profile: Profile, device: NewDevice, organization: string | null): void {
  try {
    decideNames(profile, { ...device, deviceId: device.id, organization });
  } catch (cause) {
    if (cause instanceof PkiError) throw new DomainError("device-fields-invalid", cause.detail, { cause });
    throw cause;
  }
}

/** Registers a device and gives it a one-time enrolment token, which is in the answer and nowhere else. */
export function createAddDevice({ records, random }: { records: Records; random: Random }) {
  return (input: AddDeviceInput) =>
    records.transaction(async (tx) => {
      const { actor } = input;
      assertMay(actor, "device.manage");
      if (!isValidDeviceId(input.deviceId))
        throw new DomainError(
          "device-id-invalid",
          "A device id has 1 to 64 letters, digits, dots, colons, underscores or hyphens, and begins and ends with a letter or digit.",
        );
      const installation = await tx.findInstallation();
      if (installation.setupState !== "complete")
        throw new DomainError("not-initialised", "Set the platform up first: open /setup or run `npx fieldseal init`.");
      const profileSlug = input.profileSlug ?? "device";
      const found = await tx.findProfile(profileSlug);
      if (!found || found.profile.purpose !== "device")
        throw new DomainError("profile-unknown", `There is no device profile “${profileSlug}”.`);
      if (await tx.findDevice(input.deviceId))
        throw new DomainError("device-exists", `A device ${input.deviceId} is already registered.`);
      const siteId = await findOrAddSite(tx, actor, input.siteName);
      assertMay(actor, "device.manage", siteId);
      const description = input.description?.trim();
      const device: NewDevice = {
        id: input.deviceId,
        siteId,
        profileSlug,
        description: description ? checkText(description, "description", 200, "device-fields-invalid") : null,
        dnsNames: input.dnsNames ?? [],
        ipAddresses: input.ipAddresses ?? [],
        applicationUri: input.applicationUri ?? null,
        owner: input.owner ?? null,
        createdBy: actorLabel(actor),
      };
      checkFields(device);
      checkNames(found.profile, device, installation.organization);
      await tx.insertDevice(device);
      const enrollmentToken = createTokenText(random);
      const expiresAt = await tx.insertToken({
        id: random.uuid(),
        deviceId: device.id,
        tokenHash: hashToken(enrollmentToken),
        createdBy: device.createdBy,
        lifetimeSeconds: tokenLifetimeSeconds,
      });
      await tx.appendAudit({
        actor,
        action: "device.add",
        targetKind: "device",
        targetId: device.id,
        outcome: "done",
        detail: { site: siteId, profile: profileSlug, tokenExpiresAt: expiresAt.toISOString() },
      });
      return { deviceId: device.id, siteId, profileSlug, enrollmentToken, expiresAt };
    });
}
