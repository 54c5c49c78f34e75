import { createNotifyExpiring, describeNotifyExpiring } from "@fieldseal/core/alerts/create-notify-expiring";
import { DomainError } from "@fieldseal/core/errors";
import { reservationLifetimeSeconds } from "@fieldseal/core/issuance/sweep-reservations";
import { decideDueCause } from "@fieldseal/core/publication/publish-due-crls";

import type { Answer } from "../command.ts";
import type { Composition } from "../compose.ts";

type Preview = (composition: Composition, at: Date) => Promise<Answer>;

const bySerial = (rows: readonly { serialNumberHex: string; deviceId: string | null }[]) =>
  rows.map(({ serialNumberHex, deviceId }) => ({ serialNumber: serialNumberHex, device: deviceId }));

const lines = (head: string, rows: readonly string[]) => [head, ...rows.map((row) => `  ${row}`)].join("\n");

const limit = 1_000;

const previews: Readonly<Record<string, Preview>> = {
  "notify-expiring": async ({ alerts, random, actor, config }, at) => {
    const notify = createNotifyExpiring({
      records: alerts,
      random,
      consoleUrl: config.consoleUrl,
      mailDomain: config.hostName,
    });
    const result = await notify({ actor, now: at, dryRun: true });
    const rows = result.mails.map(({ recipients, subject }) => `${recipients.join(", ")}: ${subject}`);
    return { json: { at, ...result }, text: lines(describeNotifyExpiring(result), rows) };
  },
  "retire-superseded": async ({ records }, at) => {
    const due = await records.transaction((tx) => tx.listGraceEnded(at, limit));
    const rows = due.map((row) => `${row.serialNumberHex}  ${row.deviceId ?? ""}`);
    return { json: { at, retire: bySerial(due) }, text: lines(`${due.length} certificates would be retired`, rows) };
  },
  "sweep-reservations": async ({ records }, at) => {
    const due = await records.transaction(async (tx) => {
      const aheadSeconds = Math.max(0, (at.getTime() - (await tx.now()).getTime()) / 1000);
      return tx.listStaleReservations(Math.max(0, reservationLifetimeSeconds - aheadSeconds), limit);
    });
    return {
      json: { at, orphan: bySerial(due) },
      text: lines(
        `${due.length} reservations would be given up`,
        due.map((row) => row.serialNumberHex),
      ),
    };
  },
  "publish-crls": async ({ records }, at) => {
    const due = await records.transaction(async (tx) => {
      const found = [];
      for (const authority of await tx.listAuthorities()) {
        if (authority.state !== "active" || authority.keyCustody === "sealed") continue;
        const cause = decideDueCause(authority, await tx.findPublication(authority.id), at);
        if (cause) found.push({ authorityId: authority.id, cause });
      }
      return found;
    });
    return {
      json: { at, publish: due },
      text: lines(
        `${due.length} CRLs would be published`,
        due.map(({ authorityId, cause }) => `${authorityId}  ${cause}`),
      ),
    };
  },
};

/** What a job would do at `at` (default: now by PostgreSQL's clock). Nothing is changed. */
export async function previewJob(composition: Composition, name: string, at: Date | null): Promise<Answer> {
  const preview = previews[name];
  if (!preview)
    throw new DomainError("job-unknown", `${name} has no preview. These have: ${Object.keys(previews).join(", ")}.`);
  return preview(composition, at ?? (await composition.records.transaction((tx) => tx.now())));
}
