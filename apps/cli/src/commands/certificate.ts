import { setTimeout as wait } from "node:timers/promises";

import { DomainError } from "@fieldseal/core/errors";
import { createRevokeCertificate } from "@fieldseal/core/revocation/revoke-certificate";
import { type CrlReason, crlReasons } from "@fieldseal/pki/crl/reason";
import { parseSerialNumber } from "@fieldseal/pki/serial-number";

import { type Command, UsageError } from "../command.ts";
import type { Composition } from "../compose.ts";
import { formatTable, shortTime } from "../table.ts";

const finalReasons = Object.keys(crlReasons).filter((name) => name !== "certificateHold");

function isReason(text: string): text is CrlReason {
  return finalReasons.includes(text);
}

function toSerial(text: string): Uint8Array {
  try {
    return parseSerialNumber(text);
  } catch {
    throw new UsageError("A serial number is written in hexadecimal, with or without colons.");
  }
}

/** The worker publishes within seconds; waiting here lets a script go on with the list that names the certificate. */
async function awaitListed({ records }: Composition, certificateId: string): Promise<number | null> {
  for (let i = 0; i < 50; i++) {
    const unlisted = await records.transaction(async (tx) => {
      const certificate = await tx.findCertificate(certificateId);
      return certificate
        ? (await tx.listUnlistedSerials(certificate.authorityId)).some(({ id }) => id === certificateId)
        : false;
    });
    if (!unlisted) return i;
    await wait(200);
  }
  return null;
}

const list: Command = {
  name: "certificate list",
  arguments: [],
  summary: "List certificates, newest first",
  options: {
    device: { value: "ID", help: "only those of this device" },
    limit: { value: "N", help: "at most this many (default 100)" },
  },
  async run({ listing }, input) {
    const rows = await listing.listCertificates({
      deviceId: input.text("device") ?? null,
      limit: input.count("limit", 100, 100_000),
    });
    return {
      json: rows,
      text: formatTable(
        ["Serial number", "Name", "State", "Not after", "Profile"],
        rows.map((row) => [row.serialNumberHex, row.commonName, row.state, shortTime(row.notAfter), row.profileSlug]),
      ),
    };
  },
};

const show: Command = {
  name: "certificate show",
  arguments: ["<serial-number>"],
  summary: "Show one certificate with its PEM",
  options: {},
  async run({ listing }, input) {
    const serial = input.arguments[0] ?? "";
    const found = await listing.findCertificate(toSerial(serial));
    if (!found)
      throw new DomainError("certificate-unknown", `There is no certificate with the serial number ${serial}.`);
    return {
      json: found,
      text: [
        `${found.commonName}    ${found.state}    ${shortTime(found.notBefore)} – ${shortTime(found.notAfter)}`,
        `Serial number  ${found.serialNumberHex}`,
        `SHA-256        ${found.sha256Hex ?? "–"}`,
        `Issuer         ${found.authorityId}    Profile ${found.profileSlug}`,
        ...(found.revokedAt
          ? [
              `Revoked        ${shortTime(found.revokedAt)}, reason ${found.reason ?? "unspecified"}, CRL #${found.crlNumber ?? "not published yet"}`,
            ]
          : []),
        found.pem ?? "",
      ].join("\n"),
    };
  },
};

const revoke: Command = {
  name: "certificate revoke",
  arguments: ["<serial-number>"],
  summary: "Revoke a certificate for good and publish the CRL",
  details: `Reasons (RFC 5280 5.3.1): ${finalReasons.join(", ")}.`,
  options: {
    reason: { value: "REASON", help: "why; see above", required: true },
    note: { value: "TEXT", help: "ticket or note" },
  },
  async run(composition, input) {
    const { actor, records } = composition;
    const reason = input.text("reason") ?? "";
    if (!isReason(reason)) throw new UsageError(`--reason is one of ${finalReasons.join(", ")}.`);
    const serial = input.arguments[0] ?? "";
    toSerial(serial);
    const result = await createRevokeCertificate({ records })({
      actor,
      serialNumberHex: serial,
      reason,
      note: input.text("note") ?? null,
    });
    const isListed = (await awaitListed(composition, result.certificateId)) !== null;
    return {
      json: { ...result, revokedAt: result.revokedAt.toISOString(), reason, published: isListed },
      text: [
        `${result.serialNumberHex} is revoked (${reason}).`,
        isListed
          ? "The new CRL that names it is published."
          : "Its CRL is not published yet: is the worker running? `fieldseal job list` tells.",
      ].join("\n"),
    };
  },
};

export const certificateCommands: readonly Command[] = [list, show, revoke];
