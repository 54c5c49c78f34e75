import { setTimeout as wait } from "node:timers/promises";
import { connect } from "node:tls";

import { DomainError } from "@fieldseal/core/errors";
import { createInitialize } from "@fieldseal/core/setup/initialize";

import type { Command } from "../command.ts";
import type { Config } from "../config.ts";
import { readSecret } from "../read-secret.ts";
import { formatTable, shortTime } from "../table.ts";

function answersTls(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // Only whether the listener is up: the certificate itself is judged by the devices, with the exported root.
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, timeout: 2_000 }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
    socket.on("timeout", () => socket.destroy());
    socket.on("close", () => resolve(false));
  });
}

/** The device API opens as soon as it has its certificate; a script that goes on must find it open. */
async function awaitDeviceApi({ devicePort }: Config): Promise<boolean> {
  for (let i = 0; i < 100; i++) {
    if (await answersTls(devicePort)) return true;
    await wait(200);
  }
  return false;
}

const init: Command = {
  name: "init",
  arguments: [],
  summary: "Set the platform up: two-tier CA, profiles, first CRLs, owner account",
  details:
    "Runs against the started platform, once. The root's key is encrypted under the passphrase and used only at\nceremonies; keep the passphrase: nobody can recover it.",
  options: {
    organization: { value: "NAME", help: "organisation, printed into the authorities' names", required: true },
    "admin-email": { value: "ADDRESS", help: "e-mail address of the first owner", required: true },
    "admin-name": { value: "NAME", help: "name of the first owner" },
    "admin-password-file": {
      value: "FILE",
      help: "file with the owner's password (12 characters or more)",
      required: true,
    },
    "root-passphrase-file": {
      value: "FILE",
      help: "file with the root's passphrase (12 characters or more)",
      required: true,
    },
    host: { value: "NAME", help: "host name of the device API (default: FIELDSEAL_HOST of the platform)" },
    "public-url": { value: "URL", help: "address of the repository, printed into every certificate" },
  },
  async run(composition, input) {
    const initialize = createInitialize(composition);
    const adminEmail = input.text("admin-email") ?? "";
    const result = await initialize({
      setupCode: null,
      organization: input.text("organization") ?? "",
      adminName: input.text("admin-name") ?? "",
      adminEmail,
      adminPassword: readSecret(input.text("admin-password-file") ?? "", "owner's password"),
      rootPassphrase: readSecret(input.text("root-passphrase-file") ?? "", "root's passphrase"),
      hostName: input.text("host") ?? null,
      publicUrl: input.text("public-url") ?? null,
    });
    const { config } = composition;
    const isOpen = await awaitDeviceApi(config);
    return {
      json: { ...result, deviceApiReady: isOpen, console: config.consoleUrl },
      text: [
        `Root authority     ${result.rootAuthorityId} (sealed)`,
        `Root SHA-256       ${result.rootSha256Hex}`,
        `Issuing authority  ${result.issuingAuthorityId}`,
        `Owner              ${result.adminEmail}, signs in at ${config.consoleUrl}`,
        isOpen ? "Device API         open" : "Device API         not open yet; look at the log of `npm start`",
        "Next               npx fieldseal device add DEVICE --site SITE",
      ].join("\n"),
    };
  },
};

const setupCode: Command = {
  name: "setup-code",
  arguments: [],
  summary: "Print a new one-time set-up code for /setup",
  options: {},
  async run({ renewSetupCode }) {
    const made = await renewSetupCode();
    if (!made)
      throw new DomainError("already-initialised", "This installation is already set up. Nothing was changed.");
    return {
      json: { setupCode: made.code, expiresAt: made.expiresAt.toISOString() },
      text: `Set-up code  ${made.code}  valid until ${shortTime(made.expiresAt)}`,
    };
  },
};

const status: Command = {
  name: "status",
  arguments: [],
  summary: "Show set-up, processes, authorities, CRLs and devices at a glance",
  options: {},
  async run({ listing }) {
    const found = await listing.readStatus();
    const processes = found.processes.map(({ kind, isAlive, beatAt }) => [
      kind,
      isAlive ? "running" : "silent",
      shortTime(beatAt),
    ]);
    const crls = found.crls.map(({ authorityId, number, nextUpdate }) => [
      authorityId,
      `#${number}`,
      shortTime(nextUpdate),
    ]);
    return {
      json: found,
      text: [
        `Set-up   ${found.setupState}${found.organization ? ` (${found.organization})` : ""}`,
        `Devices  ${found.devices}    Certificates in force  ${found.certificates}`,
        "",
        formatTable(["Process", "State", "Last sign of life"], processes),
        "",
        formatTable(["CRL of", "Number", "Valid until"], crls),
      ].join("\n"),
    };
  },
};

export const setupCommands: readonly Command[] = [init, setupCode, status];
