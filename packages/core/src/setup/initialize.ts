import { createHash, timingSafeEqual } from "node:crypto";

import { furtherProfiles } from "@fieldseal/pki/further-profiles";
import { assertSafeText } from "@fieldseal/pki/name";
import { defaultProfiles } from "@fieldseal/pki/profile";

import type { Actor } from "../actor.ts";
import { DomainError } from "../errors.ts";
import { isMailAddress } from "../mail-address.ts";
import type { Installation, Records, SignerPort } from "../ports.ts";
import type { Random } from "../random.ts";

export type InitializeInput = {
  /** The one-time code that `npm start` printed; null at the command line, which proves itself by database access. */
  setupCode: string | null;
  organization: string;
  adminName: string;
  adminEmail: string;
  adminPassword: string;
  rootPassphrase: string;
  /** Null keeps what the platform was started with. */
  hostName: string | null;
  publicUrl: string | null;
};

const minPasswordLength = 12;
const minPassphraseLength = 12;
/** Leaves room for " Issuing G1" inside the 64 characters of a common name (RFC 5280 upper bounds). */
const maxOrganizationLength = 48;

/** What set-up installs: the profiles that people choose from, and those of our own services. */
const installedProfiles = [...defaultProfiles, ...furtherProfiles.filter(({ slug }) => slug === "ocsp-responder")];

/** Codes are read off a screen: case and separators do not count. */
export function hashSetupCode(code: string): Uint8Array {
  return new Uint8Array(
    createHash("sha256")
      .update(code.toUpperCase().replaceAll(/[^0-9A-Z]/g, ""))
      .digest(),
  );
}

function checkInput(input: InitializeInput): void {
  const organization = input.organization.trim();
  if (organization.length === 0 || organization.length > maxOrganizationLength)
    throw new DomainError(
      "organization-invalid",
      `Give an organisation name of 1 to ${maxOrganizationLength} characters.`,
    );
  try {
    assertSafeText(organization, "organisation name");
  } catch (cause) {
    throw new DomainError("organization-invalid", "The organisation name contains control or hidden characters.", {
      cause,
    });
  }
  if (!isMailAddress(input.adminEmail))
    throw new DomainError("email-invalid", "The owner's e-mail address does not look like name@host.");
  if (input.adminPassword.length < minPasswordLength)
    throw new DomainError("password-weak", `The owner's password needs at least ${minPasswordLength} characters.`);
  if (input.adminPassword.length > 128)
    throw new DomainError("password-weak", "The owner's password may have at most 128 characters.");
  if (input.rootPassphrase.length < minPassphraseLength || input.rootPassphrase.length > 1024)
    throw new DomainError(
      "passphrase-invalid",
      `The passphrase of the root needs at least ${minPassphraseLength} characters; five random words are a good one.`,
    );
}

function checkCode(installation: Installation, setupCode: string, now: Date): void {
  const { setupCodeHash, setupCodeExpiresAt } = installation;
  const given = hashSetupCode(setupCode);
  const expired = !setupCodeExpiresAt || setupCodeExpiresAt <= now;
  if (!setupCodeHash || !timingSafeEqual(given, setupCodeHash))
    throw new DomainError("setup-code-invalid", "This set-up code is wrong. It is printed where `npm start` runs.");
  if (expired)
    throw new DomainError(
      "setup-code-invalid",
      "This set-up code has expired. `npx fieldseal setup-code` prints a new one.",
    );
}

function checkMayClaim(installation: Installation, setupCode: string | null, now: Date): void {
  if (installation.setupState === "complete")
    throw new DomainError("already-initialised", "This installation is already set up. Nothing was changed.");
  if (setupCode !== null) checkCode(installation, setupCode, now);
}

/**
 * Sets the platform up: settings, default profiles and the owner in one transaction, then the signer's first ceremony
 * makes both authorities and their first CRLs in another. Complete only after the second; until then it may be
 * repeated, afterwards it refuses and changes nothing.
 */
export function createInitialize(deps: {
  records: Records;
  signer: SignerPort;
  random: Random;
  hashPassword: (password: string) => Promise<string>;
}) {
  return async (input: InitializeInput) => {
    checkInput(input);
    // Looked at before the costly hash, so that nobody without the code can make this process work; decided below.
    await deps.records.transaction(async (tx) =>
      checkMayClaim(await tx.findInstallation(), input.setupCode, await tx.now()),
    );
    const passwordHash = await deps.hashPassword(input.adminPassword);
    const ceremonyId = deps.random.uuid();
    const adminEmail = input.adminEmail.toLowerCase();
    const actor: Actor = input.setupCode === null ? { kind: "operator", id: "init" } : { kind: "system", id: "setup" };
    await deps.records.transaction(async (tx) => {
      checkMayClaim(await tx.lockInstallation(), input.setupCode, await tx.now());
      await tx.beginCeremony({
        ceremonyId,
        organization: input.organization.trim(),
        hostName: input.hostName,
        publicUrl: input.publicUrl,
      });
      for (const config of installedProfiles)
        if (!(await tx.findProfile(config.slug))) await tx.insertProfileVersion(config, "setup");
      await tx.replaceOwner({
        id: deps.random.uuid(),
        accountId: deps.random.uuid(),
        name: input.adminName.trim() || adminEmail,
        email: adminEmail,
        passwordHash,
      });
      await tx.appendAudit({
        actor,
        action: "installation.claim",
        targetKind: "installation",
        targetId: "1",
        outcome: "done",
        detail: { organization: input.organization.trim(), owner: adminEmail },
      });
    });
    const ceremony = await deps.signer.runFirstCeremony({ ceremonyId, rootPassphrase: input.rootPassphrase });
    return { ...ceremony, adminEmail };
  };
}
