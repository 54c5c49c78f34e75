import { DomainError } from "@fieldseal/core/errors";
import { createAddDevice } from "@fieldseal/core/inventory/add-device";
import { createChangeDeviceState } from "@fieldseal/core/inventory/change-device-state";
import { createReportStolen } from "@fieldseal/core/revocation/report-stolen";

import type { Command } from "../command.ts";
import { formatTable, shortTime, visible } from "../table.ts";

const add: Command = {
  name: "device add",
  arguments: ["<device-id>"],
  summary: "Register a device and print its one-time enrolment token",
  details: "The token is shown once, stored only as a hash, and good for 72 hours and one certificate.",
  options: {
    site: { value: "NAME", help: "site; a new name makes a new site", required: true },
    profile: { value: "SLUG", help: "device (default), broker or opc-ua" },
    description: { value: "TEXT", help: "what a person should know about it" },
    dns: {
      value: "NAME",
      help: "DNS name of the device (repeatable; brokers and OPC UA servers need one)",
      multiple: true,
    },
    ip: { value: "ADDRESS", help: "IP address of the device (repeatable)", multiple: true },
    "application-uri": { value: "URI", help: "OPC UA ApplicationUri" },
    owner: { value: "ADDRESS", help: "e-mail address of the person who gets its mails" },
  },
  async run({ actor, records, random }, input) {
    const profileSlug = input.text("profile");
    const result = await createAddDevice({ records, random })({
      actor,
      deviceId: input.arguments[0] ?? "",
      siteName: input.text("site") ?? "",
      ...(profileSlug === undefined ? {} : { profileSlug }),
      description: input.text("description") ?? null,
      dnsNames: input.list("dns"),
      ipAddresses: input.list("ip"),
      applicationUri: input.text("application-uri") ?? null,
      owner: input.text("owner") ?? null,
    });
    return {
      json: { ...result, expiresAt: result.expiresAt.toISOString() },
      text: [
        `Device  ${result.deviceId}    Site  ${result.siteId}    Profile  ${result.profileSlug}`,
        `Token   ${result.enrollmentToken}`,
        `        shown once; good for one certificate until ${shortTime(result.expiresAt)}`,
      ].join("\n"),
    };
  },
};

const list: Command = {
  name: "device list",
  arguments: [],
  summary: "List devices, those that need attention first",
  options: {
    site: { value: "NAME", help: "only this site" },
    limit: { value: "N", help: "at most this many (default 100)" },
  },
  async run({ listing }, input) {
    const rows = await listing.listDevices({
      site: input.text("site") ?? null,
      limit: input.count("limit", 100, 100_000),
    });
    return {
      json: rows,
      text: formatTable(
        ["Device", "Site", "State", "Certificate", "Expires", "Last seen"],
        rows.map((row) => [
          row.id,
          row.siteId,
          row.state,
          row.certificateState ?? "none",
          shortTime(row.expiresAt),
          shortTime(row.lastSeenAt),
        ]),
      ),
    };
  },
};

const show: Command = {
  name: "device show",
  arguments: ["<device-id>"],
  summary: "Show a device, its certificates and its last attempts",
  options: {},
  async run({ listing }, input) {
    const id = input.arguments[0] ?? "";
    const device = await listing.findDevice(id);
    if (!device) throw new DomainError("device-unknown", `There is no device ${id}.`);
    return {
      json: device,
      text: [
        `${device.id}    ${device.siteId}    ${device.state}    profile ${device.profileSlug}`,
        ...(device.description ? [visible(device.description)] : []),
        "",
        formatTable(
          ["Serial number", "State", "Not after", "Replaced"],
          device.certificates.map((c) => [
            c.serialNumberHex,
            c.state,
            shortTime(c.notAfter),
            c.graceEndsAt ? `grace ends ${shortTime(c.graceEndsAt)}` : "–",
          ]),
        ),
        "",
        formatTable(
          ["Last attempt", "Tries", "What", "Outcome", "From", "Why"],
          device.attempts.map((a) => [
            shortTime(a.lastAt),
            String(a.count),
            a.operation,
            a.outcome,
            a.sourceAddress ?? "–",
            a.detail ?? "–",
          ]),
        ),
      ].join("\n"),
    };
  },
};

const stateVerbs = [
  { verb: "quarantine", to: "quarantined", summary: "Block enrolment and renewal of a device; can be undone" },
  { verb: "release", to: "active", summary: "End the quarantine of a device" },
  { verb: "retire", to: "retired", summary: "Revoke all certificates of a device and block it for good" },
] as const;

const changeState: readonly Command[] = stateVerbs.map(({ verb, to, summary }) => ({
  name: `device ${verb}`,
  arguments: ["<device-id>"],
  summary,
  options: { reason: { value: "TEXT", help: "why, for the audit log" } },
  async run({ actor, records }, input) {
    const result = await createChangeDeviceState({ records })({
      actor,
      deviceId: input.arguments[0] ?? "",
      to,
      reason: input.text("reason") ?? "",
    });
    return {
      json: result,
      text: `${result.deviceId} is ${result.state}. Certificates revoked: ${result.revoked}. Tokens voided: ${result.voided}.`,
    };
  },
}));

const stolen: Command = {
  name: "device report-stolen",
  arguments: ["<device-id>"],
  summary: "Revoke everything of a device, void its tokens, quarantine it, publish the CRL now",
  options: { note: { value: "TEXT", help: "ticket or note" } },
  async run({ actor, records }, input) {
    const result = await createReportStolen({ records })({
      actor,
      deviceId: input.arguments[0] ?? "",
      note: input.text("note") ?? null,
    });
    return {
      json: result,
      text: `${result.deviceId}: ${result.revoked} certificates revoked, ${result.tokensVoided} tokens voided, enrolment and renewal blocked.`,
    };
  },
};

export const deviceCommands: readonly Command[] = [add, list, show, ...changeState, stolen];
