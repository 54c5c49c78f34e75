import { DomainError } from "@fieldseal/core/errors";
import { createPublishCrl } from "@fieldseal/core/publication/publish-due-crls";

import type { Command } from "../command.ts";
import { readSecret } from "../read-secret.ts";
import { formatTable, shortTime } from "../table.ts";

const publish: Command = {
  name: "crl publish",
  arguments: ["[authority-id]"],
  summary: "Publish a new CRL now (default: every issuing authority)",
  options: {
    "root-passphrase-file": { value: "FILE", help: "opens a sealed authority for this one signature" },
  },
  async run({ actor, records, signer, random }, input) {
    const publishCrl = createPublishCrl({ records, signer, random });
    const id = input.arguments[0];
    const file = input.text("root-passphrase-file");
    const passphrase = file === undefined ? {} : { rootPassphrase: readSecret(file, "root's passphrase") };
    const all = await records.transaction((tx) => tx.listAuthorities());
    const targets =
      id === undefined ? all.filter(({ keyCustody }) => keyCustody === "signer") : all.filter((a) => a.id === id);
    if (targets.length === 0)
      throw new DomainError("authority-unknown", id ? `There is no authority ${id}.` : "There is no authority yet.");
    const results = [];
    for (const target of targets)
      results.push(await publishCrl({ actor, authorityId: target.id, cause: "manual", ...passphrase }));
    return {
      json: results.map((result) => ({ ...result, nextUpdate: result.nextUpdate.toISOString() })),
      text: results
        .map(
          (r) =>
            `${r.authorityId}: CRL #${r.number} with ${r.entryCount} entries, valid until ${shortTime(r.nextUpdate)}`,
        )
        .join("\n"),
    };
  },
};

const show: Command = {
  name: "crl show",
  arguments: [],
  summary: "Show the newest published CRL of each authority",
  options: {},
  async run({ listing }) {
    const { crls } = await listing.readStatus();
    return {
      json: crls,
      text: formatTable(
        ["Authority", "Number", "Entries", "This update", "Next update"],
        crls.map((c) => [
          c.authorityId,
          `#${c.number}`,
          String(c.entryCount),
          shortTime(c.thisUpdate),
          shortTime(c.nextUpdate),
        ]),
      ),
    };
  },
};

export const crlCommands: readonly Command[] = [publish, show];
