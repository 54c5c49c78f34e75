import { writeFileSync } from "node:fs";

import { createVerifyAudit } from "@fieldseal/core/audit/verify-audit";
import { DomainError } from "@fieldseal/core/errors";
import { toHex } from "@fieldseal/pki/hex";

import type { Command } from "../command.ts";

const page = 2_000;

const verify: Command = {
  name: "audit verify",
  arguments: [],
  summary: "Recompute the hash chain of the audit log",
  options: {},
  async run({ records }) {
    const result = await createVerifyAudit({ records })();
    if (result.brokenAt !== null)
      throw new DomainError(
        "job-failed",
        `The audit chain is broken at entry ${result.brokenAt}; entries 1 to ${result.verified} hold.`,
      );
    const head = result.headHash ? toHex(result.headHash) : null;
    return {
      json: { verified: Number(result.verified), brokenAt: null, headHash: head },
      text: `The chain holds: ${result.verified} entries, head ${head ?? "none"}.\nKeep the head elsewhere: the chain alone cannot show that its newest entries were cut off.`,
    };
  },
};

const exportAudit: Command = {
  name: "audit export",
  arguments: [],
  summary: "Write the audit log with its hashes as JSON lines",
  options: { out: { value: "FILE", help: "where to write (default: standard output)" } },
  async run({ records }, input) {
    const lines: string[] = [];
    let last = 0n;
    for (;;) {
      const rows = await records.transaction((tx) => tx.listAudit(last, page));
      for (const row of rows)
        lines.push(JSON.stringify({ canonical: row.canonical, prevHash: toHex(row.prevHash), hash: toHex(row.hash) }));
      last = rows.at(-1)?.seq ?? last;
      if (rows.length < page) break;
    }
    const text = `${lines.join("\n")}\n`;
    const out = input.text("out");
    if (out !== undefined) writeFileSync(out, text);
    return {
      json: { entries: lines.length, out: out ?? null },
      text: out === undefined ? text : `${lines.length} entries written to ${out}.`,
    };
  },
};

export const auditCommands: readonly Command[] = [verify, exportAudit];
